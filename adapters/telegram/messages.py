"""Announcements in chats: sent, edited in place, deleted. The caller waits for the turn of the first call of each."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from adapters.telegram.fingerprints import PHOTO, Fingerprint
from adapters.telegram.paying import Paying
from adapters.telegram.photos import photo_of
from adapters.telegram.rates import rates_of
from adapters.telegram.render import Message, PhotoMessage, RichMessage, TextMessage
from adapters.telegram.replies import NO_PREVIEW, answer_to, chat_of, keyboard, thread_of
from adapters.telegram.rich_messages import RichMessages
from adapters.telegram.verdicts import has_no_text, in_our_words, is_unchanged, verdict
from bot.errors import PictureRefused
from bot.models import Destination, Receipt, Shown
from bot.ports import Pace

log = logging.getLogger(__name__)


class Messages:
    """The bot's announcements. Every method raises a `bot.errors.DeliveryError` for what was no success."""

    def __init__(self, bot: Bot, pace: Pace, paying: Paying, rich: RichMessages) -> None:
        """Posts that cost Stars are not bound to the bot's free rate (Bot API, sendMessage)."""
        self._bot = bot
        self._paying = paying
        self._rich = rich
        self._pace = pace

    # --- sending ------------------------------------------------------------------------------------------------------

    async def send(
        self, message: Message, destination: Destination, *, media_id: str = "", reply_to: str = ""
    ) -> Receipt:
        """Send `message`; `media_id` is the file id of its picture, from an earlier receipt of this bot."""
        options: dict[str, Any] = {
            "chat_id": chat_of(destination),
            "message_thread_id": thread_of(destination),
            "reply_parameters": answer_to(int(reply_to) if reply_to else None),
            "disable_notification": message.silent,
            "protect_content": message.protect or None,
            "reply_markup": keyboard(message.buttons),
            "parse_mode": ParseMode.HTML,
        }
        with self._paying.heeded() as paid, in_our_words():
            options["allow_paid_broadcast"] = paid or None
            if isinstance(message, RichMessage):
                with self._rich.heeded(message):
                    return receipt_of(await self._rich.send(message, options))
            if isinstance(message, TextMessage):
                return receipt_of(
                    await self._bot.send_message(text=message.text, link_preview_options=card_of(message), **options)
                )
            return receipt_of(
                await self._send_photo(message, media_id, destination, options | {"caption": message.caption})
            )

    async def _send_photo(
        self, message: PhotoMessage, media_id: str, destination: Destination, options: dict[str, Any]
    ) -> TelegramMessage:
        """Send the picture by its file id, which costs no upload and knows no limit; else from where it lies."""
        if media_id:
            try:
                return await self._bot.send_photo(photo=media_id, **options)
            except BadRequest as error:
                if not isinstance(verdict(error), PictureRefused):
                    raise
                log.info("Telegram does not know the picture %s any more; it is sent anew", message.picture.source)
                await self._pace.turn(rates_of(destination))
        photo = await photo_of(message.picture)
        return await self._bot.send_photo(photo=photo.media, filename=photo.name, **options)

    # --- editing ------------------------------------------------------------------------------------------------------

    async def edit(self, wanted: Message, caption: str, destination: Destination, shown: Shown) -> Receipt:
        """Make the message of `shown` into `wanted`, by the one call that it takes.

        Telegram makes a text or an article into a picture, but never a picture into one of them: then the picture
        stays, with `caption`.
        """
        if Fingerprint.parse(shown.fingerprint) == Fingerprint.of(wanted):
            return shown.receipt
        with in_our_words():
            try:
                return await self._edit(wanted, caption, destination, shown)
            except TelegramError as error:
                if is_unchanged(error):
                    return shown.receipt
                raise

    async def _edit(self, wanted: Message, caption: str, destination: Destination, shown: Shown) -> Receipt:
        was = Fingerprint.parse(shown.fingerprint)
        options: dict[str, Any] = {
            "chat_id": chat_of(destination),
            "message_id": int(shown.receipt.message_ids[0]),
            "reply_markup": keyboard(wanted.buttons),
        }
        if isinstance(wanted, RichMessage) and was.kind == PHOTO:
            wanted = wanted.instead
        if isinstance(wanted, PhotoMessage):
            if was.kind != PHOTO or was.picture != Fingerprint.of(wanted).picture:
                return await self._edit_media(wanted, options)
            await self._edit_caption(caption, options)
            return shown.receipt
        if isinstance(wanted, RichMessage):
            return await self._edit_rich(wanted, caption, destination, shown, options)
        if was.kind == PHOTO or not await self._edit_text(wanted, options, destination):
            await self._edit_caption(caption, options)
        return Receipt(shown.receipt.message_ids)  # whatever picture is left, it is none of this announcement's

    async def _edit_rich(
        self, wanted: RichMessage, caption: str, destination: Destination, shown: Shown, options: dict[str, Any]
    ) -> Receipt:
        """Edit an article or a text. If a picture stands there, kept by an earlier edit, a second call is due."""
        try:
            with self._rich.heeded(wanted):
                await self._rich.edit(wanted, options)
        except TelegramError as error:
            if not has_no_text(error):
                raise
            await self._pace.turn(rates_of(destination))
            return await self._edit(wanted.instead, caption, destination, shown)
        return Receipt(shown.receipt.message_ids)

    async def _edit_media(self, wanted: PhotoMessage, options: dict[str, Any]) -> Receipt:
        photo = await photo_of(wanted.picture)
        media = InputMediaPhoto(photo.media, wanted.caption, ParseMode.HTML, filename=photo.name)
        return receipt_of(await self._bot.edit_message_media(media, **options))

    async def _edit_caption(self, caption: str, options: dict[str, Any]) -> None:
        await self._bot.edit_message_caption(caption=caption, parse_mode=ParseMode.HTML, **options)

    async def _edit_text(self, wanted: TextMessage, options: dict[str, Any], destination: Destination) -> bool:
        """Edit a text. False if a picture stands there, kept by an earlier edit; a second call is then due."""
        try:
            await self._bot.edit_message_text(
                wanted.text, parse_mode=ParseMode.HTML, link_preview_options=card_of(wanted), **options
            )
        except BadRequest as error:
            if not has_no_text(error):
                raise
            await self._pace.turn(rates_of(destination))
            return False
        return True

    # --- deleting -----------------------------------------------------------------------------------------------------

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Delete the messages of `shown`. Telegram skips missing ones of several silently."""
        ids = [int(message_id) for message_id in shown.receipt.message_ids]
        with in_our_words():
            if len(ids) == 1:
                await self._bot.delete_message(chat_of(destination), ids[0])
            elif ids:
                await self._bot.delete_messages(chat_of(destination), ids)

    # --- pinning ------------------------------------------------------------------------------------------------------

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin the first message of `receipt`, in its turn: Telegram counts it, and the note that it writes about it."""
        await self._pace.turn(rates_of(destination))
        with in_our_words():
            await self._bot.pin_chat_message(
                chat_of(destination), int(receipt.message_ids[0]), disable_notification=True
            )

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Unpin the first message of `receipt`, in its turn."""
        await self._pace.turn(rates_of(destination))
        with in_our_words():
            await self._bot.unpin_chat_message(chat_of(destination), int(receipt.message_ids[0]))


def card_of(message: TextMessage) -> LinkPreviewOptions:
    """The card of the post's page, large and above the text. Its size is heeded only beside a named url (Bot API)."""
    if not message.preview_url:
        return NO_PREVIEW
    return LinkPreviewOptions(url=message.preview_url, prefer_large_media=True, show_above_text=True)


def receipt_of(message: TelegramMessage | bool) -> Receipt:
    """The receipt of a message of ours; its picture's id is that of the largest size."""
    if isinstance(message, bool):  # PTB's answer for inline messages, of which the bot has none
        raise TelegramError("Telegram did not say which message it edited")
    return Receipt((str(message.message_id),), message.photo[-1].file_id if message.photo else "")
