"""The decision which post a file is: by table, without a disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from bot.models import Post, Span, Visibility
from bot.publishing.likeness import traits_of
from bot.publishing.sameness import Home, Verdict, claims_of, judge, own_of
from bot.records import FileRecord, FileStamp, Kin, PostState
from tests.publishing.test_renames import MARKET, RIVER
from tests.state.making import NOON, post, record

STAMP = FileStamp(1, 1, 1, 1)


def river(path: str = "new.md", code: str = "", text: str = RIVER, **fields: Any) -> Post:
    return post(path, code, excerpt=(Span(text),), **{"title": "River rises", **fields})


def known(what: Post, subject: int = 1, *keys: str, **fields: Any) -> Kin:
    """The known post `what`, to which the file's `keys` led."""
    bare = Kin(
        subject=subject,
        keys=frozenset(keys),
        key=what.key,
        path=what.path,
        language=what.language,
        state=PostState.PUBLISHED,
        visibility=what.visibility,
        published_at=what.published_at,
        digest=record(what).digest,
        traits=traits_of(what),
        stamp=STAMP,
    )
    return replace(bare, **fields)


def verdict(file: Post, *kin: Kin, home: Home = Home.EMPTY, beside: tuple[str, ...] = (), digest: str = "") -> Verdict:
    taken: FileRecord = replace(record(file), digest=digest or record(file).digest)
    return judge(
        taken, own_of(taken, kin, UTC), claims_of(taken, kin, UTC), lambda _: home, beside=beside, now=NOON, zone=UTC
    )


OLD = river("old.md")
AGES: dict[str, Any] = {"missing_since": NOON - timedelta(days=2)}
LATELY: dict[str, Any] = {"missing_since": NOON - timedelta(hours=23)}


@pytest.mark.parametrize(
    ("file", "kin", "same"),
    [
        (river(), known(OLD), True),
        (river(), known(OLD, **LATELY), True),
        (river(), known(OLD, **AGES), False),
        (river(), known(OLD, **AGES, digest=record(river()).digest), True),
        (river(text="Short."), known(river("old.md", text="Short."), **AGES, digest="d"), False),
        (river(text="Short."), known(river("a/new.md", text="Short."), digest="d"), True),
        (river(text=""), known(river("a/new.md", text=""), digest="d"), True),
        (river(text=""), known(river("old.md", text=""), digest="d"), False),
        (river(text=MARKET), known(river("a/new.md")), False),
        (river(title="Flood"), known(OLD), True),
        (river(title="Flood", text=RIVER[:120]), known(OLD), False),
        (river(title="Flood", text=RIVER[:120]), known(river("old.md", text=RIVER[:120])), True),
        (river(title="Flood", text=RIVER[:50]), known(river("old.md", text=RIVER[:50])), False),
        (river(code="B"), known(river("old.md", "A")), False),
        (river(code="B"), known(OLD), True),
        (river(), known(river("old.md", "A")), True),
        (river(code="A", language="km"), known(river("old.md", "A")), False),
        (river(language="km"), known(OLD), False),
        (river(text=MARKET), known(OLD, 1, "was:https://example.org/old@en", **AGES), True),
        (river(title="Flood", text=RIVER + MARKET[:80]), known(OLD, 1, "page:https://example.org/x@en", **AGES), True),
        (river(title="Flood", text=MARKET), known(OLD, 1, "page:https://example.org/x@en"), False),
        (river(text=MARKET), known(OLD, 1, "path:new.md", path="new.md"), True),
        (river(title="B", text=MARKET), known(OLD, 1, "path:new.md", path="new.md", **AGES), False),
        (river(text=RIVER[:150]), known(OLD, 1, "path:new.md", path="new.md", **AGES), True),
        (river(code="B"), known(river("new.md", "A"), 1, "path:new.md"), True),
        (river(code="B"), known(river("new.md", "A"), 1, "path:new.md", **LATELY), False),
        (river(code="B", text=MARKET), known(river("new.md", "A"), 1, "path:new.md"), False),
        (river(text=MARKET, title="Flood"), known(OLD, 1, "was:https://example.org/old@en"), True),
        (river(text=MARKET, title="Flood"), known(OLD, 1, "was:https://example.org/old@en", **AGES), False),
        (river("rian.md", text="Short."), known(river("rain.md", text="Short.")), True),
        (river("rian.md", text="Short."), known(river("rain.md", text="Short.", published_at=NOON)), False),
        (river(code="A", language="km"), known(river("new.md", "A"), 1, "path:new.md"), True),
    ],
)
def test_a_file_is_a_post_whose_own_file_went_away(file: Post, kin: Kin, *, same: bool) -> None:
    assert (verdict(file, kin).same == kin) is same


def test_nothing_is_taken_from_a_post_whose_file_is_there() -> None:
    assert verdict(river(), known(OLD), home=Home.KEPT).same is None
    assert verdict(river(), known(OLD), home=Home.TAKEN).same is not None


def test_the_same_code_in_a_file_that_is_there_is_a_mistake_and_in_none_a_move() -> None:
    kin = known(river("old.md", "A"), 1, "code:A@en")

    assert verdict(river(code="A"), kin, home=Home.KEPT) == Verdict(original=kin)
    assert verdict(river(code="A", text=MARKET), kin) == Verdict(same=kin)


