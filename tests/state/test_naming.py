"""People name posts by whatever they have: a path, a code, a link, a title."""

from __future__ import annotations

import pytest

from bot.records import PostState
from tests.state.making import Office, later, post, publish


@pytest.mark.parametrize("words", ["national/rain.md", "code:ART1@en", "ART1"])
async def test_a_post_is_found_by_path_key_or_code(office: Office, words: str) -> None:
    await publish(office.store, post("national/rain.md", "ART1"))
    await publish(office.store, post("national/wind.md", "ART12"))

    known = await office.store.posts.find(words)

    assert known
    assert (known.path, known.revision, known.state, known.categories) == (
        "national/rain.md",
        1,
        PostState.PUBLISHED,
        ("NATIONAL",),
    )


async def named(office: Office, words: str) -> list[str]:
    return [post.path for post in await office.store.posts.named(words)]


@pytest.mark.parametrize(
    "words",
    [
        "https://news.example/rain",
        "https://news.example/rain/?utm_source=telegram#top",
        "“Rain in Phnom Penh”",
        "RAIN, in Phnom Penh!",
        "2024-11-07-heavy-rain",
        "2024-11-07-heavy-rain.md",
        "Heavy rain",
    ],
)
async def test_a_post_is_known_by_its_link_its_title_and_its_slug(office: Office, words: str) -> None:
    keys = ("page:https://news.example/rain@en",)
    rain = post("national/2024-11-07-heavy-rain.md", title="Rain in Phnom Penh", aliases=keys)
    await publish(office.store, rain)
    await publish(office.store, post("national/rain-in-phnom.md", title="Rain"))

    assert await named(office, words) == ["national/2024-11-07-heavy-rain.md"]


async def test_of_posts_of_one_name_the_newest_comes_first_and_buttons_name_them_by_their_numbers(
    office: Office,
) -> None:
    for day in range(10):
        await publish(office.store, post(f"{day}/bulletin.md", title="Bulletin", published_at=later(day)))
    assert await named(office, "bulletin") == [f"{day}/bulletin.md" for day in range(9, 1, -1)]
    two = [known.subject for known in (await office.store.posts.named("Bulletin"))[:2]]
    assert await named(office, f"~{two[1]},{two[0]}") == ["9/bulletin.md", "8/bulletin.md"]
    for words in ("~0", "~", "~a", "“”", "", "https://", "https://news.example/bulletin"):
        assert await named(office, words) == []


async def test_words_that_name_no_post_find_none(office: Office) -> None:
    await publish(office.store, post("national/rain.md", "ART1"))

    for words in ("ART", "rain.md", "code:ART1", ""):
        assert await office.store.posts.find(words) is None
