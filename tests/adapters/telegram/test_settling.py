"""A send whose answer was lost is found, or known never to have arrived, and nobody's message is changed by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.delivering.trails import RememberedTrails
from bot.errors import DestinationLost, NeverArrived, OutcomeUnknown, TryLater
from bot.models import Announcement, Look, Receipt, Reply
from bot.ports import Store
from state import open_store
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, place
from tests.adapters.telegram.posts import LOOK, NONCE, RAIN, TEXT
from tests.emulators.telegram import Chat, Message, TelegramEmulator, User

EDITOR = ("can_post_messages", "can_edit_messages")
KINDS = ["channel", "editor", "member", "admin", "group", "private"]
SEEN = {"channel", "editor", "admin", "private"}
"""Where the bot is told of what others write."""


class Town:
    """An adapter that remembers messages in a real database, and a chat in which sends go wrong."""

    def __init__(self, telegram: TelegramEmulator, store: Store, pace: FakePace, operator: User) -> None:
        self.telegram = telegram
        self.store = store
        self.operator = operator
        self.private = telegram.add_private(operator)
        self.ago = timedelta()
        self.pace = pace
        self.trails = RememberedTrails(store.deliveries, "telegram", lambda: self.now)
        self.adapter = self._adapter(())

    def _adapter(self, operators: tuple[str, ...]) -> TelegramAdapter:
        return TelegramAdapter(
            self.telegram.token,
            api_url=self.telegram.url,
            pace=self.pace,
            trails=self.trails,
            operators=operators,
            read_timeout=0.5,
        )

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) - self.ago

    async def open(self, *, operator: bool = False) -> None:
        self.adapter = self._adapter((str(self.operator.id),) if operator else ())
        await self.adapter.open()

    def chat(self, kind: str) -> Chat:
        telegram = self.telegram
        match kind:
            case "channel":
                return telegram.add_channel("News")
            case "editor":
                return telegram.add_channel("News", bot_rights=EDITOR)
            case "group":
                return telegram.add_group("Desk")
            case "private":
                return telegram.add_private(telegram.add_user("Dara"))
        return telegram.add_supergroup("Desk", bot_admin=kind == "admin")

    async def send(self, chat: Chat, announcement: Announcement = RAIN, look: Look = LOOK) -> Receipt:
        """A send as the dispatcher makes it, receipt written down."""
        receipt = await self.adapter.send(announcement, place(chat), look, nonce="0-0")
        await self.trails.note("123456789", [(str(chat.id), receipt.message_ids[0])])
        return receipt

    async def lose(
        self, chat: Chat, *, arrives: bool = True, announcement: Announcement = RAIN, look: Look = LOOK
    ) -> datetime:
        """A send without an answer; when its call began."""
        began = self.now
        self.telegram.fault("accept_then_close" if arrives else "close", chat=chat)
        with pytest.raises(OutcomeUnknown):
            await self.adapter.send(announcement, place(chat), look, nonce=NONCE)
        return began

    async def settle(
        self,
        chat: Chat,
        tried_at: datetime,
        *,
        after: float = 21,
        announcement: Announcement = RAIN,
        look: Look = LOOK,
    ) -> Receipt | None:
        return await self.adapter.settle(
            announcement, place(chat), look, nonce=NONCE, tried_at=tried_at, now=tried_at + timedelta(seconds=after)
        )

    @contextmanager
    def nobody_touched(self) -> Iterator[None]:
        """No message that is there now is changed, and none is left behind anywhere."""
        chats = list(self.telegram.chats.values())
        before = {chat.id: list(chat.visible) for chat in chats}
        said = {id(message): message.content for there in before.values() for message in there}
        yield
        assert {chat.id: list(chat.visible) for chat in chats} == before
        assert {id(message): message.content for there in before.values() for message in there} == said

    @property
    def probes(self) -> list[int]:
        asked = [each for each in self.telegram.requests if each.method == "stopMessageLiveLocation"]
        return [int(each.parameters["message_id"]) for each in asked]


@pytest.fixture
async def town(telegram: TelegramEmulator, pace: FakePace, tmp_path: Path) -> AsyncIterator[Town]:
    store = await open_store(f"sqlite:///{tmp_path}/newsbell.db", "/srv/posts")
    town = Town(telegram, store, pace, telegram.add_user("Operator"))
    yield town
    await town.adapter.close()
    await store.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, nothing is waited for."""
    monkeypatch.setattr("adapters.telegram.listening.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("adapters.telegram.listening.QUIET_SECONDS", 0.05)


@pytest.mark.parametrize("operator", [False, True], ids=["alone", "operator"])
@pytest.mark.parametrize("look", [LOOK, TEXT], ids=["photo", "text"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_that_arrived_is_found_among_those_of_others(
    town: Town, desk: FakeDesk, kind: str, look: Look, operator: bool
) -> None:
    await town.open(operator=operator)
    chat = town.chat(kind)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"), look)
        town.telegram.post(chat, "before")
        began = await town.lose(chat, look=look)
        lost = chat.from_bot[-1]
        town.telegram.erase(town.telegram.post(chat, "erased"))
        await town.adapter.notify(place(chat), Reply("A menu of ours"))
        town.telegram.post(chat, "after")

        with town.nobody_touched():
            found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(lost.id),)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_never_arrived_is_believed_at_the_second_look(town: Town, desk: FakeDesk, kind: str) -> None:
    await town.open()
    chat = town.chat(kind)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat)
        town.telegram.post(chat, "before")
        began = await town.lose(chat, arrives=False)
        town.telegram.post(chat, "after")

        with town.nobody_touched():
            with pytest.raises(TryLater, match="still be on its way") as early:
                await town.settle(chat, began, after=2)
            with pytest.raises(TryLater, match="looking again") as first:
                await town.settle(chat, began, after=6)
            with pytest.raises(NeverArrived):
                await town.settle(chat, began, after=20)

    assert early.value.retry_after == pytest.approx(3)
    assert first.value.retry_after
    assert 5 < first.value.retry_after <= 14


async def test_what_arrives_between_the_looks_is_found(town: Town) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False)
    with pytest.raises(TryLater):
        await town.settle(chat, began, after=6)
    late = await town.adapter.send(RAIN, place(chat), LOOK, nonce=NONCE)

    assert await town.settle(chat, began) == replace(late, media_id="")


