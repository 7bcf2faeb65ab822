"""What Pillow makes of pictures: upright, opaque, in screens' colours, within the limits, or refused with the mend."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from adapters.pictures.refitting import refit
from adapters.pictures.workshop import Workshop
from bot.errors import PictureRefused, Reach
from bot.models import Kind
from bot.picturing.headers import header_of
from tests.drawing import HEIC, LIMITS, SVG, drawn, noise, opened, png_bomb, png_header, saved, turned

RED, BLUE = (254, 0, 0), (0, 0, 254)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def near(pixel: object, colour: tuple[int, ...], by: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= by for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "AVIF", "BMP", "TIFF", "PNG", "JPEG"])
def test_every_kind_becomes_one_that_is_shown(form: str) -> None:
    made = refit(drawn(form), Kind[form], LIMITS)
    image = opened(made.content).convert("RGB")
    assert (image.format or made.kind.partition("/")[2]).upper() in {"JPEG", "PNG"}
    assert image.size == (64, 48)
    assert near(image.getpixel((10, 20)), RED)
    assert near(image.getpixel((54, 20)), BLUE)
    header = header_of(made.content)
    assert header
    assert header.plain


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_stands_still(form: str) -> None:
    later = [Image.new("RGB", (64, 48), "green")] * 3
    made = refit(drawn(form, save_all=True, append_images=later), Kind[form], LIMITS)
    image = opened(made.content)
    assert getattr(image, "n_frames", 1) == 1
    assert near(image.convert("RGB").getpixel((10, 20)), RED)


@pytest.mark.parametrize(
    ("orientation", "corner"), [(2, BLUE), (3, BLUE), (4, RED), (5, RED), (6, RED), (7, BLUE), (8, BLUE)]
)
def test_a_picture_is_upright_whichever_way_the_camera_was_held(orientation: int, corner: tuple[int, int, int]) -> None:
    image = opened(refit(turned(orientation), Kind.JPEG, LIMITS).content)
    assert image.size == ((64, 48) if orientation < 5 else (48, 64))
    assert near(image.getpixel((4, 4)), corner)
    assert image.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_clear_becomes_white(mode: str) -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste("red", (10, 0, 20, 20))
    image = opened(refit(saved(clear.convert(mode), "PNG"), Kind.PNG, LIMITS).content).convert("RGB")
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert image.getpixel((15, 2)) != (255, 255, 255)


def test_half_clear_is_half_as_dark() -> None:
    made = refit(saved(Image.new("RGBA", (8, 8), (0, 0, 0, 128)), "PNG"), Kind.PNG, LIMITS)
    assert near(opened(made.content).convert("RGB").getpixel((3, 3)), (127, 127, 127))


@pytest.mark.parametrize("profile", [b"", b"no profile", SRGB])
def test_printers_colours_become_screens(profile: bytes) -> None:
    """Also where the profile is broken, or one for other colours."""
    content = drawn("JPEG", mode="CMYK", icc_profile=profile)
    image = opened(refit(content, Kind.JPEG, LIMITS).content)
    assert image.mode == "RGB"
    assert near(image.getpixel((10, 20)), RED, by=20)


def test_a_deep_picture_keeps_its_shades() -> None:
    deep = saved(Image.new("I;16", (9, 9), 32_768), "PNG")
    assert opened(refit(deep, Kind.PNG, LIMITS).content).getpixel((3, 3)) == 128


def test_a_profile_of_colours_stays_with_the_picture() -> None:
    made = refit(drawn("WEBP", icc_profile=SRGB, lossless=True), Kind.WEBP, LIMITS)
    assert opened(made.content).info["icc_profile"] == SRGB


def test_a_large_picture_is_shrunk_in_proportion() -> None:
    image = opened(refit(drawn("JPEG", (9000, 3000)), Kind.JPEG, LIMITS).content)
    assert image.size == (2560, 853)


def test_what_stays_heavy_is_saved_with_less_care() -> None:
    tight = replace(LIMITS, upload=400_000)
    made = refit(noise("PNG", (1000, 800)), Kind.PNG, tight)
    assert (made.kind, len(made.content) <= 400_000) == (Kind.JPEG, True)
    with pytest.raises(PictureRefused, match="shrink it"):
        refit(noise("PNG", (1000, 800)), Kind.PNG, replace(LIMITS, upload=1000))


@pytest.mark.parametrize(
    ("content", "kind", "reach", "says"),
    [
        (drawn("PNG", (2100, 100)), Kind.PNG, Reach.PICTURE, "strip of 2100 x 100"),
        (drawn("PNG", (100, 2100)), Kind.PNG, Reach.PICTURE, "crop it"),
        (png_bomb(6000, 5000), Kind.PNG, Reach.PICTURE, "25 million pixels"),
        (png_bomb(30_000, 30_000)[:4000], Kind.PNG, Reach.PICTURE, "25 million pixels"),
        (SVG, Kind.SVG, Reach.PICTURE, "save it as JPEG or PNG"),
        (HEIC, Kind.HEIC, Reach.PICTURE, "save it as JPEG or PNG"),
        (noise("JPEG", (300, 300))[:-9000], Kind.JPEG, Reach.SOURCE, "broken"),
        (noise("PNG", (300, 300))[:-9000], Kind.PNG, Reach.SOURCE, "broken"),
        (noise("WEBP", (300, 300))[:-9000], Kind.WEBP, Reach.SOURCE, "broken"),
        (png_header(300, 300), Kind.PNG, Reach.SOURCE, "broken"),
        (b"\xff\xd8\xff\xe0junk", Kind.JPEG, Reach.SOURCE, "broken"),
        (drawn("PNG"), Kind.JPEG, Reach.SOURCE, "broken"),
    ],
)
def test_what_can_not_be_shown_is_refused_with_the_mend(content: bytes, kind: Kind, reach: Reach, says: str) -> None:
    with pytest.raises(PictureRefused, match=says) as refused:
        refit(content, kind, LIMITS)
    assert refused.value.reach is reach


# --- in a process of its own -----------------------------------------------------------------------------------------


async def test_a_picture_is_made_in_a_process_of_its_own() -> None:
    made = await Workshop().refit(drawn("WEBP"), Kind.WEBP, LIMITS)
    assert opened(made.content).size == (64, 48)
    assert made.name == f"picture.{made.kind.partition('/')[2]}"


async def test_what_that_process_refuses_is_refused() -> None:
    with pytest.raises(PictureRefused, match="crop it") as refused:
        await Workshop().refit(drawn("PNG", (2100, 100)), Kind.PNG, LIMITS)
    assert refused.value.reach is Reach.PICTURE


async def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(PictureRefused, match="within 0 seconds"):
        await Workshop(patience=0.0).refit(drawn("WEBP"), Kind.WEBP, LIMITS)


async def test_a_process_that_dies_is_no_more_than_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PictureRefused, match="save it once more"):
        await Workshop().refit(drawn("WEBP"), Kind.WEBP, LIMITS)


async def test_that_process_knows_no_tokens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told, spy = tmp_path / "told", tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\n/usr/bin/env > {told}\n")
    spy.chmod(0o755)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    monkeypatch.setattr(sys, "executable", str(spy))
    with pytest.raises(PictureRefused):
        await Workshop().refit(drawn("WEBP"), Kind.WEBP, LIMITS)
    assert "PATH=" in told.read_text()
    assert "TOKEN" not in told.read_text()


def test_that_process_has_no_more_memory_and_time_than_it_may_need() -> None:
    program = (
        "import sys; from resource import *; from adapters.pictures import worker; sys.argv[1:] = ['{}']\n"
        "try: worker.main()\n"
        "except KeyError: print(getrlimit(RLIMIT_AS)[0] >> 20, 'MiB,', getrlimit(RLIMIT_CPU)[0], 'seconds')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "1024 MiB, 20 seconds\n"
