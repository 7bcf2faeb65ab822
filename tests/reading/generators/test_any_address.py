"""Whatever stands in a post and a configuration: an address is a path on the site, a whole address, or nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.addresses import web_address
from bot.reading.generators.astro import Astro
from bot.reading.generators.docusaurus import Docusaurus
from bot.reading.generators.eleventy import Eleventy
from bot.reading.generators.generator import Fields, Generator
from bot.reading.generators.hexo import Hexo
from bot.reading.generators.hugo import Hugo
from bot.reading.generators.mkdocs import MkDocs
from bot.reading.generators.zola import Zola
from tests.reading.generators.sites import PHNOM_PENH, Note

KINDS = [Hugo, Zola, Hexo, Docusaurus, MkDocs, Eleventy, Astro]

TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        *("/", "//", "..", "../../x", "https://[", "//bank.example@evil.example/", ":", ":year", "{{ x }}", "{slug}"),
        *("%", "%z", "ភ្លៀង", "a b", "false", "2024-11-07", "0001-01-01", "9999-12-31", "\x00", "\ud83d"),
        *("https://paper.example/x?y#z", "/:sections[last]/:slug/:06", ":sections[9:1]", "{date}/{categories}"),
        *("/{{ page.fileSlug }}/", "{{ title | slug }}", ":title-:hash/", ":category/:i_month"),
    ]
)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.datetimes() | st.dates()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
KEYS = [
    *(
        "title",
        "slug",
        "url",
        "permalink",
        "path",
        "date",
        "categories",
        "category",
        "tags",
        "id",
        "taxonomies",
        "lang",
    ),
    *(
        "build",
        "_build",
        "headless",
        "render",
        "eleventycomputed",
        "eleventyexcludefromcollections",
        "draft",
        "lastmod",
    ),
]
FRONTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)
SETTINGS = [
    *(
        "baseURL",
        "base_url",
        "url",
        "root",
        "site_url",
        "permalinks",
        "permalink",
        "taxonomies",
        "languages",
        "language",
    ),
    *("frontmatter", "uglyURLs", "module", "contentDir", "staticDir", "defaultContentLanguage", "timeZone", "slugify"),
    *("plugins", "new_post_name", "category_map", "pretty_urls", "docs_dir", "permalink_defaults", "default_category"),
    *("source", "theme"),
]
CONFIGS = st.dictionaries(st.sampled_from(SETTINGS), VALUES, max_size=6)
SEGMENTS = st.text(st.characters(exclude_characters="/\x00", codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    ["_posts", "2021", "04", "2021-04-15-rain", "index", "..", "rain.km", "news"]
)
HOMES = st.sampled_from(["", "content/", "source/_posts/", "blog/", "docs/blog/posts/", "src/content/", "src/pages/"])
PATHS = st.builds(lambda home, parts: f"{home}{'/'.join(parts)}.md", HOMES, st.lists(SEGMENTS, min_size=1, max_size=4))
FIRST, LAST = datetime.fromisoformat("0002-01-01"), datetime.fromisoformat("9998-01-01")
DAYS = st.none() | st.datetimes(FIRST, LAST, timezones=st.just(PHNOM_PENH))


def is_an_address(written: str) -> bool:
    return not written or written.startswith(("/", "http://", "https://"))


@pytest.mark.parametrize("kind", KINDS)
@given(path=PATHS, front=FRONTS, config=CONFIGS, day=DAYS)
@settings(max_examples=150)
def test_any_front_matter_and_configuration(
    kind: type[Generator], path: str, front: Fields, config: Fields, day: datetime | None
) -> None:
    generator = kind(root=Path("/nonexistent"), config=config)
    page = Note(path, front)

    address = generator.address_of(page, language="en", categories=(), day=day)

    assert is_an_address(address)
    if address.startswith("/"):  # nothing in it may lead to another host, or up
        assert not address.startswith("//")
        assert (web_address(address, "https://paper.example") or "https://paper.example/").startswith(
            "https://paper.example/"
        )
        assert ".." not in address.split("/")
    assert is_an_address(generator.url)
    assert isinstance(generator.is_draft(page), bool)
    assert isinstance(generator.is_post(path), bool)
    assert isinstance(generator.language_of(path), str)
    assert isinstance(generator.language + generator.timezone + generator.excerpt_separator, str)
    assert all(isinstance(folder, str) for folder in generator.public_folders)
    assert generator.date_of(page) is None or isinstance(generator.date_of(page), datetime)
    for names in (generator.categories_of(page), generator.tags_of(page)):
        assert names is None or all(isinstance(name, str) for name in names)


@pytest.mark.parametrize("kind", [Docusaurus, Eleventy, Astro])
@given(source=st.text(st.sampled_from("""{}[]'"`/*\n:,x url blog path$\\"""), max_size=200), path=PATHS)
@settings(max_examples=150)
def test_any_script(kind: type[Generator], source: str, path: str) -> None:
    generator = kind(root=Path("/nonexistent"), config={"source": source})

    assert is_an_address(generator.address_of(Note(path, {}), language="en", categories=(), day=None))
    assert is_an_address(generator.url)
