"""One message about many posts."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.discord.render import LinkMessage
from adapters.discord.render import render as on_discord
from adapters.telegram.render import render as on_telegram
from bot.composing.digest import ROOM, digest
from bot.models import Announcement, Look

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def posts(count: int, title: str = "Rain {}", *, silent: bool = False, mention: bool = True) -> list[Announcement]:
    return [
        Announcement(title.format(number), url=f"https://example.org/{number}", silent=silent, mention=mention)
        for number in range(count)
    ]


def words(said: Announcement) -> str:
    return "".join(span.text for span in said.own_words("telegram"))


def test_each_title_leads_to_its_post_and_the_newest_is_first() -> None:
    said = digest(posts(3), "en", NOON)

    assert said.title == "3 new posts"
    assert words(said) == "• Rain 2\n• Rain 1\n• Rain 0"
    assert [span.link for span in said.own_words("discord") if span.link] == [
        f"https://example.org/{number}" for number in (2, 1, 0)
    ]
    assert said.published_at == NOON


def test_of_very_many_the_oldest_are_counted() -> None:
    said = digest(posts(200, "The river rose again, post {}"), "en", NOON)
    lines = words(said).split("\n")

    assert lines[0] == "• The river rose again, post 199"
    assert lines[-1] == f"… and {200 - len(lines) + 1} more"
    assert len(words(said)) <= ROOM + len(lines[-1])


def test_one_title_without_end_is_shown_all_the_same() -> None:
    assert words(digest(posts(2, "x" * ROOM), "en", NOON)).endswith("\n… and 1 more")


def test_it_rings_only_if_one_of_its_posts_would() -> None:
    assert digest(posts(2, silent=True), "en", NOON).silent
    assert not digest([*posts(1, silent=True), *posts(1)], "en", NOON).silent
    assert not digest(posts(2, mention=False), "en", NOON).mention


def test_both_platforms_show_every_line() -> None:
    said = digest(posts(12), "km", NOON)

    telegram, discord = on_telegram(said, Look(excerpt=10)), on_discord(said, Look(excerpt=10))
    shown = [str(telegram), str(discord)]
    assert all(f"https://example.org/{number}" in text for text in shown for number in range(12))
    assert all("អត្ថបទថ្មី 12" in text for text in shown)
    assert not isinstance(discord, LinkMessage)
