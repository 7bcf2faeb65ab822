"""Discord's limits: what is known of them beforehand, what its answers teach, and what is never risked."""

import asyncio
import logging
from dataclasses import replace
from itertools import pairwise

import pytest

from adapters.discord import meter as metering
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.meter import USUAL, Meter, Room
from adapters.discord.rates import channel_rates
from bot.delivering.pacer import Pacer
from bot.errors import Scope, TryLater
from bot.models import Action, Announcement, Destination, Look, Reply
from tests.adapters.discord.conftest import FakePace, Server
from tests.delivering.virtual_time import virtually

MESSAGES = "/api/v10/channels/7/messages"


def headers(limit: int, remaining: int, after: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset-After": f"{after:.3f}",
    }


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> int:
    """Discord's patience, so small that a test can lose it."""
    monkeypatch.setattr(metering, "MOST_INVALID", 4)
    return 4


def test_each_channel_and_each_kind_of_call_has_its_own_rate() -> None:
    adapter = DiscordAdapter("token", pace=FakePace())
    thread = Destination("discord", "1", "2")
    rates = {action: [rate.key for rate in adapter.rates(thread, action)] for action in Action}
    assert rates == {
        Action.SEND: ["bot", "channel:2:send", "channel:2:send:all-but-one"],
        Action.REPLY: ["bot", "channel:2:send", "channel:2:send:all-but-one"],
        Action.EDIT: ["bot", "channel:2:edit", "channel:2:edit:all-but-one"],
        Action.DELETE: ["bot", "channel:2:delete", "channel:2:delete:all-but-one"],
        Action.PROBE: ["bot", "channel:2:probe", "channel:2:probe:all-but-one"],
        Action.PIN: ["bot"],
        Action.UNPIN: ["bot"],
    }


def test_the_rates_stay_below_discords() -> None:
    bot, channel, _ = DiscordAdapter("token", pace=FakePace()).rates(Destination("discord", "1"), Action.SEND)
    assert bot.amount / bot.seconds < 50
    assert bot.even
    assert (channel.amount, channel.seconds > 5) == (5, True)


def test_four_go_at_once_and_the_one_that_empties_the_bucket_leaves_late() -> None:
    async def leave() -> list[float]:
        loop = asyncio.get_running_loop()
        pacer = Pacer(loop.time)
        times = []
        for _ in range(10):
            rates = channel_rates("7", Action.SEND, USUAL)
            await pacer.turn(rates, urgent=True)
            await pacer.start(rates)
            times.append(round(loop.time() - 1000, 2))
        return times

    times = virtually(leave())
    assert times == [0, 0, 0, 0, 3, 5.05, 5.05, 5.05, 6, 8.05]
    assert all(later >= earlier for earlier, later in pairwise(times))


def test_what_a_bucket_takes_is_learned_from_the_first_answer_of_a_window() -> None:
    meter = Meter()
    meter.note("POST", MESSAGES, 200, headers(3, 2, 10.0))
    meter.note("PATCH", f"{MESSAGES}/8", 200, headers(1, 0, 6.0))
    meter.note("DELETE", f"{MESSAGES}/8", 200, headers(9, 3, 1.0))
    meter.note("POST", f"{MESSAGES}/8/crosspost", 200, headers(1, 0, 3600.0))
    meter.note("POST", "/api/v10/channels/9/messages", 200, {"X-RateLimit-Limit": "many"})

    assert [meter.room("7", action) for action in (Action.SEND, Action.EDIT, Action.DELETE)] == [
        Room(3, 10.0),
        Room(1, 6.0),
        USUAL,
    ]
    assert meter.room("9", Action.SEND) == USUAL
    assert [rate.amount for rate in channel_rates("7", Action.EDIT, Room(1, 6.0))] == [1]

    meter.note("POST", MESSAGES, 200, headers(5, 4, 5.0))
    assert meter.room("7", Action.SEND) == USUAL


async def test_the_adapter_learns_from_what_it_does(server: Server, rain: Announcement) -> None:
    server.discord.limits.speed = 2
    await server.send(rain)
    whole = server.adapter.rates(server.destination, Action.SEND)[1]
    assert (whole.amount, round(whole.seconds, 2)) == (5, 2.52)
    assert server.adapter.rates(server.destination, Action.EDIT)[1].seconds == 5.05


async def test_edits_of_old_messages_wait_for_a_turn_of_their_own(server: Server, rain: Announcement) -> None:
    fresh = await server.send(rain)
    server.discord.clock.advance(-3600)
    old = await server.send(rain, nonce="2")
    server.discord.clock.advance(3600)
    server.pace.turns.clear()

    for shown in (fresh, old):
        await server.adapter.edit(replace(rain, title="Other"), server.destination, Look(), shown)

    [([rate], urgent)] = server.pace.turns
    assert (rate.key, rate.amount, rate.seconds > 6, urgent) == (f"channel:{server.news.id}:old-edit", 3, True, False)


async def test_a_notice_that_meets_a_flood_silences_what_it_is_about(server: Server) -> None:
    server.discord.fault("rate_limited", method="POST", retry_after=90.0)
    with pytest.raises(TryLater):
        await server.adapter.notify(server.destination, Reply("Hello."))
    [(keys, seconds)] = server.pace.heeded
    assert (f"channel:{server.news.id}:send" in keys, seconds) == (True, 90.0)


async def test_no_call_is_made_any_more_before_discord_loses_its_patience(
    server: Server, rain: Announcement, patience: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.discord.limits.speed = 20  # the last of a bucket returns with the end of its window
    server.discord.fault("status", code=50013, method="POST", count=patience)
    for number in range(patience):
        with pytest.raises(Exception, match="permission"):
            await server.send(rain, nonce=str(number))
    assert server.discord.limits.invalid == patience
    made = len(server.discord.requests)

    for _ in range(3):
        with pytest.raises(TryLater, match="refused too many calls") as caught:
            await server.send(rain, nonce="9")
        assert (caught.value.flood, caught.value.scope) == (True, Scope.BOT)
        assert 590 < (caught.value.retry_after or 0) <= 600

    assert len(server.discord.requests) == made
    [told] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "give back the permissions" in told


def test_the_door_opens_again_when_half_of_the_refusals_count_no_more(patience: int) -> None:
    async def rest_after_each_refusal() -> list[float]:
        loop = asyncio.get_running_loop()
        meter = Meter(loop.time)
        for _ in range(patience):
            meter.note("POST", MESSAGES, 403, {})
            await asyncio.sleep(100)
        rests = [meter.rest]
        await asyncio.sleep(meter.rest)
        meter.note("POST", MESSAGES, 403, {"X-RateLimit-Scope": "shared"})
        return [*rests, meter.rest]

    assert [round(rest) for rest in virtually(rest_after_each_refusal())] == [400, 0]


async def test_while_cloudflare_shuts_the_address_out_nobody_knocks(
    server: Server, rain: Announcement, caplog: pytest.LogCaptureFixture
) -> None:
    server.discord.fault("rate_limited", method="POST", via=False, retry_after=70.0)
    for number in range(3):
        with pytest.raises(TryLater, match="Cloudflare") as caught:
            await server.send(rain, nonce=str(number))
        assert caught.value.scope is Scope.BOT
        assert 69 < (caught.value.retry_after or 0) <= 70
    assert sum(request.method == "POST" for request in server.discord.requests) == 1
    assert sum("every program on it" in record.message for record in caplog.records) == 1
