"""When a post was published, in every spelling that was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.reading.generators.generator import Generator, Written
from bot.reading.reader import read_bytes
from tests.reading.pages import SITE, read

NOON_AT_THE_SITE = datetime(2026, 11, 3, 5, 0, tzinfo=UTC)  # Asia/Phnom_Penh is seven hours ahead
MIDNIGHT_AT_THE_SITE = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-03T05:00:00Z",
        "2026-11-03T05:00:00.000Z",
        "2026-11-03 12:00:00 +0700",
        "2026-11-03T12:00+07",
        "2026-11-03 12:00",
        "2026-11-03 05:00 UTC",
        "2026/11/03 12:00",
        "2026/11/3 12:00:00",
        "\u00a02026-11-03\u00a012:00",
        "20261103T120000",
        "Nov 3, 2026 12:00",
        "November 3rd, 2026 12:00 pm",
        "3 November 2026, 12:00",
        "Tue, 03 Nov 2026 12:00:00 +0700",
        "Tue, 03 Nov 2026 05:00:00 GMT",
        "២០២៦-១១-០៣ ១២:០០",
    ],
)
def test_times_are_read_and_those_without_a_zone_are_the_sites(written: str) -> None:
    assert read(f'title: Rain\ndate: "{written}"').published_at == NOON_AT_THE_SITE


@pytest.mark.parametrize("written", ["2026-11-03", "2026/11/03", "20261103", "November 3, 2026", "2026.11.3"])
def test_a_day_alone_is_its_beginning_at_the_site(written: str) -> None:
    post = read(f"title: Rain\ndate: {written}")
    assert (post.published_at, post.warnings) == (MIDNIGHT_AT_THE_SITE, ())


@pytest.mark.parametrize(
    "front",
    [
        "publishDate: 2026-11-03",
        "pubDate: 2026-11-03",
        "published: 2026-11-03",
        "date: {created: 2026-11-03, updated: 2026-11-09}",
        "date: Last Modified\ncreated: 2026-11-03",
        "date:\npublished: true\ncreated_at: 2026-11-03",
    ],
)
def test_other_keys_are_known(front: str) -> None:
    post = read(f"title: Rain\n{front}")
    assert (post.published_at, post.warnings) == (MIDNIGHT_AT_THE_SITE, ())


@pytest.mark.parametrize(
    "path",
    [
        "2026-11-03-rain.md",
        "_posts/2026-11-3-rain.md",
        "2026-11-03.md",
        "2026-11-03-rain/index.md",
        "2026/11/03/rain.md",
        "blog/2026/11/03-rain.md",
        "2026-11-03-trip/rain.md",
    ],
)
def test_without_a_date_the_path_tells_it(path: str) -> None:
    assert read(path=path).published_at == MIDNIGHT_AT_THE_SITE


def test_a_file_name_may_tell_the_time() -> None:
    assert read(path="2026-11-03-12-00-00-rain.md").published_at == NOON_AT_THE_SITE


def test_the_front_matter_overrides_the_path() -> None:
    assert read("title: Rain\ndate: 2026-11-03", path="2020-01-01-rain.md").published_at == MIDNIGHT_AT_THE_SITE


@pytest.mark.parametrize(
    "written", ["2017-02-29", "0000-00-00", "2015-03-00", "2024-13-45", "2026-11-03 25:00", "soon"]
)
def test_an_impossible_date_gives_way_to_the_path_with_a_warning(written: str) -> None:
    post = read(f"title: Rain\ndate: {written}", path="2026-11-03-rain.md")
    assert post.published_at == MIDNIGHT_AT_THE_SITE
    assert post.warnings == (f'line 3: date "{written}" is no date; the date in its path is used',)


def test_an_impossible_date_with_nothing_else_leaves_the_post_undated() -> None:
    post = read("title: Rain\ndate: 2017-02-29", path="2015-03-00-rain.md")
    assert (post.published_at, len(post.warnings)) == (None, 1)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01"])
def test_the_ends_of_the_calendar_are_no_dates(date: str) -> None:
    assert read(f"title: Rain\ndate: {date}").published_at is None


@pytest.mark.parametrize("written", ["2026-11-03", "2026-11-03T12:00:00", "2026-11-03T05:00:00Z", '"2026-11-03 12:00"'])
def test_tomls_own_dates_are_read(written: str) -> None:
    post = read_bytes(f'+++\ntitle = "Rain"\ndate = {written}\n+++\n'.encode(), "rain.md", SITE)
    assert post is not None
    assert post.published_at in {NOON_AT_THE_SITE, MIDNIGHT_AT_THE_SITE}


def test_zola_keeps_the_date_in_its_path_key() -> None:
    assert read("title: Rain\npath: inside/2026/11/03/rain").published_at == MIDNIGHT_AT_THE_SITE


def test_without_any_date_there_is_none() -> None:
    assert read().published_at is None


def test_a_site_in_another_zone_reads_another_time() -> None:
    berlin = replace(SITE, timezone="Europe/Berlin")
    assert read("title: Rain\ndate: 2026-11-03 06:00", site=berlin).published_at == NOON_AT_THE_SITE


@dataclass(frozen=True, slots=True)
class Press(Generator):
    """A generator that knows when every post was published."""

    def date_of(self, page: Written) -> datetime | None:
        return NOON_AT_THE_SITE


def test_a_generator_is_asked_when_nothing_else_names_a_date() -> None:
    site = replace(SITE, generator=Press())
    assert read(site=site).published_at == NOON_AT_THE_SITE
    assert read(path="2026-11-03-rain.md", site=site).published_at == MIDNIGHT_AT_THE_SITE
    assert read("title: Rain\ndate: 2026-11-03", site=site).published_at == MIDNIGHT_AT_THE_SITE


def test_the_way_down_to_the_watched_folder_may_name_it() -> None:
    site = replace(SITE, generator=Generator(prefix="content/2026/11"))
    assert read(path="03/rain.md", site=site).published_at == MIDNIGHT_AT_THE_SITE
