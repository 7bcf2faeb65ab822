"""A loopback emulator of the Telegram Bot API: the real library talks to it over a socket, and no account is needed.

Its rules and texts follow the project's reference page on Telegram, and each names the section of `telegram.md` that it
comes from. `TelegramEmulator` is all that a test needs:

    async with TelegramEmulator(limits="strict") as telegram:
        dara = telegram.add_user("Dara", language_code="km")
        channel = telegram.add_channel("Daily News", username="dailynews")
        telegram.promote(channel, dara)
        ...  # start a bot with base_url=f"{telegram.url}/bot"
        telegram.type(telegram.add_private(dara), dara, "/subscribe @dailynews national")
        await telegram.until(lambda: channel.visible)
    assert telegram.violations == []
"""

from .acts import Press
from .chats import Button, Chat, Content, Message
from .faults import Fault
from .media import Media
from .people import Member, User
from .server import TEST_TOKEN, Request, TelegramEmulator

__all__ = [
    "TEST_TOKEN",
    "Button",
    "Chat",
    "Content",
    "Fault",
    "Media",
    "Member",
    "Message",
    "Press",
    "Request",
    "TelegramEmulator",
    "User",
]
