"""Which posts the site shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.models import Visibility
from bot.reading.generators.generator import Generator, Written
from bot.reading.reader import read_bytes
from tests.reading.pages import SITE, read, written

NOW = datetime(2026, 11, 3, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("front", "visibility"),
    [
        ("sitemap: false", Visibility.PUBLIC),
        ("draft: true", Visibility.DRAFT),
        ("draft: yes", Visibility.DRAFT),
        ('draft: "1"', Visibility.DRAFT),
        ("draft: false", Visibility.PUBLIC),
        ("draft:", Visibility.PUBLIC),
        ("published: false", Visibility.DRAFT),
        ("published: No", Visibility.DRAFT),
        ("published: true", Visibility.PUBLIC),
        ("published: 2026-11-03", Visibility.PUBLIC),
        ("unlisted: true", Visibility.UNLISTED),
        ("unlisted: true\ndraft: true", Visibility.DRAFT),
        ("expiryDate: 2026-11-03T04:59:59Z", Visibility.EXPIRED),
        ("expiryDate: 2026-11-03T05:00:01Z", Visibility.PUBLIC),
        ("unpublishdate: 2026-11-03", Visibility.EXPIRED),
    ],
)
def test_the_front_matter_decides(front: str, visibility: Visibility) -> None:
    post = read_bytes(written(f"title: Rain\n{front}"), "rain.md", SITE, now=NOW)
    assert post is not None
    assert post.visibility is visibility


@pytest.mark.parametrize(
    ("path", "visibility"),
    [
        ("_drafts/rain.md", Visibility.DRAFT),
        ("national/_drafts/rain.md", Visibility.DRAFT),
        ("drafts/rain.md", Visibility.PUBLIC),
        ("national/_drafts.md", Visibility.PUBLIC),
    ],
)
def test_a_drafts_folder_holds_drafts(path: str, visibility: Visibility) -> None:
    assert read(path=path).visibility is visibility


def test_a_future_date_is_no_draft() -> None:
    assert read("title: Rain\ndate: 2999-01-01").visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("front", "breaking", "silent"), [("breaking: true", True, False), ("silent: yes", False, True)]
)
def test_a_post_may_ask_to_be_breaking_or_silent(front: str, breaking: bool, silent: bool) -> None:
    post = read(f"title: Rain\n{front}")
    assert (post.overrides.breaking, post.overrides.silent) == (breaking, silent)


@dataclass(frozen=True, slots=True)
class Press(Generator):
    """A generator with drafts of its own, which shows what is not published."""

    @property
    def shows_unpublished(self) -> bool:
        return True

    def is_draft(self, page: Written) -> bool:
        return "render" in page.values


@pytest.mark.parametrize(
    ("front", "visibility"),
    [
        ("render: false", Visibility.DRAFT),
        ("published: false", Visibility.PUBLIC),
        ("published: false\ndraft: true", Visibility.DRAFT),
    ],
)
def test_a_generator_may_know_more_drafts_and_fewer(front: str, visibility: Visibility) -> None:
    assert read(f"title: Rain\n{front}", site=replace(SITE, generator=Press())).visibility is visibility


def test_the_watched_folder_may_be_the_one_of_drafts() -> None:
    assert read(site=replace(SITE, generator=Generator(prefix="_drafts"))).visibility is Visibility.DRAFT
