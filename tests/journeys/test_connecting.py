"""An editor connects a channel from a telephone, without an id; its readers see posts, and nothing else."""

from __future__ import annotations

import pytest

from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


def texts_in(chat: Chat) -> list[str]:
    return [message.text or "" for message in chat.from_bot]


@pytest.fixture
async def running(world: World) -> World:
    """newsbell with posts in two categories, listening."""
    world.telegram.limits.use("off")
    for number, category in enumerate(["NATIONAL", "SPORT"]):
        world.newsroom.write(f"{number}.md", post(f"OLD{number}", category=category))
    await world.newsroom.start()
    await world.newsroom.says("telegram: ready")
    return world


async def test_from_start_to_the_first_post_and_the_channel_stays_clean(running: World) -> None:
    telegram = running.telegram
    editor = telegram.add_user("Sophea", language_code="en")
    private = telegram.add_private(editor)
    channel = telegram.add_channel("Daily News", bot_rights=None)
    telegram.promote(channel, editor)

    telegram.type(private, editor, "/start")
    await telegram.until(lambda: len(private.from_bot) == 2)
    telegram.share(private, "Choose a channel", channel)
    await telegram.until(lambda: len(private.from_bot) == 4)
    menu = private.from_bot[-1]
    assert (menu.text or "").startswith("What should arrive in Daily News?")
    telegram.press(menu, "▫️ NATIONAL (1)", editor)
    await telegram.until(lambda: "What arrives: NATIONAL." in (menu.text or ""))
    telegram.press(menu, "Done", editor)
    await telegram.until(lambda: len(menu.edits) == 2)
    running.newsroom.write("new.md", post("NEW"))
    running.newsroom.write("goal.md", post("GOAL", category="SPORT"))
    await telegram.until(lambda: channel.from_bot)
    await running.newsroom.settles(1)

    assert [(message.caption or "").split("\n")[0] for message in channel.visible] == ["Post NEW"]
    assert private.keys == []


async def test_a_group_to_which_the_bot_was_added_while_it_was_down_is_welcomed_once_over_restarts(
    running: World,
) -> None:
    newsroom, telegram = running.newsroom, running.telegram
    await newsroom.stop()
    group = telegram.add_supergroup("Chess club", bot_admin=True)  # Telegram keeps updates for a day
    await newsroom.start()
    await newsroom.says("telegram: ready")
    telegram.post(group, "Good morning")
    await telegram.until(lambda: group.from_bot)
    await newsroom.kill()
    telegram.remove(group)
    telegram.join(group)
    await newsroom.start()
    await newsroom.says("telegram: ready")
    telegram.type(group, telegram.founder, "/categories")
    await telegram.until(lambda: len(group.from_bot) == 2)
    await newsroom.stop()  # what waited would be said now

    welcome, answer = texts_in(group)
    assert welcome.startswith("Hello! I am newsbell:")
    assert answer.startswith("Categories")
