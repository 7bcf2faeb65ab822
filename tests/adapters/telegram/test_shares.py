"""Whoever types and presses whatever in a group: posts and administrators come through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from adapters.telegram.rates import MENU_SECONDS, REPLIES_AMOUNT, rates_of, reply_rates_of
from adapters.telegram.shares import OF_A_GROUP, OF_A_PERSON, SECONDS, Shares
from bot.delivering.pacer import Pacer
from bot.models import Destination
from bot.ports import Rate
from tests.adapters.telegram.conftest import FakeDesk
from tests.delivering.virtual_time import virtually
from tests.emulators.telegram import Chat, TelegramEmulator, User

GROUP = Destination("telegram", "-1001")
WIRE_SECONDS = 0.1
FLOOD_SECONDS = 180


class Hall:
    """One group whose calls go by newsbell's own pacer."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pacer = Pacer(self.loop.time)

    async def call(self, rates: Sequence[Rate], *, urgent: bool = True) -> float:
        """Make a call; how long it waited for its turn."""
        asked = self.loop.time()
        await self.pacer.turn(rates, urgent=urgent)
        await self.pacer.start(rates)
        left = self.loop.time()
        await asyncio.sleep(WIRE_SECONDS)
        self.pacer.end(rates)
        return left - asked

    async def post(self) -> float:
        """A post that is due now; how long it waited in the line."""
        rates, asked = rates_of(GROUP), self.loop.time()
        while blocked := self.pacer.blocker(rates):  # noqa: ASYNC110 - it is time that is waited for
            await asyncio.sleep(blocked[1] - self.loop.time())
        self.pacer.count(rates)
        await self.pacer.start(rates)
        waited = self.loop.time() - asked
        await asyncio.sleep(WIRE_SECONDS)
        self.pacer.end(rates)
        return waited

    async def posts(self) -> list[float]:
        """So many as all replies leave room for, over the whole flood."""
        waits = []
        apart = 60.5 / (20 - REPLIES_AMOUNT) + 1
        while self.loop.time() < 1000 + FLOOD_SECONDS:
            waits.append(await self.post())
            await asyncio.sleep(apart)
        return waits

    async def flood(self, ask: Callable[[], bool] = lambda: True, *, menu: bool = False, apart: float = 0.9) -> None:
        """Replies, one after the other is asked for, and nobody waits for the one before."""
        async with asyncio.TaskGroup() as waiting:
            while self.loop.time() < 1000 + FLOOD_SECONDS:
                if ask():
                    waiting.create_task(self.call(reply_rates_of(GROUP, menu=menu)))
                await asyncio.sleep(apart)


def test_one_who_floods_a_group_keeps_neither_its_posts_nor_its_administrators_waiting() -> None:
    async def run() -> tuple[list[float], list[float]]:
        hall = Hall()
        shares = Shares(hall.loop.time)
        flood = asyncio.create_task(hall.flood(lambda: shares.take(-1001, "5")))
        posts, pauses = asyncio.create_task(hall.posts()), []
        while not flood.done():
            pauses.append(await hall.call(reply_rates_of(GROUP)))
            await asyncio.sleep(10)
        return await posts, pauses

    posts, pauses = virtually(run())
    assert len(posts) > 10
    assert max(posts) < 5
    assert max(pauses) < 3


def test_posts_come_through_whatever_administrators_type() -> None:
    async def run() -> list[float]:
        hall = Hall()
        flood = asyncio.create_task(hall.flood())
        posts = await hall.posts()
        flood.cancel()
        return posts

    assert max(virtually(run())) < 10


def test_who_goes_on_pressing_waits_for_each_drawing_a_little_and_never_long() -> None:
    async def run() -> list[float]:
        hall, waits = Hall(), []
        while hall.loop.time() < 1000 + FLOOD_SECONDS:
            waits.append(await hall.call(reply_rates_of(GROUP, menu=True)))
        return waits

    assert max(virtually(run())) <= MENU_SECONDS


def test_in_a_minute_a_person_gets_three_answers_and_a_group_five() -> None:
    now = 100.0
    shares = Shares(lambda: now)
    assert sum(shares.take(1, "Sok") for _ in range(9)) == OF_A_PERSON
    assert sum(shares.take(1, "Dara") for _ in range(9)) == OF_A_GROUP - OF_A_PERSON
    assert shares.take(2, "Sok"), "other groups have their own"
    now += SECONDS
    assert sum(shares.take(1, "Sok") for _ in range(9)) == OF_A_PERSON


@pytest.mark.usefixtures("served")
async def test_beyond_a_members_share_there_is_silence_and_an_administrator_is_answered(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    sok = telegram.add_user("Sok")
    for _ in range(9):
        telegram.type(group, sok, "/status")
    for _ in range(6):
        telegram.type(group, dara, "/pause")
    await telegram.until(lambda: len(said(group, "pause")) == 6)
    assert len(said(group, "status")) <= OF_A_PERSON
    assert len(desk.commands) == 15, "an operator who is no administrator is obeyed all the same"


@pytest.mark.usefixtures("served")
async def test_an_administrator_is_obeyed_while_the_answer_to_a_member_waits(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault("hang", method="sendMessage", chat=group)
    telegram.type(group, telegram.add_user("Sok"), "/status")
    telegram.type(group, dara, "/pause")
    await telegram.until(lambda: said(group, "pause"))
    assert [command.name for command in desk.commands] == ["status", "pause"]
    assert "got no reply" not in caplog.text, "that comes later"


@pytest.mark.usefixtures("served")
async def test_who_talks_to_it_is_told_how_once(telegram: TelegramEmulator, desk: FakeDesk, group: Chat) -> None:
    anna = telegram.add_user("Anna", language_code="en")
    her = telegram.add_private(anna)
    for _ in range(3):
        telegram.type(her, anna, "hello?")
    telegram.type(her, anna, "/help")
    await telegram.until(lambda: len(her.from_bot) == 2)
    assert (
        her.from_bot[0].text == "I understand commands only. To choose where posts go: /start. All that I know: /help"
    )
    assert her.from_bot[1].text == "help:"
    telegram.type(group, anna, "/nonsense@newsbell_test_bot")
    await telegram.until(lambda: group.from_bot)
    assert desk.commands[-1].name == "nonsense"


@pytest.mark.usefixtures("served")
async def test_who_shows_it_something_is_told_how_to_talk_to_it_once(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat
) -> None:
    origin = {"type": "channel", "date": 1, "chat": channel.as_json(), "message_id": 7}
    for name in ("Anna", "Vuthy"):
        person = telegram.add_user(name, language_code="en")
        private = telegram.add_private(person)
        for _ in range(3):  # as an album comes
            if name == "Anna":
                telegram.show(private, person, "")
            else:
                telegram.type(private, person, "/subscribe sport", origin={"forward_origin": origin})
        telegram.type(private, person, "/help")
        await telegram.until(partial(_are, private, 2))
        assert (private.from_bot[0].text or "").startswith("I understand commands only.")
    assert [command.name for command in desk.commands] == ["help", "help"]


def _are(chat: Chat, count: int) -> bool:
    return len(chat.from_bot) == count


def said(chat: Chat, begins: str) -> list[str]:
    return [text for message in chat.from_bot if (text := str(message.text)).startswith(begins)]
