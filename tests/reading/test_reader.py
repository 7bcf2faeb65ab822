"""Whole files become posts; whatever a file holds, only a PostError comes out."""

from __future__ import annotations

import json
import os
import time
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.composing.cutting import cut_spans
from bot.errors import PostError
from bot.models import Picture, Post, Visibility
from bot.reading.reader import MAX_FILE_BYTES, read_bytes, read_post
from bot.reading.site import Site
from tests.reading.pages import POSTS, SITE, text, written

SITE_OF_POSTS = Site(root=POSTS, timezone="Asia/Phnom_Penh")


def read_file(name: str) -> Post:
    post = read_post(POSTS / name, SITE_OF_POSTS)
    assert post is not None
    return post


def test_a_post_of_a_newspaper_is_read_as_its_editors_mean_it() -> None:
    post = read_file("footbridge.md")
    address = "https://www.example.org/national/new-footbridge-links-the-two-markets-before-the-water-festival"
    assert post == Post(
        key="code:ART2611031045QK7D2M@en",
        aliases=(f"url:{address}@en", "path:footbridge.md"),
        path="footbridge.md",
        title="New footbridge links the two markets before the water festival",
        excerpt=post.excerpt,
        url=address,
        pictures=(
            Picture(url="https://github.com/user-attachments/assets/0b8f2a64-51d3-4c0e-9a77-3d1f6e2c9b10"),
            Picture(url="https://github.com/user-attachments/assets/7e41c9d2-08ab-4f6f-b3c5-92d6a0f1e834"),
        ),
        categories=("NATIONAL",),
        tags=(),
        language="en",
        published_at=datetime(2026, 11, 3, 10, 45, 9, 207_000, tzinfo=UTC),
        caption=post.caption,
        visibility=Visibility.PUBLIC,
        link_rule="origin_url",
    )
    assert post.caption.endswith("by almost a metre. River Daily")


def test_its_excerpt_begins_below_the_caption_and_cuts_after_a_sentence() -> None:
    post = read_file("footbridge.md")
    first = (
        "Porters and traders walked across the new footbridge for the first time this week, after four months of work"
    )
    second = "The crossing takes three minutes, where the ferry needs twenty."
    assert text(cut_spans(post.excerpt, 240)) == f"{first} on the steep east bank. {second}"
    assert "\u00a0" not in text(post.excerpt)


def test_its_translation_is_another_post_and_keeps_its_zero_width_spaces() -> None:
    post = read_file("footbridge.km.md")
    assert post.key == "code:ART2611031045QK7D2M@km"
    assert post.caption.endswith("រូបថត៖ ព័ត៌មាន\u200bទន្លេ")
    assert text(post.excerpt).startswith("អ្នកលក់ និងកម្មករ\u200bបាន")


def test_a_large_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    huge = tmp_path / "huge.md"
    with huge.open("wb") as file:
        file.truncate(50 << 20)
    began = time.process_time()
    with pytest.raises(PostError, match=r"50\.0 MiB.*at most 1 MiB"):
        read_post(huge, Site(root=tmp_path))
    assert time.process_time() - began < 0.05
    with pytest.raises(PostError):
        read_bytes(b"x" * (MAX_FILE_BYTES + 1), "huge.md", SITE)


def test_a_pipe_is_no_post_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert read_post(tmp_path / "pipe.md", Site(root=tmp_path)) is None


