"""What the bot tells of itself."""

import pytest
from telegram import BotCommand, BotCommandScopeAllGroupChats, ChatAdministratorRights
from telegram.error import BadRequest
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator


async def test_the_profile_is_kept_by_scope_and_language(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    commands = [BotCommand("subscribe", "Receive a category")]
    await bot.set_my_commands(commands, scope=BotCommandScopeAllGroupChats(), language_code="km")
    assert await bot.get_my_commands(scope=BotCommandScopeAllGroupChats(), language_code="km") == tuple(commands)
    assert await bot.get_my_commands() == ()
    await bot.set_my_description("Rings for new posts.")
    await bot.set_my_short_description("Posts.")
    assert (await bot.get_my_description(language_code="km")).description == "Rings for new posts."
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Subscribe", "x")])


async def test_the_rights_that_it_asks_for_are_kept_for_channels_and_groups(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    every = ChatAdministratorRights.all_rights()
    await bot.set_my_default_administrator_rights(every, for_channels=True)
    assert await bot.get_my_default_administrator_rights(for_channels=True) == every
    assert not (await bot.get_my_default_administrator_rights()).can_manage_chat
