"""The life of the adapter, and what it says of trouble: the real library in front of an emulated Telegram."""

import asyncio
import traceback
from datetime import UTC, datetime

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import (
    BotRefused,
    DestinationLost,
    DestinationMoved,
    OutcomeUnknown,
    Rejected,
    TryLater,
)
from bot.models import Action, Choice, Destination, Receipt, Reply, Shown
from bot.ports import Adapter, Rate
from tests.adapters.telegram.conftest import FakePace, place
from tests.adapters.telegram.posts import LOOK, NONCE, RAIN, show
from tests.emulators.telegram import Chat, TelegramEmulator
from tests.fakes import FakeNotices

# --- paid broadcast --------------------------------------------------------------------------------------------------


async def test_paid_posts_say_so_and_go_by_the_paid_rate_but_edits_and_replies_are_free(
    telegram: TelegramEmulator, pace: FakePace, channel: Chat
) -> None:
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, paid=500)
    await adapter.open()

    await show(adapter, channel)
    await adapter.notify(place(channel), Reply("done"))

    sent, replied = [one.parameters for one in telegram.requests if "chat_id" in one.parameters]
    assert str(sent["allow_paid_broadcast"]).lower() == "true"
    assert "allow_paid_broadcast" not in replied
    to_send, to_edit = (adapter.rates(place(channel), action) for action in (Action.SEND, Action.EDIT))
    assert (to_send[0].key, to_send[0].amount, to_edit[0].key) == ("paid", 500, "bot")
    assert to_send[1:] == to_edit[1:], "what a chat allows stays"
    await adapter.close()


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: not enough Telegram Stars",
        "Bad Request: PAID_BROADCAST_FORBIDDEN",
        "Bad Request: BALANCE_TOO_LOW",
        "Bad Request: the bot can't use paid broadcast",
    ],
)
async def test_a_bot_that_may_send_nothing_paid_sends_free_from_then_on_and_says_so_once(
    telegram: TelegramEmulator, pace: FakePace, channel: Chat, caplog: pytest.LogCaptureFixture, words: str
) -> None:
    told = FakeNotices()
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, paid=500, notices=told)
    await adapter.open()
    telegram.fault("answer", method="sendPhoto", status=400, description=words, count=2)

    refused = await asyncio.gather(show(adapter, channel), show(adapter, channel), return_exceptions=True)
    await show(adapter, channel)

    assert [(type(error), getattr(error, "retry_after", None)) for error in refused] == [(TryLater, 0)] * 2
    assert "allow_paid_broadcast" not in telegram.requests[-1].parameters
    assert adapter.rates(place(channel), Action.SEND) == adapter.rates(place(channel), Action.EDIT)
    [said] = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert "TELEGRAM_PAID_BROADCAST" in said
    [word] = told.words
    assert word.startswith("Telegram takes no paid messages from the bot (")
    assert words.removeprefix("Bad Request: ").casefold() in word.casefold()
    await adapter.close()


async def test_a_paid_post_that_is_refused_for_itself_is_refused(
    telegram: TelegramEmulator, pace: FakePace, channel: Chat
) -> None:
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, paid=500)
    await adapter.open()
    telegram.fault("answer", method="sendPhoto", status=400, description="Bad Request: message to start is empty")

    with pytest.raises(Rejected):
        await show(adapter, channel)

    assert adapter.rates(place(channel), Action.SEND)[0].key == "paid"
    await adapter.close()


