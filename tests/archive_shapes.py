"""How the posts of ten kinds of sites, and of a newspaper, are written: file names, front matter, habits.

The shares are those measured on ten thousand real posts; not a word of these is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from tests.archive_words import KHMER, LATIN, Habits, body, paragraph, phrase, script_of, slug

_LANGUAGES: Final = (
    "en",
    "bg",
    "de",
    "es",
    "fr",
    "id",
    "it",
    "ja",
    "ko",
    "pl",
    "pt",
    "ru",
    "tr",
    "uk",
    "vi",
    "zh_cn",
    "zh_tw",
)
_TOPICS: Final = ("Announcements", "Weekly News", "infrastructure", "Infrastructure", "People of the Project", "ARM")
_SECTIONS: Final = ("NATIONAL", "BUSINESS", "SPORT", "LIFESTYLE")
_EDGES: Final = (
    "categories: foo bar baz",
    "category: 2013",
    "category:",
    "category: MixedCase",
    "category: Mixedcase",
    "tags: 'food drink'",
    "published: false",
    "",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of site. `write` gives the path and the text of its post number so and so."""

    name: str  # of its folder
    share: int  # of all the posts of an archive
    write: Callable[[Random, int], tuple[str, str]]
    beside: Mapping[str, str] = field(default_factory=dict)  # its configuration, and what else is no post


def quoted(text: str) -> str:
    """`text` in double quotes, as YAML and TOML read it."""
    return json.dumps(text, ensure_ascii=False)


def _day(random: Random) -> date:
    return date(2010, 1, 4) + timedelta(days=random.randrange(5800))


def _page(front: list[str], text: str) -> str:
    return "\n".join(["---", *(line for line in front if line), "---", "", text])


def _some(random: Random, share: float, line: str) -> str:
    return line if random.random() < share else ""


def _jekyll_folders(random: Random, number: int) -> tuple[str, str]:
    story, place = divmod(number, len(_LANGUAGES))
    language, script = _LANGUAGES[place], script_of(_LANGUAGES[place])
    told = Random(story)  # the same day and name in every language
    day, name = _day(told), slug(told, story)
    front = [
        "layout: news_post",
        f"title: {quoted(phrase(random, script, 5))}",
        'author: "The desk"',
        _some(random, 0.74, f"date: {day} {random.randrange(24):02}:14:05 +0000"),
        _some(random, 0.14, "tags: releases security"),
        f"lang: {language}",
    ]
    habits = Habits(image=0.04, image_first=0.01, liquid=0.24, html=0.06, references=0.34, code=0.06)
    return f"{language}/news/_posts/{day}-{name}.md", _page(front, body(random, script, habits))


def _jekyll_years(random: Random, number: int) -> tuple[str, str]:
    day, name = _day(random), slug(random, number)
    front = [
        f"author: desk{number % 7}",
        f"date: {day} 13:06:34+00:00",
        "layout: post",
        "license: CC-BY-SA-3.0",
        f"title: {phrase(random, LATIN, 6)}",
        _some(random, 0.73, f"link: https://project.example/{day:%Y/%m/%d}/{name}/"),
        _some(random, 0.04, "published: false"),
        _some(random, 0.28, f"image: /wp-content/uploads/{day:%Y/%m}/{name}.jpg"),
        _some(random, 0.95, f"categories:\n- {random.choice(_TOPICS)}\n- {random.choice(_TOPICS)}"),
        _some(random, 0.55, "tags:\n- build\n- desktop\n- community"),
    ]
    habits = Habits(image=0.51, image_first=0.27, marker=0.31, mark="<!-- more -->", html=0.3)
    return f"_posts/{day:%Y}/{day}-{name}.md", _page(front, body(random, LATIN, habits))


