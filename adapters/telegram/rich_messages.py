"""Rich messages (Bot API 10.1), which python-telegram-bot 22.8 does not know: by its generic request.

An older Bot API server of one's own does not know them either. Then, and where Telegram refuses an article, the bot
shows what the message has `instead`; the refused call is a retry (ADR 0005).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from telegram import Bot
from telegram import Message as TelegramMessage
from telegram.error import TelegramError

from adapters.telegram.render import Message, RichMessage
from adapters.telegram.verdicts import is_about_content, is_unknown_method, verdict
from bot.errors import PictureRefused, Reach, TryLater
from bot.ports import Notices
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

REMEMBERED: Final = 256
"""Articles that were refused: they are not tried again for every chat."""

_WITHOUT: Final = sentence("Telegram takes no article here, so it goes out in another style: “{answer}”")
_UNKNOWN: Final = sentence(
    "The Bot API server (TELEGRAM_API_URL) knows no rich messages, so posts in the style rich go out as photos until "
    "newsbell is started again. Update the server to Bot API 10.1 or later, or choose another style there"
)


class RichMessages:
    """Sends and edits articles, which raises what PTB raises, and knows where none are taken."""

    def __init__(self, bot: Bot, notices: Notices | None = None) -> None:
        """`notices` tell the operators of a server that is too old; None: only the log does."""
        self._bot = bot
        self._known = True
        self._refused: OrderedDict[str, None] = OrderedDict()  # articles
        self._notices = notices
        self._telling: asyncio.Task[None] | None = None  # a task that nobody holds may vanish

    async def send(self, message: RichMessage, options: Mapping[str, Any]) -> TelegramMessage:
        """Send the article; `options` as for `Bot.send_message`."""
        return await self._ask("sendRichMessage", message, options)

    async def edit(self, message: RichMessage, options: Mapping[str, Any]) -> TelegramMessage:
        """Let a text or an article show this one; `options` as for `Bot.edit_message_text`."""
        # In this spelling PTB does not take it for its own method, which would want a text.
        return await self._ask("editMessage_text", message, options)

    async def _ask(self, endpoint: str, message: RichMessage, options: Mapping[str, Any]) -> TelegramMessage:
        content: dict[str, Any] = {"html": message.article}
        if message.right_to_left:
            content["is_rtl"] = True
        known = {name: value for name, value in options.items() if name != "parse_mode"}
        answer: TelegramMessage = await self._bot.do_api_request(
            endpoint, api_kwargs={**known, "rich_message": content}, return_type=TelegramMessage
        )
        return answer

    def shows(self, message: Message) -> Message:
        """What can be shown of `message`, as far as that is known: an article that was refused is none."""
        if isinstance(message, RichMessage) and (not self._known or message.article in self._refused):
            return message.instead
        return message

    @contextmanager
    def heeded(self, message: RichMessage) -> Iterator[None]:
        """Around a call that shows `message`: if the article is refused, it is tried again at once as another kind.

        Raises TryLater in the place of such a refusal. A picture that can't be loaded is another matter: the article is
        tried without it.
        """
        try:
            yield
        except TelegramError as error:
            if isinstance(refused := verdict(error), PictureRefused) and refused.reach is Reach.WAY:
                raise PictureRefused(str(refused), reach=Reach.PICTURE) from error  # it goes by its address alone
            if not self.is_refusal(message, error):
                raise
            raise TryLater(Reason(_WITHOUT, answer=str(error)), 0) from error

    def is_refusal(self, message: RichMessage, error: TelegramError) -> bool:
        """Whether `error` is about articles, or this one; which is remembered then, and said once."""
        if is_unknown_method(error):
            self._give_up()
            return True
        if not is_about_content(error):
            return False
        if "message text is empty" in str(error).lower():  # the server did not see the article in an edit
            self._give_up()
            return True
        self._refused[message.article] = None
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)
        log.warning("Telegram takes no article of this post (%s); it goes out in another style", error)
        return True

    def _give_up(self) -> None:
        if not self._known:  # a call that was in the air with the first one
            return
        self._known = False
        log.error(
            "telegram: the Bot API server knows no rich messages; posts in the style rich go out as photos until the"
            " next start. Update the server (TELEGRAM_API_URL) to Bot API 10.1 or later, or choose another style"
        )
        if self._notices is not None:
            word = self._notices.tell_operators("no rich messages", _UNKNOWN)
            self._telling = asyncio.create_task(word, name="telling of no rich messages")


def words_of(copy: TelegramMessage) -> str | None:
    """All words of an article that came from Telegram, without blanks; None: it is none."""
    content = copy.api_kwargs.get("rich_message")
    return "".join("".join(_leaves(content)).split()) if isinstance(content, dict) else None


def _leaves(node: object) -> Iterable[str]:
    """The texts of a RichMessage, a RichBlock, or a RichText (Bot API), in order."""
    match node:
        case str():
            yield node
        case list() | tuple():
            for each in node:
                yield from _leaves(each)
        case dict():
            for name in ("text", "caption", "blocks"):
                yield from _leaves(node.get(name))
