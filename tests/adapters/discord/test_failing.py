"""What can go wrong when something is sent to Discord, and what the core is told of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import (
    DeliveryError,
    DestinationLost,
    OutcomeUnknown,
    PictureRefused,
    Rejected,
    Scope,
    TryLater,
)
from bot.models import Announcement, Destination, Look, Picture
from tests.adapters.discord.conftest import Server, adapter_for

PNG = b"\x89PNG\r\n\x1a\n and the rest"


def sends(server: Server) -> int:
    """How many times a message was tried to be created."""
    return sum(request.method == "POST" and request.path.endswith("/messages") for request in server.discord.requests)


@pytest.fixture
async def impatient(server: Server) -> AsyncIterator[Server]:
    """The same server, with an adapter that waits for half a second only."""
    adapter = adapter_for(server.discord, server.pace, answer_timeout=0.5)
    await adapter.open()
    yield replace(server, adapter=adapter)
    await adapter.close()


@pytest.mark.parametrize("kind", ["accept_then_close", "unavailable", "close", "charset"])
async def test_a_send_without_an_answer_is_unknown_and_the_same_nonce_settles_it(
    server: Server, rain: Announcement, kind: str
) -> None:
    server.discord.fault(kind, method="POST")  # type: ignore[arg-type]  # a kind by its name
    with pytest.raises(OutcomeUnknown):
        await server.send(rain)
    now = datetime.now(UTC)
    settled = await server.adapter.settle(rain, server.destination, Look(), nonce="1", tried_at=now, now=now)
    assert settled is None
    await server.send(rain)
    assert len(server.news.visible) == 1


@pytest.mark.parametrize("accepted", [True, False])
async def test_an_earlier_request_of_the_same_call_may_have_arrived_whatever_the_last_one_says(
    server: Server, rain: Announcement, accepted: bool
) -> None:
    """discord.py repeats what failed with 502 by itself."""
    server.discord.fault("bad_gateway", method="POST", accept=accepted)
    server.discord.fault("rate_limited", method="POST", retry_after=60.0)

    with pytest.raises(OutcomeUnknown, match="earlier try may have arrived; Discord asks for a pause"):
        await server.send(rain)

    assert sends(server) == 2
    assert len(server.news.visible) == accepted


@pytest.mark.parametrize("silence", [{"kind": "accept_then_hang"}, {"kind": "half_answer", "hangs": True}])
async def test_a_silent_call_holds_up_neither_its_own_channel_nor_another(
    impatient: Server, rain: Announcement, silence: dict[str, Any]
) -> None:
    """Before the answer, or in the middle of it."""
    other = impatient.discord.add_channel(impatient.guild, "other")
    impatient.discord.fault(**silence, channel=impatient.news, method="POST")
    with pytest.raises(OutcomeUnknown, match=r"no answer from Discord within 0\.5 s"):
        await impatient.send(rain)
    await impatient.send(rain)  # before Discord has named any bucket, a channel's calls go one after the other
    await impatient.adapter.send(rain, impatient.place(other), Look(), nonce="2")
    assert (len(impatient.news.visible), len(other.visible)) == (1, 1)


async def test_a_call_that_takes_too_long_is_not_taken_back(impatient: Server, rain: Announcement) -> None:
    impatient.discord.fault("rate_limited", method="POST", retry_after=0.7)
    with pytest.raises(OutcomeUnknown, match="no answer"):
        await impatient.send(rain)
    await impatient.discord.until(lambda: impatient.news.visible)


async def test_waiting_that_is_cancelled_leaves_the_call_alone(server: Server, rain: Announcement) -> None:
    server.discord.fault("rate_limited", method="POST", retry_after=0.3, scope="global")
    sending = asyncio.create_task(server.send(rain))
    await server.discord.until(lambda: sends(server))
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await server.send(rain, nonce="2")  # discord.py would wait for ever, had the call been cancelled
    await server.discord.until(lambda: len(server.news.visible) == 2)


@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        (50013, DestinationLost, "every permission that it needs"),
        (50001, DestinationLost, "View Channel"),
        (10003, DestinationLost, "does not exist"),
        (50083, DestinationLost, "archived"),
        (50035, Rejected, "does not accept"),
        (40005, Rejected, "10 MiB"),
    ],
)
async def test_a_refusal_says_what_and_what_to_do(
    server: Server, rain: Announcement, code: int, error: type[DeliveryError], says: str
) -> None:
    server.discord.fault("status", code=code, method="POST")
    with pytest.raises(error, match=says):
        await server.send(rain)


async def test_lost_rights_and_lost_channels_are_told_apart(server: Server, rain: Announcement) -> None:
    server.discord.forbid(server.news, "send_messages")
    with pytest.raises(DestinationLost, match="lacks Send Messages here"):
        await server.send(rain)
    server.discord.forbid(server.news, "view_channel")
    with pytest.raises(DestinationLost, match="lacks View Channel here"):
        await server.send(rain)
    server.discord.delete_channel(server.news)
    with pytest.raises(DestinationLost, match="does not exist any more"):
        await server.send(rain)


async def test_what_is_no_channel_at_all_is_said_so(server: Server, rain: Announcement) -> None:
    with pytest.raises(DestinationLost, match="news is no id"):
        await server.adapter.send(rain, Destination("discord", "news"), Look(), nonce="1")


async def test_a_refused_form_is_blamed_on_the_picture_first(server: Server, rain: Announcement) -> None:
    server.discord.fault("status", code=50035, method="POST", count=2)
    with_picture = replace(rain, pictures=(Picture(url="https://news.example/a.png"),))
    with pytest.raises(PictureRefused):
        await server.send(with_picture)
    with pytest.raises(Rejected):
        await server.adapter.send(with_picture, server.destination, Look(), nonce="1", rung=2)


async def test_a_long_pause_is_handed_on_instead_of_being_slept_through(server: Server, rain: Announcement) -> None:
    server.discord.fault("rate_limited", method="POST", retry_after=90.0)
    with pytest.raises(TryLater) as caught:
        await server.send(rain)
    assert (caught.value.retry_after, caught.value.flood, caught.value.scope) == (90.0, True, Scope.ROUTE)


@pytest.mark.parametrize(("said", "scope"), [("global", Scope.BOT), ("shared", Scope.DESTINATION)])
async def test_a_long_pause_reaches_as_far_as_discord_says(
    server: Server, rain: Announcement, said: str, scope: Scope
) -> None:
    server.discord.fault("rate_limited", method="POST", retry_after=90.0, scope=said)
    with pytest.raises(TryLater) as caught:
        await server.send(rain)
    assert (caught.value.retry_after, caught.value.scope) == (90.0, scope)


async def test_cloudflare_stops_the_whole_bot(server: Server, rain: Announcement) -> None:
    server.discord.fault("rate_limited", method="POST", via=False)
    with pytest.raises(TryLater) as caught:
        await server.send(rain)
    assert (caught.value.flood, caught.value.scope) == (True, Scope.BOT)


async def test_a_missing_right_to_pin_is_named_and_loses_no_channel(server: Server, rain: Announcement) -> None:
    receipt = (await server.send(rain)).receipt
    with pytest.raises(Rejected, match="allow Pin Messages"):
        await server.adapter.pin(server.destination, receipt)
    server.discord.permit(server.news, "pin_messages")
    await server.adapter.pin(server.destination, receipt)
    assert server.news.visible[0].pinned


async def test_a_channel_with_as_many_pins_as_discord_takes_says_what_to_do(server: Server, rain: Announcement) -> None:
    server.discord.permit(server.news, "pin_messages")
    dara = server.discord.add_member(server.guild, "Dara")
    for _ in range(250):
        server.discord.say(server.news, dara, "old").pinned = True
    receipt = (await server.send(rain)).receipt
    with pytest.raises(Rejected, match="unpin an old one"):
        await server.adapter.pin(server.destination, receipt)
