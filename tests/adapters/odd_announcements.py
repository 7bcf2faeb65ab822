"""Announcements as no editor would write them, and as some do: the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from bot.models import Announcement, Picture, Span

URL: Final = "https://news.example/rain"
PICTURE: Final = Picture(url="https://news.example/rain.jpg", alt="Rain & <market>")

_HOSTILE: Final = (
    "<b>", "</b>", "</b><a href=", "<a href='x'>", '"><script>', "<p>", "</h1>", "<br>", "<!--", "]]>", "&", "&amp;",
    "&#0;", "&#xd800;", "&lt", "&nbsp;", "\"'", "*_`[", "{0}%s", "\x00", "\x1b[31m", "\x7f", "\ud800", "\udfff\ud83d",
    "@everyone", "#tag", "/start", "a@b.example", "tg://user?id=1", "https://x.example/?q=<>&\"'", "\r\n", "\u2028",
)  # fmt: skip
_INVISIBLE: Final = ("\u200b", "\u2060", "\ufeff", "\u202e", "\u200f", "\u00ad", "\u00a0", "\u3000", " ", "\n", "\t")
_PLAIN: Final = ("rain", "The river rose.", "Dr. Sok said, “no”.", "half", "metre", "in", "night", "1,200")
_KHMER: Final = ("ភ្លៀង\u200bធ្លាក់\u200bខ្លាំង", "ទន្លេ\u200bមេគង្គ។", "ផ្សារ", "ស្រុក", "ក្រុម\u200bការងារ", "៕", "កម្ពុជា។")
_RTL: Final = ("مطر غزير", "السوق.", "שיטפון", "בשוק", "باران", "\u2067نهر\u2069")
_JOINED: Final = (
    "👩‍👩‍👧‍👦", "🇰🇭", "👍🏽", "🏳️‍🌈", "e\u0301", "a" + "\u0301" * 60, "ก็", "ो", "\u0301", "\u200d", "𝔘𝔫𝔦", "中文。"
)  # fmt: skip
_LINKS: Final = (
    None, "", URL, f'{URL}?a="b"&c=<d>\'e', "javascript:alert(1)", "JAVASCRIPT:x", "tg://user?id=1",
    "mailto:a@b.example", "//x.example", "/relative", "https://[", "https://x", "https://x.example/two words", "https://x.example/\ud800",
    "https://ភ្លៀង.example/ផ្សារ", "https://x.example/" + "y" * 1900, "https://x.example/" + "y" * 9000,
)  # fmt: skip
_WORDS: Final = (_PLAIN, _KHMER, _RTL, _JOINED, _HOSTILE, _INVISIBLE)
_PICTURES: Final = (
    (PICTURE,), (PICTURE, Picture(url="https://news.example/b.png")), (), (), (Picture(url="javascript:x"), PICTURE),
    (Picture(url='https://news.example/"<&>.jpg', alt="</b>" * 200),), (Picture(url=URL, alt="\u200b"),),
)  # fmt: skip


def odd_announcements(count: int, seed: int) -> Iterator[Announcement]:
    """So many announcements: long and empty ones, scripts of all kinds, markup, and what can't be sent at all."""
    random = Random(seed)
    for _ in range(count):
        yield _announcement(random)


def _announcement(random: Random) -> Announcement:
    return Announcement(
        title=_text(random, random.choice((0, 1, 1, 3, 8, 8, 8, 8, 8, 300))),
        body=_body(random),
        url=random.choice((URL, *_LINKS)),
        pictures=random.choice(_PICTURES),
        label=_text(random, 2),
        hashtags=tuple(_text(random, 1) for _ in range(random.choice((0, 1, 1, 2, 2, 2, 5, 300)))),
        language=random.choice(("en", "km", "ar", "he-IL", "", "\ud800", "zz")),
        silent=random.random() < 0.1,
        image=random.random() < 0.9,
        texts=(((random.choice(("", "telegram", "discord"))), _body(random)),) if random.random() < 0.2 else (),
    )


def _body(random: Random) -> tuple[Span, ...]:
    return tuple(_span(random) for _ in range(random.choice((0, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 20, 120))))


def _span(random: Random) -> Span:
    text = _text(random, random.choice((0, 1, 3, 6, 12)))
    if random.random() < 0.3:
        text += random.choice(("\n", "\n\n", "\n\n\n\n"))
    return Span(
        text,
        bold=random.random() < 0.3,
        italic=random.random() < 0.3,
        code=random.random() < 0.15,
        link=random.choice(_LINKS) if random.random() < 0.3 else None,
    )


def _text(random: Random, words: int) -> str:
    """Mostly of one script, as people write; sometimes of all of them."""
    pool = random.choice(_WORDS) if random.random() < 0.7 else tuple(word for words in _WORDS for word in words)
    return random.choice((" ", " ", "")).join(random.choices(pool, k=words))
