"""A post, and the ways in which the tests show and change it."""

from adapters.telegram.adapter import TelegramAdapter
from bot.models import Announcement, Look, Picture, Shown, Span, Style
from tests.adapters.telegram.conftest import place
from tests.emulators.telegram import Chat, TelegramEmulator

URL = "https://news.example/rain"
PICTURE = Picture(url="https://news.example/rain.jpg")
RAIN = Announcement(
    "Rain", body=(Span("It rains "), Span("a lot", bold=True)), url=URL, pictures=(PICTURE,), hashtags=("Weather",)
)
CAPTION = "Rain\n\nIt rains a lot\n\n#Weather"
LOOK = Look()
PREVIEW = Look(style=Style.PREVIEW)
TEXT = Look(style=Style.TEXT)
RICH = Look(style=Style.RICH)
NONCE = "1-1"


async def show(adapter: TelegramAdapter, chat: Chat, announcement: Announcement = RAIN, look: Look = LOOK) -> Shown:
    receipt = await adapter.send(announcement, place(chat), look, nonce=NONCE)
    return Shown(1, adapter.fingerprint(announcement, look), receipt)


async def edit(
    adapter: TelegramAdapter, chat: Chat, announcement: Announcement, shown: Shown, look: Look = LOOK
) -> Shown:
    receipt = await adapter.edit(announcement, place(chat), look, shown)
    return Shown(shown.revision + 1, adapter.fingerprint(announcement, look), receipt)


def calls(telegram: TelegramEmulator) -> list[str]:
    """The calls after the login."""
    return [request.method for request in telegram.requests if request.method != "getMe"]
