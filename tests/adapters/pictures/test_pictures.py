"""The Pictures port in front of a picture host that misbehaves, and of files that change."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.pictures import pictures
from adapters.pictures.pictures import FetchedPictures
from bot.errors import Reach
from bot.models import Kind, Picture
from tests.adapters.pictures.picture_host import PictureHost
from tests.adapters.pictures.tools import Tools, refusal
from tests.drawing import LIMITS, SVG, drawn, noise, opened, png_bomb, png_header

JPEG = drawn("JPEG")


@pytest.fixture
async def host() -> AsyncIterator[PictureHost]:
    async with PictureHost() as host:
        yield host


@pytest.fixture
def tools() -> Tools:
    return Tools()


@pytest.fixture
async def port(host: PictureHost, tools: Tools) -> AsyncIterator[FetchedPictures]:
    port = FetchedPictures([host.address], whole=1.0, idle=0.3, just_now=0.0, workshop=tools)
    yield port
    await port.close()


# --- what comes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/rain.jpg", "/rain", "/rain.php?id=7", "/rain.svg"])
async def test_what_fits_comes_as_it_is_whatever_its_name_and_type_say(
    host: PictureHost, port: FetchedPictures, tools: Tools, path: str
) -> None:
    host.pictures[path.partition("?")[0]] = JPEG
    made = await port.fetch(host.picture(path), LIMITS)
    assert (made.content, made.kind, made.name) == (JPEG, Kind.JPEG, "picture.jpeg")
    assert tools.used == 0


async def test_what_does_not_fit_is_made_to(host: PictureHost, port: FetchedPictures, tools: Tools) -> None:
    made = await port.fetch(host.picture("/long", drawn("WEBP", (3000, 1000))), LIMITS)
    assert opened(made.content).size == (2560, 853)
    assert tools.used == 1


async def test_a_redirect_is_followed_to_a_host_without_suffixes(host: PictureHost, port: FetchedPictures) -> None:
    host.pictures["/assets/0f3a"] = JPEG
    assert (await port.fetch(host.picture("/away//away//assets/0f3a"), LIMITS)).content == JPEG


async def test_many_who_want_the_same_picture_cost_one_request(host: PictureHost, port: FetchedPictures) -> None:
    rain = host.picture("/rain.jpg", JPEG)
    await asyncio.gather(*(port.fetch(rain, LIMITS) for _ in range(50)))
    await port.fetch(rain, LIMITS)
    assert host.asked == ["/rain.jpg"]


async def test_each_platform_has_the_picture_within_its_own_limits(host: PictureHost, port: FetchedPictures) -> None:
    rain = host.picture("/rain.png", drawn("PNG", (900, 600)))
    small = await port.fetch(rain, replace(LIMITS, sides=600, side=400))
    assert opened(small.content).size == (300, 200)
    assert opened((await port.fetch(rain, LIMITS)).content).size == (900, 600)


async def test_platforms_that_want_it_at_the_same_time_share_the_download(
    host: PictureHost, port: FetchedPictures
) -> None:
    rain = host.picture("/rain", drawn("GIF", (900, 600)))
    still, moving = await asyncio.gather(
        port.fetch(rain, LIMITS), port.fetch(rain, replace(LIMITS, moving=frozenset({Kind.GIF})))
    )
    assert (still.kind, moving.kind) == (Kind.PNG, Kind.GIF)
    assert host.asked == ["/rain"]


async def test_only_so_much_is_kept_at_hand(
    host: PictureHost, port: FetchedPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT_BYTES", 2 * len(JPEG))
    for path in ("/1", "/2", "/3", "/2", "/1"):
        await port.fetch(host.picture(path, JPEG), LIMITS)
    assert host.asked == ["/1", "/2", "/3", "/1"]


async def test_who_stops_waiting_does_not_end_it_for_the_others(host: PictureHost, port: FetchedPictures) -> None:
    rain = host.picture("/rain.jpg", JPEG)
    first, second = (asyncio.create_task(port.fetch(rain, LIMITS)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).content == JPEG


# --- what does not come ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reach", "says"),
    [
        ("/gone.jpg", Reach.SOURCE, "answers 404"),
        ("/lies", Reach.WAY, "can't be reached"),
        ("/stops", Reach.WAY, "no whole answer"),
        ("/hangs", Reach.WAY, "no whole answer"),
        ("/away/http://localhost:1/rain.jpg", Reach.PICTURE, "private address"),
        ("/away/http://169.254.169.254/latest/meta-data", Reach.PICTURE, "private address"),
        ("/away/file:///etc/passwd", Reach.WAY, "no web address"),
        ("/away/" * 6 + "/rain.jpg", Reach.WAY, "more than 5 times"),
        ("/page", Reach.SOURCE, "no picture"),
        ("/drawing", Reach.PICTURE, "JPEG or PNG"),
        ("/strip", Reach.PICTURE, "crop it"),
        ("/bomb", Reach.PICTURE, "million pixels"),
        ("/cut", Reach.SOURCE, "broken"),
    ],
)
async def test_what_can_not_be_had_is_refused_by_its_address(
    host: PictureHost, port: FetchedPictures, path: str, reach: Reach, says: str
) -> None:
    host.pictures |= {"/page": b"<!DOCTYPE html><html></html>", "/drawing": SVG, "/strip": drawn("PNG", (2100, 100))}
    host.pictures |= {"/bomb": png_bomb(9000, 3000), "/cut": noise("JPEG", (200, 200))[:-5000]}
    refused = await refusal(port, host.picture(path))
    assert says in str(refused)
    assert host.url(path) in str(refused)
    assert refused.reach is reach


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x.jpg", "data:image/png;base64,AA", "", "//"])
async def test_only_the_web_is_asked(port: FetchedPictures, url: str) -> None:
    assert "no web address" in str(await refusal(port, Picture(url=url)))


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"])
async def test_no_private_address_is_asked_by_any_name(host: PictureHost, name: str) -> None:
    host.pictures["/rain.jpg"] = JPEG
    strict = FetchedPictures()
    await refusal(strict, Picture(url=f"http://{name}:{host.address[1]}/rain.jpg"))
    await strict.close()
    assert host.asked == []


async def test_a_picture_without_end_is_left_when_it_has_become_too_much(
    host: PictureHost, port: FetchedPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SOURCE_BYTES", 3_000_000)
    refused = await refusal(port, host.picture("/endless"))
    assert "more than 3 MB" in str(refused)


async def test_what_failed_is_asked_for_anew(host: PictureHost, port: FetchedPictures) -> None:
    late = host.picture("/late.jpg")
    await refusal(port, late)
    host.pictures["/late.jpg"] = JPEG
    assert (await port.fetch(late, LIMITS)).content == JPEG


async def test_nothing_goes_on_after_the_end(host: PictureHost, port: FetchedPictures) -> None:
    waiting = asyncio.create_task(port.fetch(host.picture("/hangs"), LIMITS))
    await host.hanging.wait()
    await port.close()
    await asyncio.wait([waiting])
    assert waiting.cancelled()


# --- files -----------------------------------------------------------------------------------------------------------


async def test_a_file_that_changes_is_read_anew(port: FetchedPictures, tmp_path: Path) -> None:
    file = tmp_path / "rain.jpg"
    file.write_bytes(JPEG)
    assert (await port.fetch(Picture(file=str(file)), LIMITS)).content == JPEG
    file.write_bytes(drawn("PNG"))
    assert (await port.fetch(Picture(file=str(file)), LIMITS)).kind is Kind.PNG
    file.unlink()
    assert "can't be read: No such file" in str(await refusal(port, Picture(file=str(file))))


async def test_between_the_look_that_makes_a_file_ready_and_its_call_it_is_not_looked_at_again(tmp_path: Path) -> None:
    port, file = FetchedPictures(just_now=60.0), tmp_path / "rain.jpg"
    file.write_bytes(JPEG)
    await port.fetch(Picture(file=str(file)), LIMITS)
    file.unlink()
    assert (await port.fetch(Picture(file=str(file)), LIMITS, again=True)).content == JPEG
    await port.close()


async def test_what_makes_a_file_ready_looks_at_it_however_short_ago_it_was_looked_at(tmp_path: Path) -> None:
    """It was given a new name meanwhile, under which these bytes are going to be known."""
    port, file = FetchedPictures(just_now=60.0), tmp_path / "rain.jpg"
    file.write_bytes(JPEG)
    await port.fetch(Picture(file=str(file)), LIMITS)
    file.write_bytes(drawn("PNG"))
    assert (await port.fetch(Picture(file=str(file)), LIMITS)).kind is Kind.PNG
    await port.close()


async def test_what_is_no_file_is_not_read(port: FetchedPictures, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "is no file" in str(await refusal(port, Picture(file=str(tmp_path / "pipe.jpg"))))
    assert "is no file" in str(await refusal(port, Picture(file=str(tmp_path))))


async def test_a_file_that_is_huge_is_not_read_whole(
    port: FetchedPictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SOURCE_BYTES", 1000)
    (tmp_path / "huge.jpg").write_bytes(JPEG + bytes(1000))
    assert (await refusal(port, Picture(file=str(tmp_path / "huge.jpg")))).reach is Reach.PICTURE


# --- without Pillow --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [JPEG, drawn("PNG"), drawn("PNG", mode="RGBA"), drawn("WEBP"), drawn("GIF")])
async def test_without_pillow_goes_what_fits(host: PictureHost, content: bytes) -> None:
    bare = FetchedPictures([host.address], workshop=Tools(equipped=False))
    assert (await bare.fetch(host.picture("/rain", content), LIMITS)).content == content
    await bare.close()


@pytest.mark.parametrize(
    ("content", "reach"),
    [
        (png_header(9000, 9000), Reach.PICTURE),
        (drawn("PNG", (2100, 100)), Reach.PICTURE),
        (SVG, Reach.PICTURE),
        (drawn("AVIF"), Reach.WAY),
        (drawn("TIFF"), Reach.WAY),
        (JPEG + bytes(10_000_000), Reach.PICTURE),
    ],
    ids=lambda each: each if isinstance(each, Reach) else "picture",
)
async def test_without_pillow_what_does_not_fit_is_refused(host: PictureHost, content: bytes, reach: Reach) -> None:
    bare = FetchedPictures([host.address], workshop=Tools(equipped=False))
    assert (await refusal(bare, host.picture("/rain", content))).reach is reach
    await bare.close()


async def test_that_pillow_is_missing_is_said_once(host: PictureHost, caplog: pytest.LogCaptureFixture) -> None:
    bare = FetchedPictures([host.address], workshop=Tools(equipped=False))
    with caplog.at_level(logging.WARNING):
        for path in ("/1", "/2"):
            await refusal(bare, host.picture(path, drawn("AVIF")))
    await bare.close()
    assert [record.getMessage() for record in caplog.records] == [
        "pictures that don't fit as they are can't be shrunk or converted: pip install 'newsbell[pictures]'"
    ]
