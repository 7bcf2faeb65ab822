"""The ladder of pictures as it stands: the dispatcher, the real library, real bytes, and each rung broken in turn."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from adapters.pictures.pictures import FetchedPictures
from adapters.telegram.adapter import TelegramAdapter
from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Action, Destination, Picture
from bot.ports import Rate
from tests.adapters.pictures.picture_host import PictureHost
from tests.adapters.telegram.conftest import FakePace, place
from tests.drawing import drawn, noise, opened
from tests.emulators.telegram import Chat, Message, TelegramEmulator
from tests.state.making import NOON, Office, eventually, open_office, post, publish, subscribe

NAME = "pictures.example"
"""A public name, as Telegram sees it; here it leads to the picture host."""


class Names(ThreadedResolver):
    """Knows where that name leads."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return await super().resolve("127.0.0.1" if host == NAME else host, port, family)


class Unhurried(TelegramAdapter):
    """Without limits, so that nothing but the pictures is waited for."""

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        return ()


@dataclass
class Press:
    """A newsbell that can be started anew, in front of an emulated Telegram."""

    telegram: TelegramEmulator
    host: PictureHost
    office: Office

    @property
    def address(self) -> str:
        return f"http://{NAME}:{self.host.address[1]}"

    async def subscribe(self, *chats: Chat) -> None:
        for chat in chats:
            await subscribe(self.office.store, place(chat))

    async def deliver(self, path: str, *pictures: Picture) -> None:
        """Let a process begin, publish, deliver all, and end."""
        fetched = FetchedPictures([self.host.address, (NAME, self.host.address[1])])
        adapter = Unhurried(self.telegram.token, api_url=self.telegram.url, pace=FakePace(), pictures=fetched)
        await adapter.open()
        shelf = self.office.store.deliveries
        epoch = await self.office.store.begin_epoch(NOON)
        pacer = Pacer(asyncio.get_running_loop().time)
        dispatcher = Dispatcher(adapter, shelf, pacer, epoch=epoch, now=lambda: NOON)
        running = asyncio.create_task(dispatcher.run())
        await publish(self.office.store, post(path, pictures=pictures))
        dispatcher.wake()
        await eventually(dispatcher.idle)
        dispatcher.stop()
        await running
        await adapter.close()
        await fetched.close()

    @property
    def uploads(self) -> int:
        return sum(bool(request.files) for request in self.telegram.requests)


@pytest.fixture
async def press(telegram: TelegramEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Press]:
    monkeypatch.setattr("adapters.fetching.guard.ThreadedResolver", Names)
    office = await open_office(tmp_path / "newsbell.db")
    async with PictureHost() as host:
        yield Press(telegram, host, office)
    await office.store.close()


def breaks(press: Press, first: Picture, second: Picture) -> list[tuple[str, Callable[[], object]]]:
    """What breaks each rung, from the top."""
    return [
        ("Telegram knows the id no more", press.telegram.files.clear),
        ("the host has it no more", press.host.pictures.clear),
        ("Telegram can't load it", lambda: press.telegram.unloadable(str(first.url))),
        ("the file is gone", lambda: Path(str(second.file)).unlink()),
    ]


@pytest.mark.parametrize("broken", range(5))
async def test_each_rung_is_reached_by_breaking_the_one_above(
    press: Press, channel: Chat, tmp_path: Path, broken: int
) -> None:
    (tmp_path / "near.png").write_bytes(drawn("PNG"))
    press.host.pictures["/far.jpg"] = drawn("JPEG")
    far, near = Picture(url=f"{press.address}/far.jpg"), Picture(file=str(tmp_path / "near.png"))
    await press.subscribe(channel)
    await press.deliver("before.md", far, near)
    assert press.uploads == 1

    for _what, do in breaks(press, far, near)[:broken]:
        do()
    await press.deliver("rain.md", far, near)

    before, message = channel.visible
    assert str(message.caption or message.text).startswith("Rain")
    rungs = ["by its id", "uploaded", "by its address", "the next one, uploaded", "text below a card"]
    assert came(message, before, far) == rungs[broken]


def came(message: Message, before: Message, far: Picture) -> str:
    """How the picture of `message` came to Telegram."""
    photo = message.photo
    if photo is None:
        return "text below a card" if (message.content.preview or {}).get("url") else "text"
    if photo is before.photo:
        return "by its id"
    if photo.url == far.url:
        return "by its address"
    return {drawn("JPEG"): "uploaded", drawn("PNG"): "the next one, uploaded"}[photo.data or b""]


async def test_two_hundred_chats_are_one_download_and_one_upload(press: Press) -> None:
    chats = [press.telegram.add_channel(f"News {number}") for number in range(200)]
    await press.subscribe(*chats)
    press.host.pictures["/far.webp"] = drawn("WEBP", (3000, 1000))
    await press.deliver("rain.md", Picture(url=f"{press.address}/far.webp"))

    assert (press.uploads, press.host.asked) == (1, ["/far.webp"])
    photos = {id(message.photo) for chat in chats for message in chat.visible}
    assert len(photos) == 1
    shown = chats[7].visible[0].photo
    assert shown
    assert shown.data
    assert opened(shown.data).size == (2560, 853)
    assert len(press.telegram.requests) == 201, "and the login"


async def test_where_the_uploading_chat_throws_the_bot_out_the_next_one_uploads(press: Press) -> None:
    chats = [press.telegram.add_channel(f"News {number}") for number in range(30)]
    await press.subscribe(*chats)
    press.telegram.kick(chats[0])
    press.host.pictures["/far.jpg"] = drawn("JPEG")
    await press.deliver("rain.md", Picture(url=f"{press.address}/far.jpg"))

    assert press.uploads == 2
    assert [len(chat.visible) for chat in chats] == [0, *[1] * 29]


async def test_an_edit_of_many_uploads_the_new_picture_once(press: Press) -> None:
    chats = [press.telegram.add_channel(f"News {number}") for number in range(30)]
    await press.subscribe(*chats)
    press.host.pictures |= {"/rain.jpg": drawn("JPEG"), "/sun.jpg": noise("JPEG", (64, 48))}
    await press.deliver("rain.md", Picture(url=f"{press.address}/rain.jpg"))
    await press.deliver("rain.md", Picture(url=f"{press.address}/sun.jpg"))

    assert press.uploads == 2
    assert {id(message.photo) for chat in chats for message in chat.visible} == {id(chats[0].visible[0].photo)}
    assert press.host.asked == ["/rain.jpg", "/sun.jpg"]


async def test_a_picture_from_a_private_network_is_not_even_named_to_telegram(press: Press, channel: Chat) -> None:
    await press.subscribe(channel)
    await press.deliver("rain.md", Picture(url="http://10.0.0.5/secret.jpg"))

    assert channel.visible[0].text
    assert "10.0.0.5" not in "".join(str(request.parameters) for request in press.telegram.requests)


async def test_a_picture_that_telegram_can_not_read_goes_by_its_address(press: Press, channel: Chat) -> None:
    press.telegram.fault("answer", status=400, description="Bad Request: IMAGE_PROCESS_FAILED", method="sendPhoto")
    await press.subscribe(channel)
    press.host.pictures["/far.jpg"] = drawn("JPEG")
    far = Picture(url=f"{press.address}/far.jpg")
    await press.deliver("rain.md", replace(far, alt="Rain"))

    photo = channel.visible[0].photo
    assert photo
    assert photo.url == far.url
