"""Articles: sent, edited into other kinds and back, and what comes instead where Telegram takes none."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.replies import BEGINNING
from bot.errors import BotRefused, DestinationLost, PictureRefused, TryLater
from bot.models import Look, Picture, Reply, Span, Specimen, Style
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, place
from tests.adapters.telegram.posts import (
    CAPTION,
    LOOK,
    NONCE,
    PICTURE,
    PREVIEW,
    RAIN,
    RICH,
    TEXT,
    URL,
    calls,
    edit,
    show,
)
from tests.emulators.telegram import Chat, Message, TelegramEmulator
from tests.fakes.notices import FakeNotices

SUN = replace(RAIN, title="Sun")
DENIED = "Bad Request: RICH_MESSAGE_EMAIL_INVALID"


@pytest.fixture
def notices() -> FakeNotices:
    return FakeNotices()


@pytest.fixture
async def adapter(telegram: TelegramEmulator, pace: FakePace, notices: FakeNotices) -> AsyncIterator[TelegramAdapter]:
    """As the usual one, and it tells operators what they should know."""
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, notices=notices, read_timeout=0.5)
    await adapter.open()
    yield adapter
    await adapter.close()


# --- sending ---------------------------------------------------------------------------------------------------------


async def test_an_article_is_sent_with_its_picture_and_button(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel, look=RICH)

    [message] = channel.visible
    assert message.article
    heading, photo, paragraph, footer = message.article.blocks
    assert (heading["type"], heading["size"], heading["text"]) == ("heading", 1, "Rain")
    assert photo["type"] == "photo"
    assert paragraph["text"] == ["It rains ", {"type": "bold", "text": "a lot"}]
    assert footer == {"type": "footer", "text": "#Weather"}
    assert [(button.text, button.url) for button in message.buttons] == [("Read", URL)]
    assert shown.receipt.message_ids == (str(message.id),)
    assert calls(telegram) == ["sendRichMessage"]


async def test_an_article_comes_silently_protected_and_as_an_answer(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    first = await show(adapter, channel)
    look = replace(RICH, silent=True, protect=True)
    await adapter.send(RAIN, place(channel), look, nonce=NONCE, reply_to=first.receipt.message_ids[0])

    message = channel.visible[-1]
    assert message.article
    assert (message.silent, message.protected) == (True, True)
    assert str(message.reply_to) == first.receipt.message_ids[0]


@pytest.mark.parametrize("look", [LOOK, PREVIEW, TEXT, RICH], ids=lambda look: look.style)
async def test_protected_messages_of_every_style_can_not_be_forwarded(
    adapter: TelegramAdapter, channel: Chat, look: Look
) -> None:
    await show(adapter, channel, look=look)
    await show(adapter, channel, look=replace(look, protect=True))
    assert [message.protected for message in channel.visible] == [False, True]


async def test_an_article_in_arabic_runs_from_right_to_left(adapter: TelegramAdapter, channel: Chat) -> None:
    await show(adapter, channel, replace(RAIN, title="مطر", language="ar"), RICH)
    [message] = channel.visible
    assert message.article
    assert message.article.right_to_left


@pytest.mark.parametrize(("style", "units"), [(Style.RICH, 4096), (Style.PREVIEW, 1000)])
async def test_a_long_text_that_is_cut_says_so(
    adapter: TelegramAdapter, channel: Chat, style: Style, units: int
) -> None:
    look = Look.from_options({"style": style})
    whole = "It rained in the town. " * (units // 23)
    for words in (whole, whole * 2):
        await show(adapter, channel, replace(RAIN, title="", hashtags=(), body=(Span(words),)), look)

    fitting, cut = (
        "".join(message.article.words if message.article else message.text or "") for message in channel.visible
    )
    assert fitting == whole.strip()
    assert cut == whole.strip() + " …"


# --- where none is taken ---------------------------------------------------------------------------------------------


async def test_an_older_server_shows_photos_from_the_next_try_on(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    telegram.knows_rich_messages = False
    with pytest.raises(TryLater) as tried:
        await show(adapter, channel, look=RICH)
    shown = await show(adapter, channel, look=RICH)
    await show(adapter, channel, look=RICH)

    assert [message.caption for message in channel.visible] == [CAPTION, CAPTION]
    assert calls(telegram) == ["sendRichMessage", "sendPhoto", "sendPhoto"]
    assert (tried.value.retry_after, tried.value.flood) == (0, False)
    assert shown.fingerprint == adapter.fingerprint(RAIN, LOOK)


async def test_the_operators_are_told_once_that_their_server_is_too_old(
    adapter: TelegramAdapter,
    telegram: TelegramEmulator,
    channel: Chat,
    notices: FakeNotices,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.knows_rich_messages = False
    tries = (show(adapter, channel, look=RICH) for _ in range(2))  # both are in the air at the same time
    assert [type(error) for error in await asyncio.gather(*tries, return_exceptions=True)] == [TryLater, TryLater]

    assert [cause for cause, _ in notices.told] == ["no rich messages"]
    assert "TELEGRAM_API_URL" in notices.told[0][1]
    assert len([record for record in caplog.records if "knows no rich messages" in record.message]) == 1


async def test_a_dead_token_is_no_older_server(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, notices: FakeNotices
) -> None:
    telegram.fault("answer", method="sendRichMessage", status=401, description="Unauthorized")
    with pytest.raises(BotRefused, match="TELEGRAM_BOT_TOKEN"):
        await show(adapter, channel, look=RICH)
    assert (calls(telegram), notices.told) == (["sendRichMessage"], [])


async def test_an_article_that_is_refused_goes_out_as_a_photo_and_others_are_tried(
    adapter: TelegramAdapter,
    telegram: TelegramEmulator,
    channel: Chat,
    notices: FakeNotices,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.fault("answer", method="sendRichMessage", status=400, description=DENIED)
    with pytest.raises(TryLater):
        await show(adapter, channel, look=RICH)
    shown = await show(adapter, channel, look=RICH)
    await show(adapter, channel, SUN, RICH)

    first, second = channel.visible
    assert (first.caption, bool(second.article)) == (CAPTION, True)
    assert shown.fingerprint == adapter.fingerprint(RAIN, LOOK)
    assert notices.told == []
    assert "takes no article of this post" in caplog.text

    await edit(adapter, channel, SUN, shown, RICH)  # it stays a photo
    assert (str(first.caption).split()[0], first.photo and first.photo.url) == ("Sun", PICTURE.url)


async def test_a_picture_that_can_not_be_loaded_is_left_out_and_the_article_stays(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    telegram.unloadable(str(PICTURE.url))
    with pytest.raises(PictureRefused):
        await show(adapter, channel, look=RICH)
    await adapter.send(RAIN, place(channel), RICH, nonce=NONCE, rung=2)

    [message] = channel.visible
    assert message.article
    assert [block["type"] for block in message.article.blocks] == ["heading", "paragraph", "footer"]


async def test_where_no_pictures_may_be_sent_an_article_goes_without(
    adapter: TelegramAdapter, telegram: TelegramEmulator, group: Chat
) -> None:
    telegram.restrict(group, telegram.bot, can_send_messages=True)
    with pytest.raises(PictureRefused):
        await show(adapter, group, look=RICH)
    await adapter.send(RAIN, place(group), RICH, nonce=NONCE, rung=2)
    assert group.visible[0].article


async def test_a_chat_that_is_lost_is_no_refusal_of_the_article(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    telegram.kick(channel)
    with pytest.raises(DestinationLost):
        await show(adapter, channel, look=RICH)
    assert calls(telegram) == ["sendRichMessage"]


# --- editing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("styles", "call"),
    [
        ("text rich", "editMessageText"),
        ("preview rich", "editMessageText"),
        ("rich rich", "editMessageText"),
        ("rich text", "editMessageText"),
        ("rich preview", "editMessageText"),
        ("text preview", "editMessageText"),
        ("preview text", "editMessageText"),
        ("text photo", "editMessageMedia"),
        ("preview photo", "editMessageMedia"),
        ("rich photo", "editMessageMedia"),
        ("photo rich", "editMessageCaption"),  # media never becomes text
        ("photo text", "editMessageCaption"),
        ("photo preview", "editMessageCaption"),
    ],
)
async def test_a_message_of_one_kind_is_edited_into_another_by_one_call(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, styles: str, call: str
) -> None:
    was, becomes = (Look(Style(style)) for style in styles.split())
    shown = await show(adapter, channel, look=was)
    await edit(adapter, channel, SUN, shown, becomes)

    assert calls(telegram)[1:] == [call]
    [message] = channel.visible
    assert message.content.words.startswith("Sun")
    if was.style is not Style.PHOTO:
        await show(adapter, channel, SUN, becomes)
        assert _seen(message) == _seen(channel.visible[1])  # as if it had been sent so


def _seen(message: Message) -> tuple[object, ...]:
    shown = message.content
    return shown.words, shown.entities, shown.article, shown.preview, shown.keyboard, shown.media and shown.media.url


async def test_a_picture_that_stays_in_place_of_an_article_gets_its_later_words_too(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    bare = replace(SUN, pictures=())
    shown = await edit(adapter, channel, bare, shown, RICH)
    assert shown.fingerprint.startswith("rich:")
    await edit(adapter, channel, replace(bare, title="Wind"), shown, RICH)

    [message] = channel.visible
    assert str(message.caption).startswith("Wind")
    assert calls(telegram)[1:] == ["editMessageCaption", "editMessageText", "editMessageText", "editMessageCaption"]


async def test_an_article_that_says_so_already_is_a_success(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel, look=RICH)
    forgotten = replace(shown, fingerprint="rich:0000")
    assert (await edit(adapter, channel, RAIN, forgotten, RICH)).receipt == shown.receipt
    assert len(calls(telegram)) == 2


async def test_an_older_server_edits_texts_and_the_operators_are_told(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, notices: FakeNotices
) -> None:
    bare = replace(RAIN, pictures=())
    shown = await show(adapter, channel, bare, RICH)
    telegram.knows_rich_messages = False  # it was exchanged for an older one
    with pytest.raises(TryLater):
        await edit(adapter, channel, replace(bare, title="Sun"), shown, RICH)
    await edit(adapter, channel, replace(bare, title="Sun"), shown, RICH)

    [message] = channel.visible
    assert str(message.text).startswith("Sun")
    assert [cause for cause, _ in notices.told] == ["no rich messages"]


async def test_another_picture_in_an_article_is_one_edit(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel, look=RICH)
    other = replace(RAIN, pictures=(Picture(url="https://news.example/sun.jpg", alt="Sun"),), body=(Span("Dry."),))
    now = await edit(adapter, channel, other, shown, RICH)

    assert now.fingerprint != shown.fingerprint
    [message] = channel.visible
    assert message.article
    assert message.article.words == "Rain\nSun\nDry.\n#Weather"
    assert calls(telegram)[1:] == ["editMessageText"]


# --- previews --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False], ids=["articles", "an older server"])
async def test_who_asks_for_a_preview_in_this_style_gets_one(
    adapter: TelegramAdapter, telegram: TelegramEmulator, desk: FakeDesk, private: Chat, known: bool
) -> None:
    telegram.knows_rich_messages = known
    desk.reply = lambda _: Reply("So it looks:", specimen=Specimen(RAIN, RICH))
    async with listening(adapter, desk, telegram):
        telegram.type(private, None, "/preview")
        await telegram.until(lambda: len(private.from_bot) == 2 and private.from_bot[1].text != BEGINNING)

    shown = private.from_bot[-1]
    assert (shown.caption, bool(shown.article)) == (None if known else CAPTION, known)