async def test_without_the_setting_nothing_can_cost_anything(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    await show(adapter, channel)

    assert not any("allow_paid_broadcast" in one.parameters for one in telegram.requests)


# --- life ------------------------------------------------------------------------------------------------------------


async def test_it_is_an_adapter_and_knows_the_bot_once_open(adapter: TelegramAdapter) -> None:
    port: Adapter = adapter
    assert (port.platform, port.bot) == ("telegram", "123456789")


async def test_a_wrong_token_is_refused_without_being_quoted(telegram: TelegramEmulator, pace: FakePace) -> None:
    token = "987654321:" + "X" * 35
    adapter = TelegramAdapter(token, api_url=telegram.url, pace=pace)
    with pytest.raises(BotRefused, match="TELEGRAM_BOT_TOKEN") as caught:
        await adapter.open()
    shown = "".join(traceback.format_exception(caught.value))  # with all causes: PTB's own error quotes the token
    assert token not in f"{shown} {adapter!r}"


async def test_an_empty_token_is_refused(pace: FakePace) -> None:
    with pytest.raises(BotRefused, match="TELEGRAM_BOT_TOKEN"):
        await TelegramAdapter("", pace=pace).open()


async def test_a_platform_that_cannot_be_reached_is_tried_later(pace: FakePace, unused_tcp_port: int) -> None:
    adapter = TelegramAdapter("123456789:abc", api_url=f"http://127.0.0.1:{unused_tcp_port}", pace=pace)
    with pytest.raises(TryLater, match="reached"):
        await adapter.open()
    await adapter.close()


async def test_a_login_without_an_answer_is_tried_later(telegram: TelegramEmulator, pace: FakePace) -> None:
    telegram.fault("hang", method="getMe")
    adapter = TelegramAdapter(telegram.token, api_url=f"{telegram.url}/", pace=pace, read_timeout=0.1)
    with pytest.raises(TryLater):
        await adapter.open()
    await adapter.open()
    assert adapter.bot == "123456789"
    await adapter.close()
    await adapter.close()


async def test_nothing_can_be_sent_before_it_is_open(pace: FakePace) -> None:
    with pytest.raises(RuntimeError, match="open"):
        await TelegramAdapter("1:a", pace=pace).delete(Destination("telegram", "1"), Shown(1, "", Receipt(("1",))))


def test_the_rates_are_those_of_bot_chat_and_group(pace: FakePace) -> None:
    adapter = TelegramAdapter("1:a", pace=pace)
    bot, person = Rate("bot", 30, 1.05, even=True), Rate("chat:7", 1, 1.03, answered=True)
    assert adapter.rates(Destination("telegram", "7"), Action.SEND) == (bot, person)
    chat, group = Rate("chat:-1007", 1, 1.03, answered=True), Rate("group:-1007", 20, 60.5, answered=True)
    for action in Action:
        assert adapter.rates(Destination("telegram", "-1007", "3"), action) == (bot, chat, group)


# --- trouble ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["accept_then_hang", "accept_then_close", "restart_after", "invalid_json"])
async def test_a_send_without_an_answer_is_unknown_and_telegram_cannot_settle_it(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, fault: str
) -> None:
    telegram.fault(fault, method="sendPhoto")
    with pytest.raises(OutcomeUnknown):
        await show(adapter, channel)
    assert len(channel.visible) == 1
    now = datetime.now(UTC)
    with pytest.raises(OutcomeUnknown):
        await adapter.settle(RAIN, place(channel), LOOK, nonce=NONCE, tried_at=now, now=now)


async def test_a_flood_names_its_wait(adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat) -> None:
    telegram.fault("flood", method="sendPhoto", retry_after=0.05)
    with pytest.raises(TryLater) as caught:
        await show(adapter, channel)
    assert (caught.value.retry_after, caught.value.flood) == (0.05, True)


async def test_a_chat_that_lost_the_bot_is_lost(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    telegram.kick(channel)
    with pytest.raises(DestinationLost, match="add it again") as caught:
        await show(adapter, channel)
    assert not caught.value.doubtful


async def test_missing_rights_are_doubted(adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat) -> None:
    telegram.promote(channel, telegram.bot, can_delete_messages=True)
    with pytest.raises(DestinationLost) as caught:
        await show(adapter, channel)
    assert caught.value.doubtful


async def test_a_closed_topic_is_lost(adapter: TelegramAdapter, telegram: TelegramEmulator) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "Sport")
    telegram.close_topic(forum, topic)
    with pytest.raises(DestinationLost, match="topic"):
        await adapter.send(RAIN, place(forum, topic), LOOK, nonce=NONCE)


async def test_a_group_that_became_a_supergroup_names_its_new_id(
    adapter: TelegramAdapter, telegram: TelegramEmulator
) -> None:
    group = telegram.add_group("Desk")
    supergroup = telegram.migrate(group)
    with pytest.raises(DestinationMoved) as caught:
        await show(adapter, group)
    assert caught.value.chat_id == str(supergroup.id)


# --- notices ---------------------------------------------------------------------------------------------------------


async def test_a_notice_is_plain_text_and_paced(
    adapter: TelegramAdapter, telegram: TelegramEmulator, pace: FakePace
) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    reply = Reply("<b>3 posts</b> are held\n" + "x" * 5000, (Choice("Help", "/help"),))
    receipt = await adapter.notify(place(private), reply)
    first, *_, last = private.visible
    assert receipt == Receipt(tuple(str(message.id) for message in private.visible))
    assert str(first.text).startswith("<b>3 posts</b> are held")
    assert ([button.data for button in last.buttons], first.buttons) == (["/help"], [])
    assert pace.turns == [(("bot", f"chat:{private.id}"), False)] * len(private.visible)
    assert not pace.in_air, "their ends are said"
