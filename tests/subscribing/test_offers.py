"""What is offered to who is typing a command."""

import pytest

from bot.models import Offer
from bot.subscribing.options import OPTIONS
from tests.subscribing.chat import GROUP, NATIONAL, Chat


@pytest.fixture
def chat() -> Chat:
    """A chat of a server on Discord."""
    return Chat()


async def test_what_begins_as_a_category_completes_it(chat: Chat) -> None:
    assert await chat.offers("/subscribe nat", "category") == [Offer("NATIONAL (131)", "NATIONAL")]
    assert [offer.word for offer in await chat.offers("/subscribe", "category", limit=2)] == ["all", "NATIONAL"]


async def test_only_what_is_subscribed_can_be_ended(chat: Chat) -> None:
    assert await chat.offers("/unsubscribe", "category") == []
    await chat.type("/subscribe national")
    assert await chat.offers("/unsubscribe", "category") == [Offer("NATIONAL", "national")]
    await chat.type("/subscribe all")
    national, everything, each = await chat.offers("/unsubscribe", "category")
    assert (national.label, everything.label, each) == ("NATIONAL", "all posts", Offer("All of them", "all"))
    await chat.type(f"/unsubscribe {everything.word}")
    assert [wish.selector for wish in await chat.subscriptions.of(GROUP)] == [NATIONAL]


async def test_languages_are_those_of_the_posts_or_of_newsbell(chat: Chat) -> None:
    assert await chat.offers("/subscribe", "language") == [Offer("English", "en"), Offer("Khmer", "km")]
    assert [offer.word for offer in await chat.offers("/language ខ្មែរ", "language")] == ["km"]


@pytest.mark.parametrize(
    ("typed", "option", "words"),
    [
        ("/pause day", "time", ["1d"]),
        ("/settings sil", "setting", ["silent"]),
        ("/settings silent o", "value", ["on", "off"]),
        ("/settings excerpt sh", "value", ["150"]),
        ("/settings answers", "value", ["en", "km"]),
        ("/settings unproven", "value", ["site", "resend", "hold"]),
        ("/settings pause", "value", ["1h", "8h", "1d", "1w", "now"]),
        ("/settings nonsense", "value", []),
        ("/settings", "nonsense", []),
    ],
)
async def test_where_a_value_can_be_chosen_it_is_offered(chat: Chat, typed: str, option: str, words: list[str]) -> None:
    assert [offer.word for offer in await chat.offers(typed, option)] == words


async def test_every_setting_is_offered(chat: Chat) -> None:
    offered = {offer.word for offer in await chat.offers("/settings", "setting")}
    here = {name for name, option in OPTIONS.items() if not option.platforms or "telegram" in option.platforms}
    assert offered == {*here, "answers", "pause", "unproven"}


async def test_nothing_is_offered_to_who_may_not_type_it(chat: Chat) -> None:
    assert await chat.offers("/subscribe", "category", admin=False) == []
