"""Whatever editors, operators and the line do, and in whatever order: in the end each chat shows what it must, once."""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.delivering.caller import Caller
from bot.delivering.pacer import Pacer
from bot.delivering.turn import Turn
from bot.errors import DeliveryError, OutcomeUnknown, Rejected, TryLater
from bot.models import GONE, Action, DeliveryState, DestinationState, Withdrawn
from bot.ports import Archive, Deliveries
from bot.records import HELD_BY_WORD, Brake, KnownPost
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import page
from tests.state.making import BOT, chat

ACTS = 50
NAMES = "abc"
SUBSCRIBED = (1, 2)
FICKLE = 4  # subscribes, and unsubscribes again
CHATS = (*SUBSCRIBED, 3, FICKLE)
DIGEST_ABOVE = 2
LONGEST = 15  # minutes until all that was lost, or refused, is made again
REFUSALS: list[DeliveryError] = [TryLater("the platform is busy"), Rejected("the platform does not accept it")]
TITLE = re.compile(r"(Withdrawn: )?Story (\w) \d+")


@dataclass
class Story:
    """What editors and operators know of a post."""

    name: str
    title: str = ""
    file: str = ""  # public, draft; empty: it is not there
    brake: Brake = Brake.OFF
    sent_by_hand: set[int] = field(default_factory=set)  # to these chats, and nothing took it away since
    kept: bool = False  # it went away while messages are kept, and was not taken back since

    @property
    def path(self) -> str:
        return f"{self.name}.md"


Act = Callable[[Story], Awaitable[None]]


