"""A chat on Telegram in which sends go wrong, and an adapter that looks for what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.delivering.trails import RememberedTrails
from bot.errors import OutcomeUnknown
from bot.models import Announcement, Destination, Look, Receipt, Reply
from bot.ports import Pictures, Store
from tests.adapters.telegram.conftest import FakePace, place
from tests.adapters.telegram.posts import LOOK, NONCE, RAIN
from tests.emulators.telegram import Chat, TelegramEmulator, User
from tests.patience import PATIENCE

EDITOR = ("can_post_messages", "can_edit_messages")


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
        self.losing = self._adapter(())  # as it was in a process that has died since

    def _adapter(
        self, operators: tuple[Destination, ...], *, pictures: Pictures | None = None, read_timeout: float = PATIENCE
    ) -> TelegramAdapter:
        """By default what is lost here is lost at once, and no slow machine loses more."""
        return TelegramAdapter(
            self.telegram.token,
            api_url=self.telegram.url,
            pace=self.pace,
            trails=self.trails,
            operators=operators,
            pictures=pictures,
            read_timeout=read_timeout,
        )

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) - self.ago

    async def open(
        self,
        *,
        operator: bool = False,
        pictures: Pictures | None = None,
        read_timeout: float = PATIENCE,
        just_now: bool = False,
    ) -> None:
        """By default the adapter is an old one, for which each call that it did not make may have left long ago."""
        operators = (Destination("telegram", str(self.operator.id)),) if operator else ()
        self.adapter = self._adapter(operators, pictures=pictures, read_timeout=read_timeout)
        await self.adapter.open()
        await self.losing.open()
        if not just_now:
            self.grow_old()

    def grow_old(self, seconds: float = 86400) -> None:
        """The adapter has been there for a day, or for so many more seconds."""
        assert self.adapter._opened
        assert self.adapter._opened.settler
        self.adapter._opened.settler._begun -= seconds

    async def close(self) -> None:
        await self.adapter.close()
        await self.losing.close()

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

    async def hear(self, chat: Chat, text: str) -> None:
        """Somebody writes while the adapter listens; in a private chat it points out, once, what it understands."""
        answers = len(chat.from_bot) + (chat.kind == "private")
        self.telegram.post(chat, text)
        await self.telegram.until(lambda: len(chat.from_bot) == answers)

    async def send(self, chat: Chat, announcement: Announcement = RAIN, look: Look = LOOK) -> Receipt:
        """A send as the dispatcher makes it, receipt written down."""
        receipt = await self.adapter.send(announcement, place(chat), look, nonce="0-0")
        await self.trails.note("123456789", [(str(chat.id), receipt.message_ids[0])])
        return receipt

    async def lose(
        self,
        chat: Chat,
        *,
        arrives: bool = True,
        announcement: Announcement = RAIN,
        look: Look = LOOK,
        by: TelegramAdapter | None = None,
        fault: str = "",
    ) -> datetime:
        """A send without an answer; when its call began, as far as who looks for it can tell: by the clock."""
        began = self.now
        self.telegram.fault(fault or ("accept_then_close" if arrives else "close"), chat=chat)
        with pytest.raises(OutcomeUnknown):
            await (by or self.losing).send(announcement, place(chat), look, nonce=NONCE)
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

    async def lose_reply(self, chat: Chat) -> None:
        """A reply that arrives, without an answer."""
        self.telegram.fault("accept_then_close", chat=chat)
        with pytest.raises(OutcomeUnknown):
            await self.adapter.notify(place(chat), Reply("lost, too"))
