"""The console keeps the promises of a platform, in memory."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.console.adapter import Remembered
from adapters.console.render import Chat
from bot.errors import DestinationLost, MessageGone, PictureRefused
from bot.models import Action, Choice, Destination, Look, Picture, Receipt, Reply, Specimen
from tests.adapters.console.conftest import DISCORD, NOON, RAIN, TELEGRAM, Console, StartConsole, World, shown


def titles(console: Console, chat: Chat = Chat.TELEGRAM) -> list[str]:
    return [message.bubble.title for message in console.adapter.messages(chat)]


async def test_a_message_stands_in_its_chat_and_in_no_other(console: Console) -> None:
    receipt = await console.send()

    assert receipt == Receipt(("1-aa",))
    assert titles(console) == ["Rain & wind"]
    assert titles(console, Chat.DISCORD) == []


async def test_the_same_nonce_shows_no_second_message(console: Console) -> None:
    first = await console.send()
    second = await console.send()

    assert first == second
    assert len(titles(console)) == 1


async def test_an_edit_stays_in_its_place_and_says_so(console: Console) -> None:
    first = await console.send()
    await console.send(replace(RAIN, title="Later"), nonce="2-aa")

    receipt = await console.adapter.edit(replace(RAIN, title="Rain at last"), TELEGRAM, Look(), shown(first))

    assert receipt == first
    assert titles(console) == ["Rain at last", "Later"]
    assert [message.edited for message in console.adapter.messages(Chat.TELEGRAM)] == [True, False]


async def test_an_edit_that_changes_nothing_is_not_shown_as_one(console: Console) -> None:
    sent = await console.send()

    await console.adapter.edit(RAIN, TELEGRAM, Look(silent=True), shown(sent))

    assert [message.edited for message in console.adapter.messages(Chat.TELEGRAM)] == [False]


async def test_a_deleted_message_is_gone_for_good(console: Console) -> None:
    sent = shown(await console.send())

    await console.adapter.delete(TELEGRAM, sent)

    assert titles(console) == []
    with pytest.raises(MessageGone):
        await console.adapter.delete(TELEGRAM, sent)
    with pytest.raises(MessageGone):
        await console.adapter.edit(RAIN, TELEGRAM, Look(), sent)


async def test_settling_knows_what_stands_there(console: Console) -> None:
    async def settle(nonce: str) -> Receipt | None:
        return await console.adapter.settle(RAIN, TELEGRAM, Look(), nonce=nonce, tried_at=NOON, now=NOON)

    sent = await console.send()

    assert await settle("1-aa") == sent
    assert await settle("2-aa") is None


async def test_a_chat_keeps_its_latest_200_messages(console: Console) -> None:
    for number in range(201):
        await console.send(replace(RAIN, title=str(number)), nonce=f"{number}-aa")

    assert titles(console) == [str(number) for number in range(1, 201)]


async def test_after_a_restart_the_chats_are_as_they_were(start: StartConsole) -> None:
    pictures = (Picture(url="https://example.org/a.jpg"), Picture(url="https://example.org/b.jpg"))
    past = Remembered("7-aa", replace(RAIN, pictures=pictures), Look(), 2, NOON - timedelta(days=1))
    world = World(history={DISCORD: [past]})

    async with start(world) as console:
        [message] = console.adapter.messages(Chat.DISCORD)
        assert (message.id, message.at, message.bubble.pictures) == ("7-aa", past.at, pictures[1:])
        await console.adapter.edit(replace(RAIN, title="Later"), DISCORD, Look(), shown(Receipt(("7-aa",))))
        assert titles(console, Chat.DISCORD) == ["Later"]


async def test_after_a_restart_what_was_pinned_is_pinned(start: StartConsole) -> None:
    past = [
        Remembered("7-aa", RAIN, Look(), 0, NOON - timedelta(days=1), pinned=True),
        Remembered("8-aa", RAIN, Look(), 0, NOON - timedelta(days=1)),
    ]
    async with start(World(history={DISCORD: past})) as console:
        assert [message.pinned for message in console.adapter.messages(Chat.DISCORD)] == [True, False]


async def test_a_picture_that_cannot_be_shown_is_refused_and_the_next_one_tried(
    console: Console, picture: Picture, tmp_path: Path
) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    for file in (tmp_path / "missing.png", text, Path("/etc/hostname"), tmp_path):
        with pytest.raises(PictureRefused):
            await console.send(replace(RAIN, pictures=(Picture(file=str(file)), picture)))

    pictures = (Picture(file=str(tmp_path / "missing.png")), picture)
    await console.send(replace(RAIN, pictures=pictures), rung=1)

    [message] = console.adapter.messages(Chat.TELEGRAM)
    assert message.bubble.pictures == (picture,)


async def test_a_message_quotes_the_one_that_it_answers(console: Console) -> None:
    await console.send()
    await console.send(replace(RAIN, title="More rain"), nonce="2-aa", reply_to="1-aa")

    _, answer = console.adapter.messages(Chat.TELEGRAM)
    assert (answer.answers, answer.quoted) == ("1-aa", "Rain & wind")
    assert 'href="#telegram-1-aa"' in await console.html()


async def test_a_chat_of_another_name_does_not_exist(console: Console) -> None:
    with pytest.raises(DestinationLost, match="console:telegram"):
        await console.send(destination=Destination("console", "teletext"))


async def test_a_notice_is_shown_with_its_choices(console: Console) -> None:
    await console.adapter.notify(DISCORD, Reply("3 posts are held.", (Choice("Release", "/release"),)))

    html = await console.html()
    assert "3 posts are held." in html
    assert 'data-command="/release"' in html


def test_nothing_limits_a_local_page(console: Console) -> None:
    assert console.adapter.rates(TELEGRAM, Action.SEND) == ()


async def test_a_typed_command_reaches_the_desk_as_an_admins(console: Console) -> None:
    answer = await console.type(
        "  /subscribe@newsbell   weekly  news ", "discord", **{"Accept-Language": "km-KH,en;q=0.5"}
    )

    assert answer.status == 204
    [command] = console.desk.commands
    assert (command.name, command.words) == ("subscribe", "weekly news")
    assert (command.place.destination, command.admin, command.language) == (DISCORD, True, "km")


async def test_a_typed_line_and_its_answer_stand_in_the_chat(console: Console) -> None:
    await console.type("help <b>", "telegram")

    typed, answer = console.adapter.messages(Chat.TELEGRAM)
    assert (typed.bubble.typed, typed.bubble.words) == (True, "help &lt;b&gt;")
    assert answer.bubble.words == "heard help &lt;b&gt;"
    assert [button.command for row in answer.bubble.buttons for button in row] == ["/help again"]


async def test_a_preview_stands_below_its_words(console: Console) -> None:
    console.desk.specimen = Specimen(RAIN, Look())
    await console.type("/preview", "telegram")

    _, answer, specimen = console.adapter.messages(Chat.TELEGRAM)
    assert (answer.bubble.words, specimen.bubble.title) == ("heard preview", RAIN.title)


async def test_without_a_desk_a_command_is_asked_for_again(console: Console) -> None:
    serving = asyncio.create_task(console.adapter.serve(console.desk))
    await asyncio.sleep(0)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving

    answer = await console.type("/help")

    assert answer.status == 503
    assert "Try again" in await answer.text()
    assert titles(console) == []
