"""Text is cut where people would cut it, and never inside what they see as one letter."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.composing.cutting import cut, cut_spans, utf16_length
from bot.models import Span

KHMER = "សាលាបឋមសិក្សាមួយនៅតាមដងទន្លេ បានប្រែក្លាយដីទំនេរ។ ក្នុងសួននោះមានស្ពៃ ការ៉ុត ប៉េងប៉ោះ និងត្រកួន។ សិស្សស្រោចទឹក។"
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(("text", "length"), [("", 0), ("rain", 4), ("ភ្លៀង", 5), ("🌧", 2), (FAMILY, 11)])
def test_length_is_counted_in_utf16_units(text: str, length: int) -> None:
    assert utf16_length(text) == length


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("It rained.", 10, "It rained."),
        ("It rained. It poured. It stopped.", 25, "It rained. It poured."),
        ("It rained. It poured. It stopped.", 21, "It rained. It poured."),
        ("It rained. It poured. It stopped.", 20, "It rained. It…"),
        ("Did it rain? It did! And how… Then it stopped raining.", 33, "Did it rain? It did! And how…"),
        ("He said: “It rained.” Then he went home again.", 28, "He said: “It rained.”"),
        ("It rained.\n\nIt poured all day long.", 14, "It rained."),
        ("It rained in town. and it poured", 26, "It rained in town. and it…"),
        (KHMER, 96, KHMER.removesuffix(" សិស្សស្រោចទឹក។")),
        ("下雨了。下得很大。后来停了。", 10, "下雨了。下得很大。"),
        ("“下雨了！”他说。后来停了。", 9, "“下雨了！”他说。"),
    ],
)
def test_a_whole_sentence_is_the_best_end(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("The river rose by 3.5 metres within one night", 24, "The river rose by 3.5…"),
        ("Yesterday evening Mr. Porter crossed the bridge", 24, "Yesterday evening Mr…"),
        ("It was found by the U.S. Navy on the river bank", 27, "It was found by the U.S…"),
        ("Look at example.org. for more of the story", 24, "Look at example.org…"),
        ("The paper Yahoo! said that it rained in town", 20, "The paper Yahoo!…"),
        ("ស្ពៃ ការ៉ុត។ល។ ប៉េងប៉ោះ និងត្រកួន", 13, "ស្ពៃ ការ៉ុត…"),
    ],
)
def test_not_every_full_stop_ends_a_sentence(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("It rained in the town all day", 20, "It rained in the…"),
        ("It rained, in the town, all day", 24, "It rained, in the town…"),
        ("They called it “the long rain” later", 18, "They called it…"),
        ('They called it "the rain" later', 27, 'They called it "the rain"…'),
        ("It rained (in town) all day long", 13, "It rained…"),
        ("It rained\n\nIt poured", 12, "It rained…"),
        ("សាលា\u200bបឋម\u200bសិក្សា\u200bមួយ\u200bនៅ\u200bតាម", 17, "សាលា\u200bបឋម\u200bសិក្សា…"),
        ("Short. Then a much longer sentence without any end", 30, "Short. Then a much longer…"),
    ],
)
def test_else_it_ends_between_words_with_an_ellipsis(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("ស្រុកខ្មែរស្រុកខ្មែរ", 5, "ស្រុ…"),
        ("ស្រុកខ្មែរស្រុកខ្មែរ", 4, "…"),
        ("ក្រក្រក្រក្រ", 9, "ក្រក្រ…"),
        (f"{FAMILY}{FAMILY}", 12, f"{FAMILY}…"),
        (f"{FAMILY}{FAMILY}", 11, "…"),
        ("🌧🌧🌧", 5, "🌧🌧…"),
        ("🌧🌧🌧", 4, "🌧…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
    ],
)
def test_else_it_ends_between_letters(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@pytest.mark.parametrize(("limit", "expected"), [(1, "…"), (0, ""), (-1, "")])
def test_the_smallest_limits_hold(limit: int, expected: str) -> None:
    assert cut("It rained.", limit) == expected
    assert "".join(span.text for span in cut_spans((Span("It rained."),), limit)) == expected


def test_spans_keep_their_styles_up_to_the_cut() -> None:
    spans = (Span("It "), Span("rained in", bold=True), Span(" town all day", italic=True))
    assert cut_spans(spans, 100) == spans
    assert cut_spans(spans, 19) == (Span("It "), Span("rained in", bold=True), Span(" town…", italic=True))
    assert cut_spans(spans, 13) == (Span("It "), Span("rained in…", bold=True))


@pytest.mark.parametrize(
    "styled", [Span("rained in town", link="https://example.org/"), Span("rained in town", code=True)]
)
def test_an_ellipsis_is_neither_code_nor_a_link(styled: Span) -> None:
    cut_off = cut_spans((Span("It "), styled), 14)
    assert [span.text for span in cut_off] == ["It ", "rained in", "…"]
    assert cut_off[-1] == Span("…")


def test_a_cut_between_paragraphs_leaves_no_empty_line() -> None:
    assert cut_spans((Span("It rained."), Span("\n\n"), Span("It poured all day long.")), 15) == (Span("It rained."),)


LETTERS = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(f"កខ្រែ។៕ \u200b\n.!?…”3{FAMILY}\u0301\u0600\U0001f1f0\U0001f1ed"),
    max_size=60,
)  # fmt: skip


@given(text=LETTERS, limit=st.integers(0, 70))
def test_a_cut_is_never_too_long_and_splits_no_letter(text: str, limit: int) -> None:
    result = cut(text, limit)
    assert utf16_length(result) <= limit
    if utf16_length(text) <= limit:
        assert result == text
        return
    kept = result if text.startswith(result) else result.removesuffix("…")
    assert text.startswith(kept)
    ends = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert len(kept) in ends


@given(parts=st.lists(LETTERS, max_size=5), limit=st.integers(0, 70))
def test_spans_are_cut_as_their_text_is(parts: list[str], limit: int) -> None:
    spans = tuple(Span(part, bold=index % 2 == 0, code=index % 3 == 0) for index, part in enumerate(parts))
    assert "".join(span.text for span in cut_spans(spans, limit)) == cut("".join(parts), limit)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("It rained.", 10, "It rained."),
        ("It rained. It poured. It stopped.", 25, "It rained. It poured. …"),
        ("It rained. It poured. It stopped.", 22, "It rained. It…"),
        ("It rained in the town all day", 20, "It rained in the…"),
        ("It rained. It poured.", 2, ""),
    ],
)
def test_what_looks_like_the_whole_says_always_that_it_was_cut(text: str, limit: int, expected: str) -> None:
    assert "".join(span.text for span in cut_spans([Span(text)], limit, always_told=True)) == expected
    assert utf16_length(expected) <= limit