async def test_a_forwarded_copy_gives_the_pictures_id_and_leaves_nothing_behind(town: Town, desk: FakeDesk) -> None:
    await town.open(operator=True)
    chat = town.chat("editor")
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"))
        began = await town.lose(chat)

        found = await town.settle(chat, began)

    assert found
    assert found.media_id
    assert town.private.visible == []
    assert [each.silent for each in town.private.messages.values()] == [True]


@pytest.mark.parametrize("operator", [False, True])
async def test_a_post_of_others_that_no_update_told_of_is_never_edited(town: Town, operator: bool) -> None:
    """With the right to edit others' posts, each looks like ours."""
    await town.open(operator=operator)
    chat = town.chat("editor")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    town.telegram.post(chat, "theirs", seen=False)

    with town.nobody_touched():
        if operator:
            with pytest.raises(NeverArrived):
                await town.settle(chat, began)
        else:
            with pytest.raises(TryLater, match="is known yet"):
                await town.settle(chat, began)
            with pytest.raises(OutcomeUnknown):
                await town.settle(chat, began, after=61)


async def test_two_that_may_be_it_are_left_alone(town: Town) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat)
    began = await town.lose(chat, look=TEXT)
    await town.lose(chat, announcement=replace(RAIN, title="Wind"), look=TEXT)

    with town.nobody_touched(), pytest.raises(OutcomeUnknown, match="each may be"):
        await town.settle(chat, began, look=TEXT)


async def test_a_lost_reply_is_not_taken_for_the_lost_message(town: Town) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    town.telegram.fault("accept_then_close", chat=chat)
    with pytest.raises(OutcomeUnknown):
        await town.adapter.notify(place(chat), Reply("lost, too"))

    with town.nobody_touched():
        with pytest.raises(OutcomeUnknown):
            await town.settle(chat, began, look=TEXT)
        with pytest.raises(NeverArrived):
            await town.settle(chat, began)


async def test_ids_of_other_private_chats_are_skipped(town: Town) -> None:
    await town.open()
    chat, other = town.chat("private"), town.chat("private")
    await town.send(other)
    began = await town.lose(chat)
    for _ in range(5):
        await town.send(other)

    found = await town.settle(chat, began)

    assert found
    assert found.message_ids == (str(chat.from_bot[0].id),)
    assert town.probes == [2]


async def test_where_no_id_is_known_absence_is_no_proof(town: Town) -> None:
    await town.open()
    chat = town.chat("channel")
    began = await town.lose(chat, arrives=False)

    with pytest.raises(OutcomeUnknown, match="where the new messages"):
        await town.settle(chat, began)


async def test_every_probe_but_the_first_waits_for_its_turn(town: Town, pace: FakePace) -> None:
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    pace.turns.clear()

    with pytest.raises(NeverArrived):
        await town.settle(chat, began)

    assert len(town.probes) == 3
    assert len(pace.turns) == 2


async def test_a_chat_that_is_gone_says_so(town: Town) -> None:
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat)
    town.telegram.kick(chat)

    with pytest.raises(DestinationLost):
        await town.settle(chat, began)


@pytest.mark.parametrize("fault", ["close", "flood", "restart_before"])
async def test_a_look_that_fails_is_made_again(town: Town, fault: str) -> None:
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat)
    for method in ("stopMessageLiveLocation", "getChatMember", "editMessageCaption"):
        town.telegram.fault(fault, method=method)
        with pytest.raises(TryLater):
            await town.settle(chat, began)

    assert await town.settle(chat, began) == Receipt((str(_last(chat).id),))


async def test_a_right_that_is_given_meanwhile_counts(town: Town, desk: FakeDesk) -> None:
    await town.open()
    chat = town.chat("channel")
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat)
        began = await town.lose(chat, arrives=False)
        town.telegram.promote(chat, town.telegram.bot, **dict.fromkeys(EDITOR, True))
        await town.telegram.until(lambda: desk.regained)
        town.telegram.post(chat, "theirs", seen=False)
        town.telegram.post(chat, "theirs, too", seen=False)

        with town.nobody_touched(), pytest.raises(OutcomeUnknown):
            await town.settle(chat, began)


def _last(chat: Chat) -> Message:
    return chat.from_bot[-1]
