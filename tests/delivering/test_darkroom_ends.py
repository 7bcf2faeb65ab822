"""What a darkroom makes of files that change, of crashes, and of the end."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from bot.errors import PictureRefused, Reach
from bot.models import Action, DeliveryState, OnUnknown, Picture
from tests.delivering.pictured import FIRST, MANY, in_time_that_skips, skip, uploads
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat

# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_that_changes_between_two_posts_is_uploaded_anew(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        file = tmp_path / "cover.jpg"
        file.write_bytes(b"old")
        cover = (Picture(file=str(file)),)
        await service.subscribe(*MANY[:3])
        await service.publish("a.md", pictures=cover)
        await service.start()
        await service.idle()
        await service.publish("b.md", pictures=cover)
        await service.idle()
        file.write_bytes(b"newer")
        skip(60)
        await service.publish("c.md", pictures=cover)
        await service.idle()

        assert uploads(service) == 2
        assert [call.media_id for call in service.adapter.calls_of(Action.SEND)][6] == ""
        assert len(service.adapter.fetched) == 2

    in_time_that_skips(tmp_path, story)


async def test_a_file_is_shown_by_its_id_after_a_restart_too_unless_it_changed(
    service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "cover.jpg"
    await service.subscribe()
    file.write_bytes(b"old")
    for path in ("a.md", "b.md", "c.md"):
        if path == "c.md":
            file.write_bytes(b"newer")
        await service.start()
        await service.publish(path, pictures=(Picture(file=str(file)),))
        await service.idle()
        await service.stop()

    known = f"media of {file}"
    assert [call.media_id for call in service.adapter.calls] == ["", known, ""]


async def test_of_a_file_that_changed_while_it_was_uploaded_no_id_is_kept(service: Service, tmp_path: Path) -> None:
    """The id may be of either state; should the first one come back, it would be shown the other."""
    (file := tmp_path / "cover.jpg").write_bytes(b"old")
    was, service.adapter.darkness = file.stat().st_mtime_ns, asyncio.Event()
    await service.subscribe()
    await service.start()
    await service.publish("a.md", pictures=(Picture(file=str(file)),))
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    os.utime(file, ns=(1, 1))
    service.adapter.darkness.set()
    await service.idle()
    await service.stop()

    os.utime(file, ns=(was, was))
    await service.start()
    await service.publish("b.md", pictures=(Picture(file=str(file)),))
    await service.idle()
    assert [call.media_id for call in service.adapter.calls] == ["", ""]


def test_a_file_that_was_replaced_while_it_was_uploaded_is_uploaded_anew_by_the_next_post(tmp_path: Path) -> None:
    """Another look has told by then that it is another picture."""

    async def story(service: Service) -> None:
        (file := tmp_path / "cover.jpg").write_bytes(b"old")
        cover = (Picture(file=str(file)),)
        uploading = service.adapter.hang()
        await service.subscribe(chat(1))
        await service.subscribe(chat(2), kind="category", value="sport")
        await service.publish("a.md", pictures=cover)
        await service.start()
        await service.adapter.until(lambda: len(service.adapter.calls) == 1)
        file.write_bytes(b"newer")
        skip(3)
        await service.publish("sport/b.md", pictures=cover, categories=("SPORT",))
        await service.adapter.until(lambda: len(service.adapter.fetched) == 2)
        uploading.set()
        await service.idle()
        await service.publish("c.md", pictures=cover)
        await service.idle()

        names = [(call.title, call.media_id) for call in service.adapter.calls if call.destination == chat(1)]
        assert names[0] == ("A", "")
        assert [call.media_id for call in service.adapter.calls if call.title == "B"].count("") == 1
        assert names[-1] == ("C", f"media of {file}")

    in_time_that_skips(tmp_path, story)


def test_a_file_that_vanishes_leaves_text_to_those_who_come_later(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        file = tmp_path / "cover.jpg"
        file.write_bytes(b"old")
        await service.subscribe(*MANY[:3])
        await service.publish("a.md", pictures=(Picture(file=str(file)),))
        await service.start()
        await service.idle()
        file.unlink()
        skip(60)
        service.adapter.unfetchable[str(file)] = PictureRefused("No such file", reach=Reach.PICTURE)
        await service.publish("b.md", pictures=(Picture(file=str(file)),))
        await service.idle()

        assert [call.rung for call in service.adapter.calls] == [0, 0, 0, 1, 1, 1]

    in_time_that_skips(tmp_path, story)


# --- crashes ---------------------------------------------------------------------------------------------------------


async def test_a_crash_while_a_picture_is_fetched_leaves_nothing_unknown(service: Service) -> None:
    service.adapter.darkness = asyncio.Event()
    await service.subscribe(*MANY[:5])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    await service.die()
    assert await service.store.deliveries.counts() == {("fake", "due"): 5}
    service.adapter.darkness = None
    await service.start()
    await service.idle()

    assert await service.store.deliveries.counts() == {("fake", "settled"): 5}
    assert len(service.adapter.calls) == 5


async def test_after_a_crash_it_is_known_on_which_rung_the_lost_call_was(service: Service) -> None:
    service.adapter.unfetchable[FIRST.source] = PictureRefused("a strip", reach=Reach.PICTURE)
    service.adapter.hang()
    await service.subscribe()
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: len(service.adapter.calls) == 1)

    assert (await service.delivery()).rung == 2, "while nobody knows what became of it"
    await service.die()


async def test_the_end_waits_for_no_picture(service: Service) -> None:
    service.adapter.darkness = asyncio.Event()
    await service.subscribe()
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    await service.stop()

    assert service.adapter.calls == []
    assert (await service.delivery()).state is DeliveryState.DUE


async def test_an_unknown_upload_is_looked_for_while_the_others_go_on(service: Service) -> None:
    service.adapter.lose_answer()
    await service.subscribe(*MANY[:10])
    await service.publish(pictures=PICTURES)
    await service.start(on_unknown=OnUnknown.RESEND)
    await service.adapter.until(lambda: len(service.adapter.chats) == 10)
    service.pass_time(30)
    await service.idle()

    assert all(len(service.adapter.titles(place)) == 1 for place in MANY[:10])
    assert sum(not call.media_id for call in service.adapter.calls_of(Action.SEND)) == 2
