"""Plain literals in a configuration that is a script."""

from __future__ import annotations

import pytest

from bot.reading.generators import scripts


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("url: 'https://a.example'", "https://a.example"),
        ('"url": "https://a.example",', "https://a.example"),
        ("url: `https://a.example` }", "https://a.example"),
        ("url: `https://${host}`,", ""),
        ("url: process.env.URL,", ""),
        ("url: 'https://a.' + host,", ""),
        ("baseurl: 'x', myurl: 'y', site.url: 'z'", ""),
        (r"url: 'it\'s',", "it's"),
        ("url: 'a', url: 'b',", "a"),
    ],
)
def test_only_plain_texts_are_taken(source: str, found: str) -> None:
    assert scripts.literal(source, "url") == found


def test_comments_are_left_out_but_not_in_texts() -> None:
    source = "// one\nurl: 'https://a.example', /* two\n 'three' */ name: \"/* four */\" // five's"
    assert scripts.without_comments(source).split() == ["url:", "'https://a.example',", "name:", '"/*', "four", '*/"']


def test_the_block_after_a_key_ends_where_its_brace_closes() -> None:
    source = "a: { b: { c: '}' }, path: 'x' }, path: 'y'"
    (block,) = scripts.blocks_after(source, r"\ba(?=:)")
    assert block == " b: { c: '}' }, path: 'x' "
    assert scripts.literal(scripts.top_level("b: { path: 'z' }, list: [{path: 'w'}], path: 'x'"), "path") == "x"
    assert list(scripts.blocks_after("a: f({})", r"\ba(?=:)")) == []
    assert list(scripts.blocks_after("a: { never: 'closed'", r"\ba(?=:)")) == [" never: 'closed'"]
