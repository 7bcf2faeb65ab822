"""What buttons do, said in words: for who can't press them, and types. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import Final

from bot.models import Choice, Reply
from bot.subscribing.wording import bullets
from bot.texts import Texts

_ROOM: Final = 2500
"""Letters of what there is to type: only Telegram has people without buttons, and its messages hold 4,096."""

_OF_BUTTONS: Final = ("/menu ", "/settings done")
"""Steps that only buttons take."""


def in_words(texts: Texts, reply: Reply) -> Reply:
    """The same reply with what to type in place of its buttons; those that lead to messages stay."""
    offered = [*chain.from_iterable(reply.menu), *reply.choices]
    typed = [choice for choice in offered if choice.command and not choice.command.startswith(_OF_BUTTONS)]
    links = tuple(choice for choice in offered if not choice.command)
    if not typed:
        return replace(reply, choices=links, menu=())
    how = texts.say(
        "As long as I am no administrator here, buttons do not work for anonymous administrators. Please type instead:"
    )
    return replace(
        reply, text=f"{reply.text}\n\n{how}\n{bullets(texts, _lines(typed), room=_ROOM)}", choices=links, menu=()
    )


def _lines(choices: Iterable[Choice]) -> list[str]:
    return list(dict.fromkeys(f"{choice.marked}: {choice.command}" for choice in choices))
