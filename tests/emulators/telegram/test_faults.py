"""What goes wrong on demand."""

import asyncio

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from tests.emulators.telegram import TEST_TOKEN, TelegramEmulator


async def test_a_flood_tells_its_seconds_in_the_header_too(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("flood", method="sendMessage", retry_after=600)
    with pytest.raises(RetryAfter, match=r"600 seconds|0:10:00"):
        await bot.send_message(channel.id, "x")
    telegram.fault("flood", chat=channel, retry_after=0.05)
    async with httpx.AsyncClient() as client:
        url = f"{telegram.url}/bot{TEST_TOKEN}/sendMessage"
        answer = await client.post(url, json={"chat_id": channel.id, "text": "x"})
    assert answer.headers["Retry-After"] == "0.05"
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 0.05",
        "parameters": {"retry_after": 0.05},
    }
    assert telegram.refusals_429 == 0


@pytest.mark.parametrize(
    ("kind", "accepted", "error"),
    [
        ("hang", 0, TimedOut("Timed out")),
        ("accept_then_hang", 1, TimedOut("Timed out")),
        ("close", 0, NetworkError("Server disconnected|ReadError")),
        ("accept_then_close", 1, NetworkError("Server disconnected|ReadError")),
        ("bad_gateway", 0, NetworkError(r"Bad Gateway \(502\)")),
        ("restart_before", 0, NetworkError("Internal Server Error: restart")),
        ("restart_after", 1, NetworkError("Internal Server Error: restart")),
        ("invalid_json", 1, TelegramError("Invalid server response")),
        ("half_answer", 1, NetworkError("peer closed connection|ClientPayloadError|Response payload")),
        ("too_large", 0, NetworkError("Request Entity Too Large")),
    ],
)
async def test_a_fault_strikes_once(
    telegram: TelegramEmulator, bot: ExtBot[None], kind: str, accepted: int, error: TelegramError
) -> None:
    channel, other = telegram.add_channel("Daily News"), telegram.add_channel("Other")
    fault = telegram.fault(kind, method="sendMessage", chat=channel)
    await bot.send_message(other.id, "elsewhere")
    with pytest.raises(type(error), match=error.message):
        await bot.send_message(channel.id, "x", read_timeout=0.2)
    assert (len(channel.visible), fault.hits) == (accepted, 1)
    await bot.send_message(channel.id, "y")


async def test_a_gateway_may_fail_behind_an_accepted_message(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    fault = telegram.fault("bad_gateway", accept=True)
    with pytest.raises(BadRequest):
        await bot.send_message(channel.id, "")  # refused: the fault waits for what is accepted
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(channel.id, "Rain")
    assert (len(channel.visible), fault.hits) == (1, 1)


async def test_any_row_of_the_table_can_be_answered(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("answer", skip=1, status=400, description="Bad Request: CHAT_WRITE_FORBIDDEN")
    telegram.fault("answer", skip=1, status=400, description="Bad Request: x", parameters={"migrate_to_chat_id": -1005})
    await bot.send_message(channel.id, "passes")
    with pytest.raises(BadRequest, match="Chat_write_forbidden"):
        await bot.send_message(channel.id, "x")
    with pytest.raises(ChatMigrated):
        await bot.send_message(channel.id, "x")
    with pytest.raises(ValueError, match="no such fault"):
        telegram.fault("earthquake")


async def test_a_delay_comes_before_the_message(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("delay", seconds=0.1)
    slow = asyncio.create_task(bot.send_message(channel.id, "slow"))
    await telegram.until(lambda: telegram.requests[-1].method == "sendMessage")
    await bot.send_message(channel.id, "fast")
    await slow
    assert [message.text for message in channel.visible] == ["fast", "slow"]


async def test_a_bot_is_kicked_in_the_middle_of_a_batch(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("act", chat=channel, skip=2, act=lambda: telegram.kick(channel))
    sends = [bot.send_message(channel.id, str(number)) for number in range(5)]
    answers = await asyncio.gather(*sends, return_exceptions=True)
    assert [type(answer) for answer in answers].count(Forbidden) == 3
    assert len(channel.visible) == 2


async def test_a_reset_may_come_before_the_call_is_read(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    fault = telegram.fault("reset_unread", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(channel.id, "x")
    assert (channel.visible, fault.hits, telegram.requests[-1].parameters) == ([], 1, {})


async def test_a_late_call_is_carried_out_though_its_client_has_gone(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("late", chat=channel, seconds=0.4)
    with pytest.raises(TimedOut):
        await bot.send_message(channel.id, "x", read_timeout=0.1)
    assert (channel.visible, telegram.unfinished) == ([], 1)
    await telegram.until(lambda: not telegram.unfinished)
    assert [message.text for message in channel.visible] == ["x"]


async def test_a_late_call_is_finished_when_it_is_done_though_it_is_never_answered(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("late", chat=channel, seconds=0.4)
    telegram.fault("accept_then_hang", chat=channel)
    with pytest.raises(TimedOut):
        await bot.send_message(channel.id, "x", read_timeout=0.1)
    assert telegram.unfinished == 1
    await telegram.until(lambda: not telegram.unfinished)
    assert [message.text for message in channel.visible] == ["x"]


async def test_a_late_call_is_in_no_hurry(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    telegram.limits.use("strict")
    channel = telegram.add_channel("Daily News")
    telegram.fault("late", chat=channel, seconds=0.4)
    late = asyncio.create_task(bot.send_message(channel.id, "late"))
    await telegram.until(lambda: telegram.unfinished)
    await bot.send_message(channel.id, "punctual")
    assert (await late).text == "late"
    assert telegram.refusals_429 == 0


async def test_a_test_hears_of_an_answer_that_is_on_its_way(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    seen: list[int] = []
    telegram.fault("answered", chat=channel, then=lambda: seen.append(len(channel.visible)))
    assert (await bot.send_message(channel.id, "x")).text == "x"
    assert seen == [1]


async def test_an_answer_may_be_slow(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.fault("slow_answer", chat=channel, seconds=0.1)
    sending = asyncio.create_task(bot.send_message(channel.id, "x"))
    await telegram.until(lambda: channel.visible)
    assert not sending.done()
    assert (await sending).message_id == channel.visible[0].id