def _hugo(random: Random, number: int) -> tuple[str, str]:
    day, name, bundle = _day(random), slug(random, number), random.random() < 0.1
    language = "cn" if random.random() < 0.74 else "en"
    script = script_of("zh" if language == "cn" else "en")
    front = [
        f"title: {quoted(phrase(random, script, 4))}",
        f"date: '{day}'" if random.random() < 0.9 else f"date: {quoted(f'{day}T09:10:11-06:00')}",
        f"slug: {name}",
        _some(random, 0.1, "tags: [notes, 'R']"),
        _some(random, 0.005, "draft: true"),
    ]
    habits = Habits(image=0.21, image_first=0.01, html=0.04, footnotes=0.07, code=0.15)
    text = ("![](photo.png)\n\n" if bundle else "") + body(random, script, habits)
    return f"content/{language}/{day}-{name}{'/index' if bundle else ''}.md", _page(front, text)


def _zola(random: Random, number: int) -> tuple[str, str]:
    day, name = _day(random), slug(random, number)
    title = phrase(random, LATIN, 6)
    front = [
        "+++",
        f'path = "{random.choice(["", "inside/"])}{day:%Y/%m/%d}/{name}"',
        f"title = {quoted(title)}",
        'authors = ["The team"]',
        f"description = {quoted(title if random.random() < 0.3 else phrase(random, LATIN, 12))}",
        'aliases = ["2014/old.html"]',
        "",
        "[extra]",
        'team = "The team"',
        "+++",
        "",
    ]
    habits = Habits(image=0.09, html=0.08, references=0.74, footnotes=0.08, code=0.44)
    path = f"content/{name}{'/index' if random.random() < 0.085 else ''}.md"
    return path, "\n".join(front) + body(random, LATIN, habits)


def _jekyll(random: Random, number: int) -> tuple[str, str]:
    day, name = _day(random), slug(random, number)
    front = [
        f"title: '{phrase(random, LATIN, 4)}'",
        f"date: {day} 16:06:22 -0500",
        "author: desk",
        "version: 3.1.6",
        "category: release" if random.random() < 0.8 else "categories: [community]",
    ]
    habits = Habits(image=0.02, liquid=0.25, html=0.03, references=0.23, code=0.09)
    return f"_posts/{day}-{name}.markdown", _page(front, body(random, LATIN, habits))


def _jekyll_edges(random: Random, number: int) -> tuple[str, str]:
    day, name = _day(random), slug(random, number)
    front = [f"title: Edge {number}", "layout: default", _EDGES[number % len(_EDGES)]]
    page = _page(front, body(random, LATIN, Habits(html=0.1)))
    return f"_posts/{day}-{name}.md", page.replace("\n---\n", "\n...\n", 1) if number % 20 == 3 else page


def _docusaurus(random: Random, number: int) -> tuple[str, str]:
    day, name = _day(random), slug(random, number)
    moment = "2017-02-29 11:00:00" if number % 34 == 33 else f"{day} 11:00:00"
    front = [
        "layout: post",
        f"title: {quoted(phrase(random, LATIN, 7))}",
        f"date: {chr(0xA0) if number % 9 == 8 else ''}{moment}",
        "authors: desk",
        "categories: announcements",
        "share_text: 'Read on'",
    ]
    mark = random.choice(["<!--truncate-->", "<!-- truncate -->", "{/* truncate */}"])
    habits = Habits(image=0.26, marker=0.97, mark=mark, html=0.49, code=0.82)
    imports = "import Box from '@site/src/box';\n\n" if number % 4 == 0 else ""
    return f"blog/{day}-{name}.{'mdx' if imports else 'md'}", _page(front, imports + body(random, LATIN, habits))


def _eleventy(random: Random, number: int) -> tuple[str, str]:
    front = [
        f"newstitle: {phrase(random, LATIN, 5)}",
        "newsdate: Last Modified",
        _some(random, 0.12, f"external_url: https://elsewhere.example/{number}/"),
    ]
    habits = Habits(image=0.34, image_first=0.03, liquid=0.54, html=0.63, code=0.09)
    return f"src/blog/{_day(random)}-{slug(random, number)}.md", _page(front, body(random, LATIN, habits))


