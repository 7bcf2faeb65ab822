"""What Telegram shows of the bot before anybody has typed anything: its menu of commands, who it is, what it asks for.

Limits: Bot API, BotCommand (32 and 256 characters), setMyDescription (512), setMyShortDescription (120).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Final, TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from adapters.telegram.rights import CHANNEL_RIGHTS, GROUP_RIGHTS, administrator
from adapters.telegram.verdicts import verdict
from bot.subscribing.commands import COMMANDS
from bot.subscribing.introducing import Part
from bot.texts import LANGUAGES, sentence, texts

T = TypeVar("T")

DESCRIPTION: Final = sentence(
    "I send new posts as soon as they are published: with picture, excerpt and link, and only of the categories that "
    "you choose.\n\nPress Start to receive them here, or add me to your channel or group."
)
"""In a chat with the bot in which nothing has been written yet."""

SHORT_DESCRIPTION: Final = sentence("New posts as soon as they are published, in the categories that you choose.")
"""On the bot's page, and below a link to it."""

SCOPES: Final[tuple[tuple[BotCommandScope, bool], ...]] = (
    (BotCommandScopeDefault(), False),
    (BotCommandScopeAllPrivateChats(), True),
    (BotCommandScopeAllGroupChats(), False),
    (BotCommandScopeAllChatAdministrators(), True),
)
"""For whom each menu is, and whether it has the commands that only admins may give: everybody is admin in private."""


def profile(bot: Bot) -> list[Part]:
    """All that Telegram is told about the bot, in every language."""
    return [*_menus(bot), *_descriptions(bot), *_rights(bot)]


def _menus(bot: Bot) -> Iterator[Part]:
    for scope, with_admins_only in SCOPES:
        for language in LANGUAGES:
            say = texts(language).say
            commands = [
                BotCommand(name, say(command.meaning))
                for name, command in COMMANDS.items()
                if with_admins_only or not command.admins_only
            ]
            tell = partial(bot.set_my_commands, commands, scope=scope, language_code=_code(language))
            content = json.dumps([[command.command, command.description] for command in commands])
            yield Part(f"commands {scope.type} {language}", content, _in_our_words(tell))


def _descriptions(bot: Bot) -> Iterator[Part]:
    for language in LANGUAGES:
        code, say = _code(language), texts(language).say
        long, short = say(DESCRIPTION), say(SHORT_DESCRIPTION)

        async def stands(code: str | None = code) -> str:
            return (await bot.get_my_description(language_code=code)).description

        async def stands_shortly(code: str | None = code) -> str:
            return (await bot.get_my_short_description(language_code=code)).short_description

        tell = partial(bot.set_my_description, long, language_code=code)
        yield Part(f"description {language}", long, _in_our_words(tell), _in_our_words(stands))
        tell = partial(bot.set_my_short_description, short, language_code=code)
        yield Part(f"short description {language}", short, _in_our_words(tell), _in_our_words(stands_shortly))


def _rights(bot: Bot) -> Iterator[Part]:
    for name, wanted, for_channels in (("channels", CHANNEL_RIGHTS, True), ("groups", GROUP_RIGHTS, False)):
        rights = administrator(wanted)
        tell = partial(bot.set_my_default_administrator_rights, rights, for_channels=for_channels)
        yield Part(f"rights in {name}", json.dumps(rights.to_dict(), sort_keys=True), _in_our_words(tell))


def _code(language: str) -> str | None:
    """English is for all whose language newsbell does not speak."""
    return None if language == "en" else language


def _in_our_words(call: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    async def called() -> T:
        try:
            return await call()
        except TelegramError as error:
            raise verdict(error) from None  # PTB quotes the token where it is refused

    return called
