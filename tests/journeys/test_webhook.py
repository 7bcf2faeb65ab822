"""newsbell hears by webhook, on the console's server: over a kill, and beside a console that is nobody else's."""

from __future__ import annotations

import json

import aiohttp
import pytest

from adapters.telegram.webhook import HEADER, Webhook
from tests.journeys.conftest import World
from tests.journeys.newsroom import post
from tests.state.making import eventually

pytestmark = pytest.mark.process


@pytest.fixture
async def hooked(world: World, unused_tcp_port: int) -> World:
    """newsbell, not started yet, with a webhook instead of the long poll."""
    address = f"127.0.0.1:{unused_tcp_port}"
    world.newsroom.settings |= {"NEWSBELL_CONSOLE": address, "TELEGRAM_WEBHOOK_URL": f"http://{address}"}
    world.newsroom.write("rain.md", post("R1"))
    return world


async def test_a_command_is_answered_and_one_that_a_kill_interrupted_is_answered_once(hooked: World) -> None:
    newsroom, telegram = hooked.newsroom, hooked.telegram
    dara = telegram.add_user("Dara")
    private = telegram.add_private(dara)
    await newsroom.start()
    telegram.type(private, dara, "/subscribe national")
    await telegram.until(lambda: len(private.from_bot) == 1 and not telegram.updates.waiting)

    with newsroom.locked():  # what people write is noted before Telegram hears that it was taken
        telegram.type(private, dara, "/subscriptions")
        await telegram.until(lambda: telegram.webhook.under_way)
        await newsroom.kill()
    await telegram.until(lambda: telegram.webhook.error)
    assert len(private.from_bot) == 1

    await newsroom.start()
    await telegram.until(lambda: len(private.from_bot) == 2 and not telegram.updates.waiting)
    assert "NATIONAL" in (private.from_bot[-1].text or "")
    newsroom.write("sun.md", post("S1"))
    await telegram.until(lambda: len(private.from_bot) == 3)

    assert [request.method for request in telegram.requests].count("setWebhook") == 1
    assert not any(request.method == "getUpdates" for request in telegram.requests)
    assert await newsroom.stop() == 0


async def test_the_webhook_opens_nothing_else_on_the_server(hooked: World) -> None:
    newsroom, telegram = hooked.newsroom, hooked.telegram
    newsroom.settings["NEWSBELL_CONSOLE_TOKEN"] = "sixteen-letters!"
    await newsroom.start()
    for platform in ("telegram", "discord"):
        await newsroom.says(f"{platform}: ready")
    await telegram.until(lambda: telegram.updates.webhook)
    base = newsroom.settings["TELEGRAM_WEBHOOK_URL"]
    hook = Webhook(telegram.token, base, None, None)
    secret = {HEADER: hook.secret, "Content-Type": "application/json"}

    async with aiohttp.ClientSession() as session:

        async def status(method: str, url: str, body: object = None, **headers: str) -> int:
            async with session.request(method, url, data=json.dumps(body), headers=headers) as answer:
                assert hook.secret not in await answer.text()
                return answer.status

        # The proxy's own name is no stranger to the webhook, and one to the console.
        assert await status("POST", hook.url, {"update_id": 1}, **secret, Host="bell.example") == 200
        assert await status("POST", hook.url, {"update_id": 2}, Host="bell.example") == 403
        assert await status("GET", f"{base}/", Host="bell.example") == 403
        # Telegram's secret opens no console, and the console's token no webhook.
        assert await status("GET", f"{base}/", **secret) == 401
        assert await status("POST", f"{base}/command", {"text": "/help"}, **secret) == 403
        assert await status("POST", f"{hook.url}?token=sixteen-letters!", {"update_id": 3}) == 403
        assert await status("GET", hook.url, **secret) == 405

        async def is_well() -> bool:
            return await status("GET", f"{base}/healthz") == 200

        await eventually(is_well)  # the first scan may still be on its way


async def test_the_doctor_says_what_keeps_telegram_from_bringing_what_people_type(hooked: World) -> None:
    newsroom, telegram = hooked.newsroom, hooked.telegram
    dara = telegram.add_user("Dara")
    telegram.updates.set_webhook(Webhook(telegram.token, newsroom.settings["TELEGRAM_WEBHOOK_URL"], None, None).url)
    telegram.type(telegram.add_private(dara), dara, "/help")
    await telegram.until(lambda: telegram.webhook.error)  # nobody is there

    code, said = await newsroom.command("doctor")

    assert code == 1
    assert f"the token works: @newsbell_test_bot, bot 123456789, at {telegram.url}" in said
    assert "Telegram can't reach TELEGRAM_WEBHOOK_URL; see that its proxy runs" in said
