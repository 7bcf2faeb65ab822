"""The languages of answers as they are chosen in the settings of a place, and of its server."""

from __future__ import annotations

from bot.models import Choice
from bot.subscribing.tongues import DEFAULT, SERVER
from bot.texts import LANGUAGES, Texts


def of_place(texts: Texts, own: str) -> tuple[Choice, ...]:
    """For a place on a server whose `own` language this is; empty: it has the server's."""
    chosen = tuple(Choice(name, f"/settings answers {code}", on=code == own) for code, name in LANGUAGES.items())
    return (*chosen, Choice(texts.say("As on the whole server"), f"/settings answers {DEFAULT}", on=not own))


def of_server(texts: Texts, chosen: str) -> tuple[Choice, ...]:
    """For the whole server; empty: each person is answered in their own."""
    own = Choice(texts.say("Each person's own"), f"/settings answers {DEFAULT} {SERVER}", on=not chosen)
    return (
        *(Choice(name, f"/settings answers {code} {SERVER}", on=code == chosen) for code, name in LANGUAGES.items()),
        own,
    )
