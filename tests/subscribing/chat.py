"""A chat with newsbell in it, for tests to type into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from bot.models import Category, Command, Destination, Offer, Place, Reply, Selector, SelectorKind
from bot.ports import Desk
from bot.subscribing.desk import SubscriptionDesk
from tests.fakes import FakeNewsstand, FakeNotices, FakePosts, FakeStories, FakeSubscriptions

NOON = datetime(2024, 11, 7, 12, tzinfo=UTC)
GROUP = Destination("telegram", "-100123", bot="9")
TOPIC = replace(GROUP, thread_id="7")
PLACE = Place(GROUP, kind="supergroup", title="Newsroom")
NATIONAL = Selector(SelectorKind.CATEGORY, "national")
ALL = Selector(SelectorKind.ALL)


def marked(reply: Reply) -> list[list[str]]:
    """The rows of a menu as people see them."""
    return [[choice.marked for choice in row] for row in reply.menu]


CATEGORIES = [
    Category("national", "NATIONAL", 131),
    Category("business", "BUSINESS", 88),
    Category("weekly-news", "Weekly News", 12),
    Category("ព័ត៌មានជាតិ", "ព័ត៌មាន\u200bជាតិ", 7),
]


class Chat:
    """A chat with newsbell in it, for tests to type into."""

    def __init__(
        self,
        categories: Sequence[Category] = CATEGORIES,
        operators: Sequence[Destination] = (),
        languages: Sequence[str] = ("en", "km"),
    ) -> None:
        self.subscriptions = FakeSubscriptions()
        self.posts = FakePosts(categories, self.subscriptions, languages)
        self.stories = FakeStories()
        self.stand = FakeNewsstand(self.posts)
        self.place = PLACE
        self.server = ""
        self.fault = ""
        self.barred = ""
        self.notices = FakeNotices()
        self.desk: Desk = SubscriptionDesk(
            self.posts,
            self.subscriptions,
            now=lambda: NOON,
            stories=self.stories,
            stand=self.stand,
            operators=operators,
            zone=ZoneInfo("Asia/Phnom_Penh"),
            notices=self.notices,
            fault=lambda: self.fault,
        )

    async def type(
        self,
        text: str,
        *,
        admin: bool = True,
        person: str = "123",
        language: str = "",
        refusal: str = "",
        spoken: str = "",
        elsewhere: bool = False,
    ) -> Reply:
        name, _, words = text.removeprefix("/").partition(" ")
        command = Command(name, words, self.place, person, admin, language, refusal, spoken, elsewhere=elsewhere)
        return await self.desk.answer(replace(command, server=self.server, barred=self.barred))

    async def offers(self, text: str, option: str, *, admin: bool = True, limit: int = 25) -> list[Offer]:
        """What is offered to who has typed so much of an option of a command."""
        name, _, words = text.removeprefix("/").partition(" ")
        command = Command(name, words, self.place, "", admin, server=self.server)
        return await self.desk.offer(command, option, limit=limit)

    async def press(self, reply: Reply, label: str, *, admin: bool = True, language: str = "") -> Reply:
        """Press the button below `reply` whose label begins so, after its mark."""
        [choice] = [one for one in (*chain.from_iterable(reply.menu), *reply.choices) if one.label.startswith(label)]
        return await self.type(choice.command, admin=admin, language=language)

    async def has(self) -> list[Selector]:
        return [wish.selector for wish in await self.subscriptions.of(GROUP)]
