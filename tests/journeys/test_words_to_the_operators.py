"""The operators are told of what is, when it is: of a folder that is lost again, again, and of none that is back."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


def told(chat: Chat, times: int) -> bool:
    return len(chat.from_bot) == times


async def test_a_folder_that_is_lost_a_second_time_is_told_of_at_once(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    operator = telegram.add_user("Dara")
    chat = telegram.add_private(operator)
    newsroom.settings["NEWSBELL_ADMINS"] = f"telegram:{operator.id}"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("1 post is known")
    aside = newsroom.home / "aside"

    for times in (1, 2):
        await asyncio.to_thread(newsroom.posts.rename, aside)
        await telegram.until(partial(told, chat, times))
        await asyncio.to_thread(aside.rename, newsroom.posts)
        await newsroom.says("is back, with 1 files", times=times)

    assert all("The folder of posts needs you: " in (word.text or "") for word in chat.from_bot)
