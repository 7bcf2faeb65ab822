"""What platforms were told about a bot is remembered for that bot alone."""

from __future__ import annotations

from tests.state.making import NOON, Office


async def test_what_was_told_is_remembered_by_part_and_replaced(office: Office) -> None:
    profiles = office.store.profiles
    assert await profiles.told("telegram", "1") == {}

    await profiles.note("telegram", "1", "commands", "old", NOON)
    await profiles.note("telegram", "1", "description", "words", NOON)
    await profiles.note("telegram", "1", "commands", "new", NOON)
    await profiles.note("discord", "2", "commands", "others", NOON)

    assert await profiles.told("telegram", "1") == {"commands": "new", "description": "words"}
    assert await profiles.told("discord", "2") == {"commands": "others"}


async def test_another_bot_on_the_platform_makes_what_the_first_one_told_forgotten(office: Office) -> None:
    profiles = office.store.profiles
    await profiles.note("telegram", "1", "commands", "x", NOON)
    await profiles.note("discord", "1", "commands", "x", NOON)

    await profiles.note("telegram", "2", "commands", "x", NOON)

    assert await profiles.told("telegram", "1") == {}
    assert await profiles.told("discord", "1") == {"commands": "x"}