class World:
    """A folder, a store and a platform; calls stay in the air for as long as the acts want it so."""

    def __init__(self, desk: Desk, how: Withdrawn, seed: int) -> None:
        self.desk = desk
        self.how = how
        self.chance = random.Random(f"{how} {seed}")
        self.stories = [Story(name) for name in NAMES]
        self.adapter = desk.service.adapter
        self.posts: Archive = desk.service.store.posts
        self.shelf: Deliveries = desk.service.store.deliveries
        self.caller: Caller
        self.epoch = 0
        self.turns: list[Turn] = []  # claimed, and not called yet
        self.calls: dict[asyncio.Task[object], asyncio.Event] = {}  # made, and not answered yet
        self.busy: set[int] = set()  # the destinations of both
        self.acts: list[str] = []
        self.sent_before: int | None = None  # to the fickle chat, when it unsubscribed; None: it is subscribed

    async def begin(self) -> None:
        """As a process begins."""
        self.epoch += 1
        await self.shelf.orphans(self.epoch, self.desk.now)
        pacer = Pacer(asyncio.get_running_loop().time)
        self.caller = Caller(self.adapter, self.shelf, pacer, epoch=self.epoch, now=lambda: self.desk.now)

    # --- editors

    async def save(self, story: Story) -> None:
        """Its words are new ones, or are put back to what they were."""
        story.title = f"Story {story.name} {self.chance.randint(1, 3)}"
        await self._write(story, story.file or "public")

    async def draft(self, story: Story) -> None:
        """It is a draft, or is none any more."""
        await self._write(story, "public" if story.file == "draft" else "draft")

    async def remove(self, story: Story) -> None:
        """It goes, or comes back as it was."""
        if not story.file:
            await self._write(story, "public")
            return
        self._becomes(story, "")
        self.desk.remove(story.path)
        await self.desk.scan()

    async def touch(self, story: Story) -> None:
        """It is read again, and says what it said."""
        if story.file:
            os.utime(self.desk.root / story.path, (1, self.chance.randint(2, 10**6)))
            await self.desk.scan()

    async def _write(self, story: Story, file: str) -> None:
        self._becomes(story, file)
        front = [f"code: {story.name}", "date: 2026-11-01 08:00", "image: https://pictures.example/1.jpg"]
        front += ["draft: true"] if file == "draft" else []
        self.desk.write(story.path, content=page(story.title, story.name * 40, *front))
        await self.desk.scan()

    def _becomes(self, story: Story, file: str) -> None:
        story.file = file
        if file != "public":
            story.sent_by_hand.clear()
            story.kept = story.kept or self.how is Withdrawn.KEEP

    # --- operators

    async def hold(self, story: Story) -> None:
        if (known := await self._known(story)) and story.brake is not Brake.TAKEN:
            story.brake = Brake.HELD
            await self.posts.hold(known.subject, self.desk.now)

    async def release(self, story: Story) -> None:
        if (known := await self._known(story)) and story.file and story.brake is not Brake.OFF:
            story.brake = Brake.OFF
            await self.posts.free(known.subject, self.desk.now)
            await self.desk.publisher.releases.release(known)

    async def take_back(self, story: Story) -> None:
        if known := await self._known(story):
            story.brake, story.kept = Brake.TAKEN, False
            story.sent_by_hand.clear()
            how = Withdrawn.MARK if self.how is Withdrawn.MARK else Withdrawn.DELETE
            await self.posts.take_back(known.subject, how, self.desk.now)

    async def send_to(self, story: Story) -> None:
        known, number = await self._known(story), self.chance.choice(CHATS[:-1])
        if known and story.file == "public" and story.brake is not Brake.HELD:
            story.sent_by_hand.add(number)
            await self.desk.publisher.releases.send_to(known, [chat(number)])

    async def pause(self, _: Story) -> None:
        state = self.chance.choice([DestinationState.PAUSED, DestinationState.ACTIVE])
        await self._set_state(self.chance.choice(SUBSCRIBED), state)

    async def change_mind(self, story: Story) -> None:
        if self.sent_before is None:
            await self.answer(story)  # what was asked for by then comes
            await self.desk.service.store.subscriptions.remove(chat(FICKLE), None)
            self.sent_before = self.sends_to_fickle()
        else:
            self.sent_before = None
            await self.desk.service.subscribe(chat(FICKLE))

    def sends_to_fickle(self) -> int:
        return sum(call.destination == chat(FICKLE) for call in self.adapter.calls_of(Action.SEND))

    async def gather(self, _: Story) -> None:
        await self.shelf.gather(self.desk.now, before=self.desk.now)

    async def _known(self, story: Story) -> KnownPost | None:
        return await self.posts.find(story.path)

    async def _set_state(self, number: int, state: DestinationState) -> None:
        await self.desk.service.store.subscriptions.set_state(chat(number), state, "", self.desk.now)

    # --- the line

    async def claim(self, _: Story) -> None:
        next_up = await self.shelf.next_up("fake", BOT, self.desk.now, room=9, looks=9, skip=self.busy)
        claimed = await self.caller.claim(next_up.unknown + next_up.due)
        self.turns += claimed
        self.busy |= {turn.delivery.destination_id for turn in claimed}

    async def call(self, story: Story) -> None:
        """What is due has its effect, and no answer yet; some sends have none, and are refused in the end."""
        await self.claim(story)
        for turn in self.turns:
            chat_id, in_air = turn.delivery.destination.chat_id, self.adapter.in_air
            if self.chance.random() < 1 / 2:
                refusal = self.chance.choice(REFUSALS)
                answer = self.adapter.refuse_late(refusal, chat=chat_id, action=Action.SEND)
            else:
                answer = self.adapter.hang(chat=chat_id)
            task = asyncio.create_task(self.caller.carry_out(turn))
            self.calls[task] = answer
            while not task.done() and self.adapter.in_air == in_air:  # noqa: ASYNC110 - some turns need no call
                await asyncio.sleep(0)
        self.turns.clear()

    async def answer(self, _: Story) -> None:
        """All that is in the air ends."""
        for answer in self.calls.values():
            answer.set()
        await asyncio.gather(*self.calls)
        for turn in self.turns:
            await self.caller.carry_out(turn)
        self._forget()

    async def work(self, story: Story) -> None:
        await self.claim(story)
        await self.answer(story)

    async def lose(self, _: Story) -> None:
        """Some call that follows has its effect and no answer, or none of both, or is refused."""
        action = self.chance.choice([Action.SEND, Action.EDIT, Action.DELETE])
        error = self.chance.choice([None, OutcomeUnknown("no answer came"), *REFUSALS])
        if error:
            self.adapter.fail(error, action=action)
        else:
            self.adapter.lose_answer(action=action)

    async def kill(self, _: Story) -> None:
        for call, answer in self.calls.items():
            call.cancel()
            answer.set()
        await asyncio.gather(*self.calls, return_exceptions=True)
        self._forget()
        await self.begin()

    def _forget(self) -> None:
        self.turns.clear()
        self.calls.clear()
        self.busy.clear()

    # --- the course of things

    async def go_on(self) -> None:
        """One act of anybody's."""
        editors: list[Act] = [self.save, self.draft, self.remove, self.touch] * 2
        operators: list[Act] = [self.hold, self.release, self.take_back, self.send_to, self.pause, self.gather]
        operators += [self.change_mind] * 2
        line: list[Act] = [self.claim, *[self.call] * 4, *[self.answer, self.work] * 2, self.lose, self.kill]
        act, story = self.chance.choice(editors + operators + line), self.chance.choice(self.stories)
        self.acts.append(f"{act.__name__} {story.name}")
        await act(story)
        if self.sent_before is not None:
            assert self.sends_to_fickle() == self.sent_before, f"sent to who unsubscribed, after {self.acts}"
        self.desk.now += timedelta(seconds=self.chance.choice([0, 1, 30]))

    async def end(self) -> None:
        """All that waits for a word or for the clock has it; what was taken back stays so."""
        for number in SUBSCRIBED:
            await self._set_state(number, DestinationState.ACTIVE)
        for story in self.stories:
            if story.brake is Brake.HELD:
                await self.release(story)
            await self.answer(story)
        waiting = await self.shelf.listing([DeliveryState.FAILED, DeliveryState.HELD], limit=99)
        assert all(one.wanted != GONE or one.shown or one.nonce for one in waiting), (
            f"waits for nothing, after {self.acts}"
        )
        self.adapter.recover()
        for _ in range(LONGEST):
            self.desk.now += timedelta(minutes=1)
            await self.shelf.retry([DeliveryState.FAILED, DeliveryState.HELD], self.desk.now)
            await self.work(self.stories[0])

    def shown(self, story: Story, number: int) -> list[str]:
        """What a chat shows of a story, in messages of its own or in a list."""
        texts = "\n".join(f"{each.title}\n{each.text}" for each in self.adapter.messages(chat(number)))
        return [found[0] for found in TITLE.finditer(texts) if found[2] == story.name]

    def problem(self, story: Story, number: int) -> str:
        """What is wrong with what a chat shows of a story; empty: nothing."""
        shown = self.shown(story, number)
        standing = [title for title in shown if not title.startswith("Withdrawn: ")]
        if len(shown) > 1:
            return "doubled"
        if shown != standing and self.how is not Withdrawn.MARK:
            return "marked"
        if story.file == "public" and (number in story.sent_by_hand or self.is_owed(story, number)):
            return "" if standing == [story.title] else "missing, or old"
        if story.file == "public" and story.brake is Brake.OFF:
            return "" if standing in ([], [story.title]) else "old"
        return "stands" if standing and not story.kept else ""

    def is_owed(self, story: Story, number: int) -> bool:
        return number in SUBSCRIBED and story.brake is Brake.OFF


