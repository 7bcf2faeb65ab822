"""What the operators hear when newsbell itself fails at what people want: where, and never what was said."""

from __future__ import annotations

from typing import Final

from bot.blame import place_of
from bot.errors import StoreBusy, StoreError
from bot.ports import Notices
from bot.texts import sentence

MISTAKE: Final = sentence(
    "newsbell made a mistake on {platform}: it could not handle {reason} ({error} in {place}). Everything else goes "
    "on. Please tell those who make newsbell; the log says more, and of the same today only the log."
)
A_COMMAND: Final = sentence("a command")
A_BUTTON: Final = sentence("a pressed button")
NEWS: Final = sentence("news of a chat")
WHAT_COMES_IN: Final = sentence("what comes in")


async def own_up(notices: Notices | None, platform: str, what: str, error: Exception) -> None:
    """Tell the operators of a mistake, once a day. `what` is one of the sentences above.

    A database that another program holds is no mistake of newsbell's, and takes no notice either.
    """
    if notices is None or isinstance(error, StoreBusy):
        return
    cause = error.__cause__ if isinstance(error, StoreError) and error.__cause__ else error  # what SQLite complained of
    kind, place = type(cause).__name__, place_of(cause)
    await notices.tell_once_a_day(
        f"mistake: {platform} {kind} {place}",
        MISTAKE,
        platform=platform.title(),
        reason=what,
        error=kind,
        place=place,
    )