def test_a_file_that_is_not_there_is_the_callers_business(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_post(tmp_path / "gone.md", Site(root=tmp_path))


def test_a_file_name_that_is_no_text_is_a_mistake_that_can_be_told() -> None:
    with pytest.raises(PostError) as raised:
        read_bytes(written(), os.fsdecode(b"rain\xff.md"), SITE)
    assert str(raised.value).encode()


def test_a_site_in_no_time_zone_is_refused_at_once() -> None:
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(ValueError, match="no time zone"):
            replace(SITE, timezone=name)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 200_000,
        "![[" * 60_000,
        "> " * 100_000,
        "- " * 100_000,
        "**a *b " * 30_000,
        "<div " * 40_000,
        "<p " + "a " * 100_000 + ">",
        "{% raw %}{% comment %}" * 10_000,
        "{{ " * 60_000,
        "[^" * 100_000,
        "[a](<" * 40_000,
        "x\n\n" * 5_000 + "".join(f"[a{n}]: http://x\n" for n in range(20_000)),
    ],
)
def test_a_hostile_body_costs_little(body: str) -> None:
    began = time.process_time()
    assert read_bytes(written(body=body), "rain.md", SITE) is not None
    assert time.process_time() - began < 1


KEYS = """
    title code id origin_url image images cover category categories tags language date published draft description
    summary excerpt url permalink aliases expiryDate excerpt_separator slug taxonomies breaking header path
"""
SCRAPS = (
    *("---", "+++", "{", "}", "[", "]", ": ", "- ", "\n", "\n\n", '"', "'", "|", ">", "&a ", "*a", "<<: ", "!!int "),
    *("0x" + "f" * 400, "9" * 5_000, "2024-13-45", "9999-12-31T23:59:59-14:00", "0000-00-00", "12:30", "~", "\\ud83c"),
    *("//x", "http://[::1", "https://a@b", "http://x:99999", "../", "/x.jpg", "%00", "a\u0300", "\u17d2", "\u200b"),
    *("<b>", "</a>", "<img src=x>", "<![x[", "<!--more-->", "![](x)", "[a]: b", "[^1]: ", "{% raw %}", "{{", "`", "**"),
    *("#", "\t", "\u2028", "\x00", "\r", "~~~", "NaN", "ភ្លៀង"),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(SCRAPS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "name", "date"]), inner),
    max_leaves=5,
)
FRONT = st.dictionaries(st.sampled_from(KEYS.split()), VALUES, max_size=6)


def scraps(frame: str) -> st.SearchStrategy[bytes]:
    """Files with scraps of syntax in the place of `%s`."""
    return st.lists(st.sampled_from(SCRAPS), max_size=25).map(lambda found: (frame % "".join(found)).encode())


FILES = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=60).map(lambda junk: b"---\ntitle: " + junk + b"\n---\n" + junk),
    scraps("---\ntitle: a\n%s\n---\n"),
    scraps("---\ntitle: a\n---\n%s"),
    scraps("---\n%s\n---\n# a"),
    scraps("+++\ntitle = 'a'\n%s\n+++\n"),
    scraps('{"title": %s'),
    FRONT.map(lambda front: json.dumps({"title": "a", **front}).encode()),
    FRONT.map(lambda front: written(json.dumps({"title": "a", **front}))),
)


def outcome(content: bytes, path: str, site: Site) -> Post | PostError | None:
    try:
        return read_bytes(content, path, site)
    except PostError as error:
        return error


@given(content=FILES, path=st.sampled_from(["rain.md", "_drafts/2024-13-45-x.km.md", "2026/11/03/index.md"]))
def test_whatever_a_file_holds_it_is_a_post_or_none_or_a_post_error(content: bytes, path: str) -> None:
    site = replace(SITE, url="https://example.org", post_url="https://example.org/{category}/{slug}")
    found = outcome(content, path, site)
    if isinstance(found, PostError):
        assert 0 <= found.line <= content.count(b"\n") + content.count(b"\r") + 1
        assert found.what
        assert found.mend
        assert str(found).encode()
    elif found:
        assert found.title.strip()
        assert "\x00" not in str(astuple(found))
        assert json.dumps(astuple(found), default=str, ensure_ascii=False).encode()  # no half letters: it can be stored
        assert found.published_at is None or found.published_at.tzinfo is UTC
        assert len(found.pictures) <= 3
        assert all(span.text for span in found.excerpt)
