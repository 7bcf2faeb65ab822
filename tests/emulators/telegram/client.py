"""The real python-telegram-bot, pointed at an emulator (telegram.md 8), and what it sends in these tests."""

import io

from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ContextTypes, ExtBot, TypeHandler

from tests.emulators.telegram import TEST_TOKEN, TelegramEmulator

READ = InlineKeyboardMarkup([[InlineKeyboardButton("Read", url="https://example.org/rain")]])


def bot_of(telegram: TelegramEmulator, token: str = TEST_TOKEN) -> ExtBot[None]:
    """A bot that calls the emulator, not initialised yet."""
    return ExtBot(token, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot")


class Polling:
    """A PTB application that notes down all updates."""

    def __init__(self, telegram: TelegramEmulator, heard: list[Update]) -> None:
        self._telegram = telegram
        self._heard = heard
        builder = Application.builder().token(TEST_TOKEN).base_url(f"{telegram.url}/bot")
        self._application = builder.build()
        self._application.add_handler(TypeHandler(Update, self._note))

    async def _note(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        self._heard.append(update)
        self._telegram.changed()

    async def __aenter__(self) -> None:
        await self._application.initialize()
        await self._application.start()
        assert self._application.updater
        await self._application.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        await self._telegram.until(lambda: self._telegram.updates.polled)

    async def __aexit__(self, *_: object) -> None:
        assert self._application.updater
        await self._application.updater.stop()
        await self._application.stop()
        await self._application.shutdown()


def jpeg(width: int = 640, height: int = 360) -> bytes:
    """A picture of one colour, so many pixels wide and high."""
    picture = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(picture, "JPEG")
    return picture.getvalue()
