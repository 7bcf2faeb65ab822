"""Characters that nobody sees are found in every script, and none of them reaches a message."""

from __future__ import annotations

import pytest

from tests.reading.pages import read, text


@pytest.mark.parametrize(
    "character", ["\x07", "\x7f", "\x85", "\u202e", "\u2066", "\u2028", "\ufeff", "\uffff", "&#x202e;"]
)
@pytest.mark.parametrize("words", ["It rained.", "ភ្លៀង\u200bធ្លាក់\u00a0នៅ\u200bកំពត។ " * 9])
def test_characters_that_nobody_sees_are_left_out_of_any_script(words: str, character: str) -> None:
    post = read(f"title: {words}{character}{words}", f"{words}{character}{words}")
    assert character not in post.title + text(post.excerpt)
    assert "\u202e" not in text(post.excerpt)
