"""What Telegram refuses for its markup or length goes out as plain text: by a second try, once for all chats."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.plain import plain
from adapters.telegram.render import PhotoMessage, TextMessage, render
from bot.composing.cutting import utf16_length
from bot.errors import Rejected, TryLater
from bot.models import Look, Reply, Span, Specimen
from tests.adapters.telegram.conftest import FakeDesk, listening
from tests.adapters.telegram.posts import CAPTION, LOOK, PREVIEW, RAIN, TEXT, calls, edit, show
from tests.emulators.telegram import Chat, TelegramEmulator

BROKEN = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'


@pytest.mark.parametrize(
    ("look", "method", "description"),
    [
        (LOOK, "sendPhoto", BROKEN),
        (LOOK, "sendPhoto", "Bad Request: message caption is too long"),
        (PREVIEW, "sendMessage", "Bad Request: message is too long"),
        (TEXT, "sendMessage", "Bad Request: ENTITIES_TOO_LONG"),
    ],
)
async def test_it_goes_out_as_plain_text_and_no_other_chat_is_asked_again(
    adapter: TelegramAdapter,
    telegram: TelegramEmulator,
    channel: Chat,
    caplog: pytest.LogCaptureFixture,
    *,
    look: Look,
    method: str,
    description: str,
) -> None:
    telegram.fault("answer", method=method, status=400, description=description)
    with pytest.raises(TryLater) as refused:
        await show(adapter, channel, look=look)
    assert refused.value.retry_after == 0
    shown = await show(adapter, channel, look=look)
    await show(adapter, telegram.add_channel("Other"), look=look)

    assert calls(telegram) == [method] * 3
    [message] = channel.visible
    assert (message.text or message.caption, message.entities) == (CAPTION, ())
    assert caplog.text.count("please report it with the post") == 1
    await edit(adapter, channel, RAIN, shown, look)
    assert calls(telegram) == [method] * 3, "it says so already"


async def test_what_is_refused_without_markup_too_is_given_up(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    telegram.fault("answer", method="sendPhoto", status=400, description=BROKEN, count=2)
    with pytest.raises(TryLater):
        await show(adapter, channel)
    with pytest.raises(Rejected, match="report it with the post"):
        await show(adapter, channel)


async def test_who_asks_for_a_preview_gets_it_without_markup(
    adapter: TelegramAdapter, telegram: TelegramEmulator, private: Chat
) -> None:
    desk = FakeDesk(telegram.changed)
    desk.reply = lambda _: Reply("So it looks:", specimen=Specimen(RAIN, LOOK))
    telegram.fault("answer", method="editMessageMedia", status=400, description=BROKEN)
    async with listening(adapter, desk, telegram):
        telegram.type(private, None, "/preview")
        await telegram.until(lambda: len(private.from_bot) == 2 and private.from_bot[1].caption)
    assert private.from_bot[1].caption == CAPTION


@pytest.mark.parametrize("body", ["a < b && c > d &lt; &amp;lt;", "ភាសា" * 800, "🔔" * 5000])
@pytest.mark.parametrize("button", [True, False])
@pytest.mark.parametrize("look", [replace(LOOK, excerpt=4096), replace(TEXT, excerpt=4096)])
def test_plain_words_stay_plain_and_have_room_to_spare(body: str, look: Look, *, button: bool) -> None:
    message = render(replace(RAIN, body=(Span(body, italic=True),)), replace(look, button=button))
    assert isinstance(message, PhotoMessage | TextMessage)
    without = plain(message)
    words, most = (without.caption, 512) if isinstance(without, PhotoMessage) else (without.text, 2048)
    assert "<" not in words
    assert utf16_length(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) <= most
    assert plain(without) == without


LINKED = "https://news.example/rain?a=1&b=2"


@pytest.mark.parametrize("look", [LOOK, TEXT, PREVIEW])
@pytest.mark.parametrize("body", ["It rains.", "It rains. " * 500])
async def test_where_no_button_leads_to_the_post_its_address_stays(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, look: Look, body: str
) -> None:
    telegram.fault("answer", method="sendPhoto", status=400, description=BROKEN)
    telegram.fault("answer", method="sendMessage", status=400, description=BROKEN)
    rain = replace(RAIN, url=LINKED, body=(Span(body),))
    look = replace(look, button=False, excerpt=4096)
    with pytest.raises(TryLater):
        await show(adapter, channel, rain, look)
    await show(adapter, channel, rain, look)
    [message] = channel.visible
    words = message.text or message.caption or ""
    assert words.startswith("Rain\n\nIt rains.")
    assert words.endswith(f"\n\n{LINKED}")


def test_an_address_for_which_there_is_no_room_is_left_out() -> None:
    message = render(replace(RAIN, url=f"https://news.example/{'x' * 1000}"), replace(LOOK, button=False))
    assert isinstance(message, PhotoMessage)
    without = plain(message)
    assert isinstance(without, PhotoMessage)
    assert without.caption == f"{CAPTION}\n\nRead"
