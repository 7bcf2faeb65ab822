"""What a picture is, and what its header says, without a pixel being decoded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.models import Kind
from bot.picturing.fitting import fits, goes_as_it_is, is_strip, shrunk
from bot.picturing.headers import Header, header_of
from bot.picturing.kinds import kind_of
from tests.drawing import HEIC, LIMITS, SVG, drawn, noise, png_bomb, saved, turned

WHOLE = {form: drawn(form, (90, 40)) for form in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")}


@pytest.mark.parametrize("form", WHOLE)
def test_every_kind_is_told_by_its_content(form: str) -> None:
    assert kind_of(WHOLE[form][:1024]) is Kind[form]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (HEIC, Kind.HEIC),
        (b"\0\0\0\x20ftypmif1\0\0\0\0mif1avifmiaf" + bytes(8), Kind.AVIF),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", None),
        (SVG, Kind.SVG),
        (b"\xef\xbb\xbf <svg>", Kind.SVG),
        (b"<!DOCTYPE html><html><svg></svg></html>", None),
        (b"BMI is no picture", None),
        (b"GIF87", None),
        (b"", None),
    ],
)
def test_what_looks_like_a_picture_and_what_does_not(content: bytes, kind: Kind | None) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_the_sides_stand_in_the_header(form: str) -> None:
    header = header_of(WHOLE[form])
    assert header
    assert (header.width, header.height) == (90, 40)


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (drawn("JPEG"), True),
        (drawn("JPEG", mode="L"), True),
        (drawn("JPEG", progressive=True), True),
        (drawn("PNG"), True),
        (drawn("PNG", mode="P"), True),
        (turned(1), True),
        (turned(6), False),
        (drawn("JPEG", mode="CMYK"), False),
        (drawn("PNG", mode="RGBA"), False),
        (drawn("PNG", mode="LA"), False),
        (drawn("PNG", mode="P", transparency=0), False),
        (saved(Image.new("I;16", (4, 4), 40_000), "PNG"), False),
        (noise("JPEG", (200, 200))[:-2000], False),
        (noise("PNG", (64, 64))[:-20], False),
        (drawn("JPEG") + b"\0" * 5000, True),  # what telephones put behind a picture
        (drawn("PNG", save_all=True, append_images=[Image.new("RGB", (64, 48))]), False),
        (drawn("GIF"), False),
        (drawn("WEBP"), False),
    ],
)
def test_what_every_program_shows_as_it_is_meant_is_plain(content: bytes, *, plain: bool) -> None:
    header = header_of(content)
    assert header
    assert header.plain is plain


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"}])
def test_every_form_of_webp_tells_its_sides(options: dict[str, Any]) -> None:
    header = header_of(drawn("WEBP", (300, 77), **options))
    assert header
    assert (header.width, header.height) == (300, 77)


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 400), st.binary(max_size=40))
def test_no_broken_header_is_too_much(form: str, cut: int, junk: bytes) -> None:
    header_of(WHOLE[form][:cut] + junk)
    header_of(WHOLE[form][:cut] + junk + WHOLE[form][cut + len(junk) :])


@pytest.mark.parametrize(
    "hostile", [b"\xff\xd8\xff" + b"\xff" * 3_000_000, b"\xff\xd8" + b"\xff\xe1\0\x02" * 1_000_000]
)
def test_a_header_without_end_is_left(hostile: bytes) -> None:
    assert header_of(hostile) is None


# --- fitting ---------------------------------------------------------------------------------------------------------

GOOD = Header(Kind.JPEG, 6000, 4000, plain=True)


@pytest.mark.parametrize(
    ("header", "size", "goes"),
    [
        (GOOD, 10_000_000, True),
        (GOOD, 10_000_001, False),
        (replace(GOOD, width=6001), 1, False),
        (replace(GOOD, plain=False), 1, False),
        (replace(GOOD, kind=Kind.WEBP), 1, False),
        (replace(GOOD, width=2000, height=100), 1, True),
        (replace(GOOD, width=2001, height=100), 1, False),
    ],
)
def test_what_goes_as_it_is(header: Header, size: int, *, goes: bool) -> None:
    assert goes_as_it_is(header, size, LIMITS) is goes


def test_a_kind_that_is_not_sure_to_be_shown_may_still_fit() -> None:
    assert fits(Header(Kind.WEBP, 40, 30), 1, LIMITS)


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_what_is_shrunk_is_inside_of_all_limits_and_never_larger(width: int, height: int) -> None:
    small = shrunk(width, height, LIMITS)
    assert max(small) <= LIMITS.side
    assert sum(small) <= LIMITS.sides
    assert 1 <= small[0] <= width
    assert 1 <= small[1] <= height
    assert is_strip(width, height, LIMITS) or not is_strip(*small, LIMITS)


def test_a_bomb_tells_its_sides_before_it_bursts() -> None:
    header = header_of(png_bomb(20_000, 500))
    assert header
    assert (header.width, header.height) == (20_000, 500)