def test_a_draft_with_the_same_code_is_not_in_the_way_of_what_readers_may_see() -> None:
    kin = known(river("old.md", "A"), 1, "code:A@en")
    draft = river(code="A", visibility=Visibility.DRAFT)

    assert verdict(river(code="A"), kin, home=Home.HIDDEN) == Verdict(same=kin)
    assert verdict(draft, kin, home=Home.HIDDEN) == Verdict(original=kin)


def test_a_post_that_was_sent_lives_on_in_a_copy_when_it_becomes_a_draft() -> None:
    waiting = known(OLD, state=PostState.UNPUBLISHED)

    assert verdict(river(), known(OLD), home=Home.HIDDEN).same is not None
    assert verdict(river(visibility=Visibility.DRAFT), known(OLD), home=Home.HIDDEN).same is None
    assert verdict(river(), waiting, home=Home.HIDDEN) == Verdict()


def test_of_two_that_look_alike_the_later_is_the_copy() -> None:
    own = known(river(published_at=NOON), 2, "path:new.md", state=PostState.UNPUBLISHED)
    later = copied(state=PostState.HELD, copy_of=2)

    assert verdict(river(published_at=NOON), own, later, home=Home.KEPT) == Verdict(same=own)


@pytest.mark.parametrize(("text", "suspect"), [(RIVER, True), (RIVER[:120], False)])
def test_the_same_bytes_of_a_long_text_are_a_copy_whatever_the_day(text: str, *, suspect: bool) -> None:
    file = river(text=text, published_at=NOON + timedelta(days=3))
    kin = known(river("old.md", text=text, published_at=NOON), digest=record(file).digest)

    assert verdict(file, kin, home=Home.KEPT) == Verdict(copy_of=kin if suspect else None)


def test_the_bytes_go_before_the_path() -> None:
    own = known(river("new.md", text=MARKET), 1, "path:new.md")
    other = known(OLD, 2, digest=record(river()).digest)

    assert verdict(river(), own, other).same == other
    assert verdict(river(), own, other, home=Home.KEPT).same == own


def test_of_two_that_went_away_the_one_with_the_same_name_is_it() -> None:
    digest = record(river()).digest
    kin = [known(river(path), number, digest=digest) for number, path in enumerate(["a/new.md", "b.md", "c.md"], 1)]

    assert verdict(river(), *kin).same == kin[0]


def test_a_path_whose_bytes_came_along_under_another_name_is_free() -> None:
    own = known(river("new.md", text=MARKET), 1, "path:new.md", digest="its bytes")

    assert verdict(river(title="Flood"), own, beside=("its bytes",)).same is None
    assert verdict(river(title="Flood"), own).same == own


def copied(**fields: Any) -> Kin:
    return known(river("old.md", published_at=NOON), **fields)


@pytest.mark.parametrize(
    ("file", "kin", "suspect"),
    [
        (river(published_at=NOON), copied(), True),
        (river(published_at=NOON + timedelta(hours=5)), copied(), True),
        (river(published_at=NOON + timedelta(days=1)), copied(), False),
        (river(), copied(), True),
        (river(text="Short."), known(river("old.md", text="Short."), digest=record(river(text="Short.")).digest), True),
        (river(text="Short."), known(river("old.md", text="Short.")), False),
        (river(text="Short.", published_at=NOON), known(river("old.md", text="Short.")), False),
        (river(text=""), known(river("old.md", text="")), False),
        (river(published_at=NOON, title="Flood"), copied(), False),
        (river(published_at=NOON, text=MARKET), copied(), False),
        (river(published_at=NOON, language="km"), copied(), False),
        (river(published_at=NOON, code="B"), known(river("old.md", "A", published_at=NOON)), False),
        (river(published_at=NOON, key="url:b@en"), known(river("old.md", published_at=NOON, key="url:a@en")), False),
        (river(published_at=NOON), copied(state=PostState.UNPUBLISHED), False),
    ],
)
def test_a_copy_has_title_day_language_and_text_of_a_post_that_is_there(file: Post, kin: Kin, *, suspect: bool) -> None:
    assert verdict(file, kin, home=Home.KEPT) == Verdict(copy_of=kin if suspect else None)


@pytest.mark.parametrize(
    ("fields", "suspect"),
    [
        ({"state": PostState.UNPUBLISHED}, True),
        ({"state": PostState.UNPUBLISHED, "cleared": True}, False),
        ({"state": PostState.PUBLISHED}, False),
        ({"state": PostState.KNOWN}, False),
        ({"state": PostState.HELD}, False),
        ({"state": PostState.HELD, "copy_of": 1}, True),
    ],
)
def test_a_known_post_is_suspected_only_before_it_is_news(fields: dict[str, Any], *, suspect: bool) -> None:
    own = known(river(published_at=NOON), 2, "path:new.md", **fields)
    original = copied()

    found = verdict(river(published_at=NOON, text=RIVER + " More."), own, original, home=Home.KEPT)

    assert found == Verdict(same=own, copy_of=original if suspect else None)
