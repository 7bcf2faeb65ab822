"""What a chat wants, and how it changes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.models import Post, Selector, SelectorKind, Subscription
from bot.subscribing.matching import decide
from bot.subscribing.wants import Wants
from tests.subscribing.chat import ALL, GROUP

NAMES = {"a": "A", "b": "B", "c": "C"}
CATEGORIES = [Selector(SelectorKind.CATEGORY, key) for key in NAMES]
RAIN = Selector(SelectorKind.TAG, "rain")
EXCEPT = [Selector(SelectorKind.ALL_EXCEPT, value) for value in ("a", "a,b", "b,c")]
STEPS = st.lists(
    st.one_of(st.tuples(st.sampled_from([*CATEGORIES, RAIN]), st.booleans()), st.tuples(st.none(), st.booleans())),
    max_size=8,
)
STARTS = st.lists(st.sampled_from([ALL, RAIN, *CATEGORIES, *EXCEPT]), unique=True, max_size=4)


def wants(*selectors: Selector, language: str = "") -> Wants:
    mine = [Subscription(GROUP, each, each.value, language, {"silent": True}) for each in selectors]
    return Wants(GROUP, mine, NAMES)


def then(before: Wants, mine: Sequence[Subscription]) -> Wants:
    return Wants(before.destination, mine, before.names)


def selectors(wanted: Wants) -> list[Selector]:
    return [wish.selector for wish in wanted.mine]


def post(*categories: str, tags: tuple[str, ...] = ()) -> Post:
    return Post("k", (), "k.md", "K", (), None, (), categories, tags, language="en", published_at=None)


@given(STARTS, STEPS)
def test_what_is_switched_is_so_at_once_and_twice_is_as_once(
    start: list[Selector], steps: list[tuple[Selector | None, bool]]
) -> None:
    now = wants(*start)
    for selector, on in steps:
        before = now
        now = then(now, now.switched(selector, on=on) if selector else now.switched_all(on=on))
        again = now.switched(selector, on=on) if selector else now.switched_all(on=on)
        assert list(again) == list(now.mine)
        assert len(set(selectors(now))) == len(now.mine)
        if selector:
            assert now.arrives(selector) == on
            others = [each for each in CATEGORIES if each != selector]
            assert [now.arrives(each) for each in others] == [before.arrives(each) for each in others]
        else:
            assert now.everything == on


@given(STARTS)
def test_what_is_said_to_arrive_is_what_the_matching_sends(start: list[Selector]) -> None:
    wanted = wants(*start)
    for category in CATEGORIES:
        assert wanted.arrives(category) == (decide(post(NAMES[category.value]), wanted.mine) is not None)


@given(STARTS, st.sampled_from(["", "km"]))
def test_what_is_told_asks_for_the_same_posts(start: list[Selector], language: str) -> None:
    wanted = wants(*start, language=language)
    for each in (post("A"), post("B", "C"), post(tags=("rain",)), post("A", tags=("rain",))):
        told = decide(each, wanted.telling) is not None
        assert told == (decide(each, wanted.mine) is not None)


def test_one_of_all_is_switched_off_and_on_again() -> None:
    everything = wants(ALL)
    without = then(everything, everything.switched(CATEGORIES[1], on=False))
    whole = then(without, without.switched(CATEGORIES[1], on=True))

    assert [(each.selector, each.display) for each in without.mine] == [
        (Selector(SelectorKind.ALL_EXCEPT, "b"), "B"),
    ]
    assert selectors(whole) == [ALL]
    assert whole.mine[0].options == {"silent": True}


def test_a_new_subscription_is_like_the_others() -> None:
    loud = Subscription(GROUP, CATEGORIES[0], "A", "km", {"silent": True, "pin": True})
    quiet = Subscription(GROUP, CATEGORIES[1], "B", "km", {"silent": True, "pin": False})
    new = Wants(GROUP, [loud, quiet], NAMES).new(CATEGORIES[2])

    assert new == Subscription(GROUP, CATEGORIES[2], "C", "km", {"silent": True})


def test_languages_that_differ_are_none_together() -> None:
    both = Wants(GROUP, [*wants(CATEGORIES[0], language="km").mine, *wants(CATEGORIES[1]).mine], NAMES)

    assert (both.language, both.languages) == ("", {"km", ""})
    assert [wish.language for wish in both.in_language("en")] == ["en", "en"]
