"""Chats that want their posts in different styles: sent, pinned, edited and withdrawn, over a restart."""

from __future__ import annotations

import pytest

from tests.emulators.telegram import Chat, Message
from tests.journeys.conftest import World
from tests.journeys.newsroom import Newsroom, post
from tests.journeys.test_overrides import asking

pytestmark = pytest.mark.process

STYLES = ("photo", "preview", "text", "rich")


async def subscribe(newsroom: Newsroom, chat: Chat, *options: str) -> None:
    words = [word for option in options for word in ("--set", option)]
    code, said = await newsroom.command("subscriptions", "add", f"telegram:{chat.id}", "national", *words)
    assert code == 0, said


def kind(message: Message) -> str:
    if message.photo or message.article:
        return "photo" if message.photo else "rich"
    return "text" if message.content.preview == {"is_disabled": True} else "preview"


async def test_every_chat_gets_its_style_and_the_newest_post_is_pinned(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    newsroom.settings["NEWSBELL_GRACE"] = "1"
    rights = ("can_post_messages", "can_edit_messages")
    chats = {style: telegram.add_channel(style, bot_rights=rights) for style in STYLES}
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    for style, chat in chats.items():
        await subscribe(newsroom, chat, f"style={style}", "pin=on", "protect=on")

    newsroom.write("a.md", post("A"))
    await newsroom.says("pinned in", times=4)
    assert {style: [kind(message) for message in chat.visible] for style, chat in chats.items()} == {
        style: [style] for style in STYLES
    }
    await newsroom.kill()
    await newsroom.start()
    newsroom.write("b.md", asking("B", "newsbell: {follows: A}\n"))
    await newsroom.says("unpinned in", times=4)

    for style, chat in chats.items():
        first, second = chat.visible
        assert (kind(second), second.protected, second.reply_to) == (style, True, first.id)
        assert (first.pinned, second.pinned) == (False, True)
        assert [button.text for button in second.buttons] == ["Read"]

    newsroom.write("b.md", asking("B", "newsbell: {follows: A}\n", title="Mended"))
    await newsroom.says("edited Mended in", times=4)
    (newsroom.posts / "a.md").unlink()
    await newsroom.says("deleted Post A from", times=4)
    assert {style: [message.content.words[:6] for message in chat.visible] for style, chat in chats.items()} == {
        style: ["Mended"] for style in STYLES
    }


async def test_an_older_server_gets_every_post_as_a_photo_and_the_operator_is_told(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    telegram.knows_rich_messages = False
    operator = telegram.add_private(telegram.add_user("Operator"))
    newsroom.settings["NEWSBELL_ADMINS"] = f"telegram:{operator.id}"
    chats = [telegram.add_channel(f"News {number}") for number in range(3)]
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    for chat in chats:
        await subscribe(newsroom, chat, "style=rich")

    newsroom.write("a.md", post("A"))
    await newsroom.settles(3)
    await telegram.until(lambda: operator.from_bot)
    newsroom.write("b.md", post("B"))
    await newsroom.settles(6)

    assert [[kind(message) for message in chat.visible] for chat in chats] == [["photo", "photo"]] * 3
    [told] = operator.from_bot
    assert "knows no rich messages" in str(told.text)
    assert len([line for line in newsroom.log if "knows no rich messages; posts" in line]) == 1