def _hexo(random: Random, number: int) -> tuple[str, str]:
    day, name = _day(random), slug(random, number)
    front = [f"title: {phrase(random, LATIN, 5)}", _some(random, 0.05, f"date: {day} 8:05"), "author: desk"]
    habits = Habits(image=0.03, marker=0.07, liquid=0.12, html=0.07, references=0.84, code=0.21)
    text = f"## {phrase(random, LATIN, 2)}\n\n## {phrase(random, LATIN, 2)}\n\n" + body(random, LATIN, habits)
    return f"source/_posts/{day}-{name}.md", _page(front, text)


def _mkdocs(random: Random, number: int) -> tuple[str, str]:
    day = _day(random)
    when = f"date:\n  created: {day}\n  updated: {day}" if number % 13 == 12 else f"date: {day}"
    front = [when, "authors: [desk]", "categories:\n  - General", "social:\n  cards_layout_options:\n    color: red"]
    habits = Habits(image=0.08, marker=1.0, mark="<!-- more -->", html=0.46, references=0.08, footnotes=0.38, code=0.54)
    text = f"# {phrase(random, LATIN, 4)}\n\n" + body(random, LATIN, habits)
    return f"docs/blog/posts/{slug(random, number)}.md", _page(front, text)


def newspaper(random: Random, number: int) -> tuple[str, str]:
    """A post in the shape of the seed: every key, two pictures, a caption, NBSP at the end of some paragraphs."""
    language = "km" if number % 3 == 2 else "en"
    script = KHMER if language == "km" else LATIN
    day, code, section = _day(random), f"ART{number:08}WBP", random.choice(_SECTIONS)
    title = phrase(random, script, 7)
    front = [
        "layout: post",
        f'code: "{code}"',
        f'origin_url: "https://paper.example/{section.lower()}/{code.lower()}"',
        f'image: "https://pictures.example.org/assets/{code.lower()}"',
        f"title: {quoted(title)}",
        f"description: {quoted(title)}",
        f'category: "{section}"',
        f'language: "{language}"',
        f"date: {day}T{random.randrange(24):02}:30:13.133Z",
    ]
    paragraphs = [paragraph(random, script) + ("\xa0" if place % 5 == 0 else "") for place in range(15)]
    caption = f"{phrase(random, script, 14)}. {phrase(random, script, 2)}"
    picture = f"![](https://pictures.example.org/assets/{code.lower()}-body)"
    text = "\n\n".join([f"# {title}", picture, caption, *paragraphs])
    return f"{section.lower()}/{day}-{code.lower()}-{language}.md", _page(front, text)


SHAPES: Final = (
    Shape("jekyll-folders", 4723, _jekyll_folders, {"_config.yml": "permalink: pretty\ntimezone: UTC\n"}),
    Shape(
        "jekyll-years",
        2289,
        _jekyll_years,
        {"_config.yml": "url: https://project.example\npermalink: /:year/:month/:day/:title/\n"},
    ),
    Shape(
        "hugo",
        1888,
        _hugo,
        {"hugo.toml": 'baseURL = "https://notes.example/"\n[permalinks]\ncn = "/:sections/:year/:month/:slug/"\n'},
    ),
    Shape("zola", 751, _zola, {"config.toml": 'base_url = "https://blog.example"\n'}),
    Shape("jekyll", 102, _jekyll, {"_config.yml": "url: https://gem.example\n"}),
    Shape("jekyll-edges", 56, _jekyll_edges, {"_config.yml": "url: https://edges.example\n"}),
    Shape(
        "docusaurus", 68, _docusaurus, {"docusaurus.config.js": "export default { url: 'https://build.example' };\n"}
    ),
    Shape(
        "eleventy",
        68,
        _eleventy,
        {".eleventy.js": "module.exports = {};\n", "src/blog/blog.json": '{"tags": "blog"}\n'},
    ),
    Shape(
        "hexo",
        58,
        _hexo,
        {
            "package.json": '{"dependencies": {"hexo": "7"}}\n',
            "_config.yml": "url: https://hexo.example\nnew_post_name: :year-:month-:day-:title.md\n"
            "permalink: news/:year/:month/:day/:title/\n",
        },
    ),
    Shape("mkdocs", 13, _mkdocs, {"mkdocs.yml": "site_url: https://docs.example/\nplugins: [blog]\n"}),
    Shape("newspaper", 800, newspaper),
)
