"""Announcements in chats: sent, edited in place, deleted. The caller waits for the turn of the first call of each."""

from __future__ import annotations

from typing import Any

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from adapters.telegram.fingerprints import PHOTO, Fingerprint
from adapters.telegram.paying import Paying
from adapters.telegram.photos import Photos, Supply
from adapters.telegram.plain import PlainWords
from adapters.telegram.rates import in_turn, once_more
from adapters.telegram.render import Message, PhotoMessage, RichMessage, TextMessage
from adapters.telegram.replies import NO_PREVIEW, answer_to, chat_of, keyboard, thread_of
from adapters.telegram.rich_messages import RichMessages
from adapters.telegram.verdicts import has_no_text, in_our_words, is_unchanged
from bot.errors import Rejected
from bot.models import Destination, Receipt, Shown
from bot.ports import SILENCE_SECONDS, Pace


class Messages:
    """The bot's announcements. Every method raises a `bot.errors.DeliveryError` for what was no success."""

    def __init__(self, bot: Bot, pace: Pace, paying: Paying, photos: Photos, rich: RichMessages) -> None:
        """Posts that cost Stars are not bound to the bot's free rate (Bot API, sendMessage)."""
        self._bot = bot
        self._paying = paying
        self._photos = photos
        self._rich = rich
        self._plain = PlainWords()
        self._pace = pace

    def shows(self, message: Message) -> Message:
        """What can be shown of `message`, as far as it is known what Telegram takes."""
        return self._plain.shows(self._rich.shows(message))

    # --- sending ------------------------------------------------------------------------------------------------------

    async def send(self, message: Message, destination: Destination, supply: Supply, *, reply_to: str = "") -> Receipt:
        """Send `message`, with its picture from `supply`."""
        paid = bool(self._paying.rate)
        options: dict[str, Any] = {
            "chat_id": chat_of(destination),
            "message_thread_id": thread_of(destination),
            "reply_parameters": answer_to(int(reply_to) if reply_to else None),
            "disable_notification": message.silent,
            "protect_content": message.protect or None,
            "reply_markup": keyboard(message.buttons),
            "parse_mode": ParseMode.HTML,
            "allow_paid_broadcast": paid or None,
        }
        try:
            with in_our_words():
                if isinstance(message, RichMessage):
                    with self._rich.heeded(message):
                        return receipt_of(await self._rich.send(message, options))
                return receipt_of(await self._send(message, supply, options))
        except Rejected as error:
            self._paying.heed(error, paid=paid)
            raise

    async def _send(
        self, message: PhotoMessage | TextMessage, supply: Supply, options: dict[str, Any]
    ) -> TelegramMessage:
        try:
            if isinstance(message, TextMessage):
                return await self._bot.send_message(text=message.text, link_preview_options=card_of(message), **options)
            photo = await self._photos.bring(message.picture, supply)
            options |= {"photo": photo.media, "filename": photo.name, "caption": message.caption}
            return await self._bot.send_photo(**options)
        except BadRequest as error:
            self._plain.heed(message, error)
            raise

    # --- editing ------------------------------------------------------------------------------------------------------

    async def edit(
        self, wanted: Message, caption: str, destination: Destination, shown: Shown, supply: Supply
    ) -> Receipt:
        """Make the message of `shown` into `wanted`, by the one call that it takes.

        Telegram makes a text or an article into a picture, but never a picture into one of them: then the picture
        stays, with `caption`.
        """
        if Fingerprint.parse(shown.fingerprint) == Fingerprint.of(wanted):
            return shown.receipt
        with in_our_words():
            try:
                return await self._edit(wanted, caption, destination, shown, supply)
            except TelegramError as error:
                if is_unchanged(error):  # an earlier edit had no answer; the id in `shown` may be of a picture before
                    return Receipt(shown.receipt.message_ids, None) if new_photo(wanted, shown) else shown.receipt
                raise

    async def _edit(
        self, wanted: Message, caption: str, destination: Destination, shown: Shown, supply: Supply
    ) -> Receipt:
        was = Fingerprint.parse(shown.fingerprint)
        options: dict[str, Any] = {
            "chat_id": chat_of(destination),
            "message_id": int(shown.receipt.message_ids[0]),
            "reply_markup": keyboard(wanted.buttons),
        }
        if isinstance(wanted, RichMessage) and was.kind == PHOTO:
            wanted = wanted.instead
        if isinstance(wanted, PhotoMessage):
            if new_photo(wanted, shown):
                return await self._edit_media(wanted, supply, options)
            await self._edit_caption(caption, options)
            return shown.receipt
        if isinstance(wanted, RichMessage):
            if await self._edit_rich(wanted, options, destination):
                return Receipt(shown.receipt.message_ids)
            return await self._edit(wanted.instead, caption, destination, shown, supply)
        if was.kind == PHOTO or not await self._edit_text(wanted, options, destination):
            await self._edit_caption(caption, options)
        return Receipt(shown.receipt.message_ids)  # whatever picture is left, it is none of this announcement's

    async def _edit_rich(self, wanted: RichMessage, options: dict[str, Any], destination: Destination) -> bool:
        """Edit an article or a text. False if a picture stands there, kept by an earlier edit; a second call is due."""
        try:
            with self._rich.heeded(wanted):
                await self._rich.edit(wanted, options)
        except TelegramError as error:
            if not has_no_text(error):
                raise
            await once_more(self._pace, destination, patience=SILENCE_SECONDS)
            return False
        return True

    async def _edit_media(self, wanted: PhotoMessage, supply: Supply, options: dict[str, Any]) -> Receipt:
        photo = await self._photos.bring(wanted.picture, supply)
        media = InputMediaPhoto(photo.media, wanted.caption, ParseMode.HTML, filename=photo.name)
        try:
            return receipt_of(await self._bot.edit_message_media(media, **options))
        except BadRequest as error:
            self._plain.heed(wanted, error)
            raise

    async def _edit_caption(self, caption: str, options: dict[str, Any]) -> None:
        await self._bot.edit_message_caption(caption=caption, parse_mode=ParseMode.HTML, **options)

    async def _edit_text(self, wanted: TextMessage, options: dict[str, Any], destination: Destination) -> bool:
        """Edit a text. False if a picture stands there, kept by an earlier edit; a second call is then due."""
        try:
            await self._bot.edit_message_text(
                wanted.text, parse_mode=ParseMode.HTML, link_preview_options=card_of(wanted), **options
            )
        except BadRequest as error:
            self._plain.heed(wanted, error)
            if not has_no_text(error):
                raise
            await once_more(self._pace, destination, patience=SILENCE_SECONDS)
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
        async with in_turn(self._pace, destination):
            with in_our_words():
                await self._bot.pin_chat_message(
                    chat_of(destination), int(receipt.message_ids[0]), disable_notification=True
                )

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Unpin the first message of `receipt`, in its turn."""
        async with in_turn(self._pace, destination):
            with in_our_words():
                await self._bot.unpin_chat_message(chat_of(destination), int(receipt.message_ids[0]))


def new_photo(wanted: Message, shown: Shown | None) -> PhotoMessage | None:
    """The photo that is not in the chat yet, if sending `wanted`, or an edit of `shown` to it, brings one."""
    was = Fingerprint.parse(shown.fingerprint) if shown else None
    if was is not None and was.kind == PHOTO and isinstance(wanted, RichMessage):
        wanted = wanted.instead  # a picture never becomes an article
    if not isinstance(wanted, PhotoMessage):
        return None
    there = was is not None and was.kind == PHOTO and was.picture == Fingerprint.of(wanted).picture
    return None if there else wanted


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
