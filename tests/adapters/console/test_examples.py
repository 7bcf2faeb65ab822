"""The example posts are posts as the site writes them, and both chats can show every one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from adapters.console.pictures import picture_type
from adapters.console.render import Chat, render
from bot.composing.announce import announce
from bot.models import Look, Post
from bot.reading.reader import read_post
from bot.reading.site import Site

EXAMPLES = Path(__file__).parents[3] / "examples"
POSTS = EXAMPLES / "posts"
FILES = sorted(POSTS.glob("*.md"))
KEYS = ["layout", "code", "origin_url", "image", "title", "description", "category", "language", "date"]


def read(file: Path) -> Post:
    post = read_post(file, Site(POSTS))
    assert post
    return post


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[:24])
def test_an_example_has_the_nine_keys_heading_picture_and_caption(file: Path) -> None:
    front, _, body = file.read_text().removeprefix("---\n").partition("\n---\n\n")
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    heading, picture, caption, *paragraphs = body.strip("\n").split("\n\n")

    assert list(fields) == KEYS
    assert fields["title"] == fields["description"] == f'"{heading.removeprefix("# ")}"'
    assert fields["origin_url"].startswith('"https://example.org/')
    assert picture.startswith("![](/pictures/")
    assert (POSTS / picture[5:-1]).is_file()
    assert caption.endswith("newsbell")
    assert len(paragraphs) >= 4


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[:24])
def test_an_example_is_read_and_shown_in_both_chats(file: Path) -> None:
    post = read(file)

    assert post.warnings == ()
    assert post.published_at
    assert post.published_at < datetime(2026, 11, 20, tzinfo=UTC)
    assert (post.language == "km") == any("\u1780" <= letter <= "\u17ff" for letter in post.title)
    for chat in Chat:
        bubble = render(announce(post), Look(), chat)
        [picture] = bubble.pictures
        assert picture_type(picture.file or "", [POSTS]) == "image/jpeg"
        assert bubble.buttons


def test_the_examples_are_many_in_several_categories_and_two_languages() -> None:
    posts = [read(file) for file in FILES]

    assert len(posts) >= 12
    assert len({post.key for post in posts}) == len(posts)
    assert {"NATIONAL", "BUSINESS", "SPORT", "LIFESTYLE"} <= {name for post in posts for name in post.categories}
    assert sum(post.language == "km" for post in posts) >= 4


@pytest.mark.parametrize("file", sorted((POSTS / "pictures").iterdir()), ids=lambda file: file.stem)
def test_an_example_picture_is_small_and_wide(file: Path) -> None:
    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 720))
    assert file.stat().st_size < 120_000


def test_every_example_is_told_in_the_readme() -> None:
    told = (EXAMPLES / "README.md").read_text()
    rows = [line.split("`")[1].removesuffix("…") for line in told.splitlines() if line.startswith("| `")]

    assert len(rows) == len(FILES)
    assert all(file.stem.startswith(row) for file, row in zip(FILES, rows, strict=True))
