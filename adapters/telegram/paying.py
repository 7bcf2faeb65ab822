"""Paid broadcast (Bot API, sendMessage, allow_paid_broadcast): used as long as Telegram lets the bot use it.

It asks for Stars on the bot's balance and for many monthly readers, and either may end at any time
(https://core.telegram.org/bots/faq#broadcasting-to-users). How Telegram words that refusal is published nowhere.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Final

from bot.errors import Rejected, TryLater
from bot.ports import Notices
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

_ABOUT_MONEY: Final = re.compile(r"(?<![a-z])(?:stars?(?![a-z])|paid|pay(?:ment)?(?![a-z])|balance|broadcast)")


_FREE: Final = sentence("Telegram takes no paid message from the bot, so it goes out free: {reason}")
_UNPAID: Final = sentence(
    "Telegram takes no paid messages from the bot ({reason}), so posts go out at the free 30 a second until newsbell "
    "is started again. See that the bot has enough Stars and readers, or set TELEGRAM_PAID_BROADCAST=off"
)


class Paying:
    """How many posts a second may cost Stars: as many as was set, and none any more once that was refused."""

    def __init__(self, rate: int, notices: Notices | None = None) -> None:
        """`notices` tell the operators of the refusal; None: only the log does."""
        self.rate = rate
        self._notices = notices
        self._telling: asyncio.Task[None] | None = None  # a task that nobody holds may vanish

    def heed(self, error: Rejected, *, paid: bool) -> None:
        """A send was refused, and was a `paid` one or not: if for that, it is tried again at once, free.

        Raises TryLater in the place of such a refusal.
        """
        if paid and _ABOUT_MONEY.search(str(error).lower()):
            self._give_up(error)
            raise TryLater(Reason(_FREE, reason=str(error)), 0) from error

    def _give_up(self, error: Rejected) -> None:
        if not self.rate:  # a call that was in the air with the first one
            return
        self.rate = 0
        log.error(
            "telegram: no paid broadcast (%s); posts go out at the free 30 a second until the next start. See that"
            " the bot has enough Stars and readers (https://core.telegram.org/bots/faq#broadcasting-to-users), or"
            " set TELEGRAM_PAID_BROADCAST=off",
            error,
        )
        if self._notices is not None:
            word = self._notices.tell_operators("no paid broadcast", _UNPAID, reason=str(error))
            self._telling = asyncio.create_task(word, name="telling of no paid broadcast")