@pytest.mark.parametrize("seed", [*range(4), 13])  # 13 loses a text for whose post another rung is wanted by then
@pytest.mark.parametrize("how", list(Withdrawn))
async def test_in_the_end_each_chat_shows_what_it_must_once(desk: Desk, how: Withdrawn, seed: int) -> None:
    desk.publish_as(withdrawn=how, flood=100)
    await desk.service.subscribe(chat(2), chat(3), chat(FICKLE))
    await desk.service.store.subscriptions.remove(chat(3), None)
    await desk.service.store.posts.finish_baseline(desk.now)
    await desk.service.store.deliveries.digest_above(DIGEST_ABOVE)
    desk.service.adapter.bare = set(map(chat, CHATS))  # so that each post climbs the ladder
    world = World(desk, how, seed)
    await world.begin()
    for story in world.stories:
        await world.save(story)
    for _ in range(ACTS):
        await world.go_on()
    await world.end()

    for story in world.stories:
        for number in CHATS:
            problem = world.problem(story, number)
            assert not problem, f"{problem}: {story}, in {number} {world.shown(story, number)}, after {world.acts}"
    open_ones = [state for state in DeliveryState if state is not DeliveryState.SETTLED]
    left = await world.shelf.listing(open_ones, limit=9)
    assert {one.reason for one in left} <= {HELD_BY_WORD}, f"{left}, after {world.acts}"
