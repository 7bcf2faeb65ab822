"""A post waits for its public page, over a crash as well."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


class Site:
    """A site that has no page yet."""

    def __init__(self) -> None:
        self.built = False
        self.asked = 0
        application = web.Application()
        application.router.add_get("/{page:.*}", self._answer)
        self.server = TestServer(application, host="127.0.0.1")

    async def _answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(text="Rain", status=200 if self.built else 404)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.server.start_server()
    yield site
    await site.server.close()


async def test_a_post_goes_out_once_its_page_is_built(world: World, site: Site) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    newsroom.settings |= {
        "NEWSBELL_WAIT_FOR_URL": "10",
        "NEWSBELL_FETCH_ALLOW": f"127.0.0.1:{site.server.port}",
    }
    channel, room = telegram.add_channel("National news"), discord.add_channel(discord.add_guild("Readers"), "news")
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    await newsroom.subscribe([f"telegram:{channel.id}", f"discord:{room.id}"])
    newsroom.write("new.md", post("NEW1").replace("https://example.org/", str(site.server.make_url("/"))))
    await newsroom.says("new.md waits for its page: http://127.0.0.1")
    await telegram.until(lambda: site.asked > 1)

    await newsroom.kill()
    assert "1 post waits for a page to answer" in (await newsroom.command("status"))[1]
    assert "waits for its page http://127.0.0.1" in (await newsroom.command("why", "NEW1"))[1]
    asked = site.asked
    await newsroom.start()
    await telegram.until(lambda: site.asked > asked)
    assert not channel.visible
    site.built = True
    await newsroom.says("new: new.md goes to 2 destinations")
    await newsroom.settles(2)
    assert (len(channel.visible), len(room.visible)) == (1, 1)
