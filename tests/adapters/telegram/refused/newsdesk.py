"""The newsdesk of refused posts over an emulated Telegram (see tests.adapters.refused.newsdesk)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.transport import Broken
from adapters.telegram.verdicts import in_our_words
from bot.models import Action, Announcement, Destination, Look, Receipt
from bot.ports import Rate, Store
from tests.adapters.refused import newsdesk as shared
from tests.adapters.refused.newsdesk import CROWD, wider
from tests.emulators.telegram import Chat, Message, TelegramEmulator, User
from tests.emulators.telegram.faults import Fault

BOT: Final = "123456789"
KINDS: Final = ("supergroup", "channel", "private", "group", "topic")

ANSWER_SECONDS: Final = 41.0
"""After so long the adapter waits for no answer any more."""


class _Hasty(TelegramAdapter):
    """The adapter with wider limits. A call to a chat in `breaks` breaks as no emulated wire can, once."""

    def __init__(self, token: str, **options: Any) -> None:
        super().__init__(token, **options)
        self.breaks: dict[str, Broken] = {}

    async def send(self, announcement: Announcement, destination: Destination, look: Look, **options: Any) -> Receipt:
        with in_our_words():
            if broken := self.breaks.pop(destination.chat_id, None):
                raise broken
        return await super().send(announcement, destination, look, **options)

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        return wider(super().rates(destination, action))


class Newsdesk(shared.Newsdesk[_Hasty]):
    """On Telegram."""

    def __init__(self, telegram: TelegramEmulator, store: Store, folder: Path) -> None:
        self.telegram = telegram
        self.operator = telegram.add_user("Operator")
        self.owner = telegram.add_user("Owner of the one")
        self.bystander = telegram.add_user("Owner of the others")
        for person in (self.operator, self.owner, self.bystander):
            telegram.add_private(person)
        self.chat = telegram.chats[self.operator.id]
        super().__init__("telegram", BOT, store, folder, self.operator.id)

    def make_adapter(self) -> _Hasty:
        """See the shared one."""
        telegram = self.telegram
        return _Hasty(telegram.token, api_url=telegram.url, pace=self.pace, trails=self.trails, notices=self.notifier)

    async def listening(self) -> None:
        """See the shared one."""
        await self.telegram.until(lambda: self.telegram.updates.polled)

    # --- chats --------------------------------------------------------------------------------------------------------

    async def gather(self, kind: str, *, editor: bool = False, crowd: Sequence[str] = KINDS) -> None:
        """Fifty chats subscribe to everything; the one in the middle is of this `kind`, the others of those in turn."""
        for number in range(CROWD + 1):
            if number == CROWD // 2:
                self.victim = await self._join(kind, "The one", self.owner, editor=editor)
                self.chat = self.telegram.chats[int(self.victim.chat_id)]
            else:
                chosen = crowd[number % len(crowd)]
                self.crowd.append(await self._join(chosen, f"Chat {number}", self.bystander, editor=editor))
        greeting = self.telegram.post(self.chat, "Good morning")  # so that it is known where its ids stand
        await self.store.deliveries.note_messages(
            "telegram", BOT, [(self.victim.chat_id, str(greeting.id))], self.now()
        )

    async def gather_one(self, kind: str) -> None:
        """No more than the one chat subscribes to everything."""
        self.victim = await self._join(kind, "The one", self.owner, editor=False)
        self.chat = self.telegram.chats[int(self.victim.chat_id)]

    async def _join(self, kind: str, title: str, owner: User, *, editor: bool) -> Destination:
        chat, topic = self._make(kind, title, editor=editor)
        destination = Destination("telegram", str(chat.id), topic, BOT)
        await self.subscribe(destination, chat.kind, title, owner.id)
        return destination

    def _make(self, kind: str, title: str, *, editor: bool) -> tuple[Chat, str]:
        telegram = self.telegram
        match kind:
            case "channel":
                rights = ("can_post_messages", "can_edit_messages") if editor else ("can_post_messages",)
                return telegram.add_channel(title, bot_rights=rights), ""
            case "group":
                return telegram.add_group(title, bot_admin=editor), ""
            case "private":
                return telegram.add_private(telegram.add_user(title)), ""
            case "topic":
                forum = telegram.add_supergroup(title, forum=True, bot_admin=editor)
                return forum, str(telegram.add_topic(forum, "News"))
        return telegram.add_supergroup(title, bot_admin=editor), ""

    def migrate(self) -> int:
        """The group in the middle becomes a supergroup, and nobody has told the bot; its new id."""
        self.chat = self.telegram.migrate(self.chat)
        return self.chat.id

    @property
    def middle(self) -> Destination:
        """See the shared one."""
        return Destination("telegram", str(self.chat.id), bot=BOT)

    def forget(self, faults: Iterable[Fault]) -> None:
        """What was planned does not happen any more."""
        for fault in faults:
            self.telegram.faults.all.remove(fault)

    # --- what came of it ----------------------------------------------------------------------------------------------

    async def told(self) -> dict[str, list[str]]:
        """See the shared one."""
        people = {"owner": self.owner, "operator": self.operator, "bystander": self.bystander}
        chats = {name: self.telegram.chats[person.id] for name, person in people.items()}
        return {name: [str(message.text) for message in chat.from_bot] for name, chat in chats.items() if chat.from_bot}

    def shown(self, destination: Destination) -> list[str]:
        """See the shared one."""
        return [self.first_line(message) for message in self.telegram.chats[int(destination.chat_id)].from_bot]

    def pictured(self) -> list[bool]:
        """See the shared one."""
        return [bool(message.photo) for message in self.chat.from_bot]

    def erase(self) -> None:
        """See the shared one."""
        self.telegram.erase(*self.chat.from_bot)

    @staticmethod
    def first_line(message: Message) -> str:
        """The title of the post, or that it was withdrawn."""
        return message.content.words.split("\n")[0]


@asynccontextmanager
async def newsdesk(folder: Path) -> AsyncIterator[Newsdesk]:
    """Everything but a post."""
    async with TelegramEmulator(limits="off") as telegram:
        telegram.updates.slows_repeats = False
        async with shared.staffed(folder, partial(Newsdesk, telegram)) as desk:
            yield desk
        assert telegram.violations == []


def play(folder: Path, journey: Callable[[Newsdesk], Awaitable[None]]) -> None:
    """See the shared one."""
    shared.play(newsdesk(folder), journey)
