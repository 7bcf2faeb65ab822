"""What the crash harness sees in the places where messages arrive."""

from __future__ import annotations

from dataclasses import replace

from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.chats import Content
from tests.torture.city import City
from tests.torture.plan import Kind, Place, plan_of

NATIONAL, SPORT = Place(Kind.TOPIC, 0), Place(Kind.TOPIC, 1)


async def test_a_post_that_becomes_another_one_is_harmed_and_each_topic_has_its_own() -> None:
    async with TelegramEmulator() as telegram, DiscordEmulator() as discord:
        city = City.build(replace(plan_of(1), places=(NATIONAL, SPORT)), telegram, discord)
        forum = city.chats[NATIONAL]
        assert forum is city.chats[SPORT]
        for place, words in ((NATIONAL, "A menu"), (SPORT, "Post ART1, edition 0\nIt rains")):
            telegram.add_message(
                forum, telegram.bot, content=Content(words), from_bot=True, thread_id=city.topics[place]
            )

        reply, post = forum.from_bot
        reply.edit(Content("Post ART1, edition 0"), 1.0)
        post.edit(Content("Post ART1, edition 1"), 1.0)
        assert city.harmed() == {NATIONAL: 0, SPORT: 0}

        post.edit(Content("Post ART2, edition 0"), 2.0)
        assert city.harmed() == {NATIONAL: 0, SPORT: 1}
        assert city.shown() == {NATIONAL: ["Post ART1, edition 0"], SPORT: ["Post ART2, edition 0"]}
