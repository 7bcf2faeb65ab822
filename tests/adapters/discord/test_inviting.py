"""How newsbell comes to a server: the link, what it asks for, and who is told of it."""

import asyncio
from contextlib import suppress

import discord
import pytest
from yarl import URL

from adapters.discord.rights import INVITED
from tests import specs
from tests.adapters.discord.conftest import Server
from tests.emulators.discord import payloads
from tests.emulators.discord.permissions import BITS, INVITE


def test_newsbell_is_invited_with_the_rights_that_posts_need() -> None:
    assert discord.Permissions(**INVITED).value == INVITE
    assert {name for name, bit in BITS.items() if INVITE & bit} == set(INVITED)


@pytest.mark.skipif(specs.facts("discord.md") is None, reason="the pages of facts are not at hand")
def test_they_are_those_of_the_page_of_facts() -> None:
    assert f"invite integer **{INVITE}**" in str(specs.facts("discord.md"))


async def test_the_link_names_the_application_the_scopes_and_the_rights(server: Server) -> None:
    link = URL(server.adapter.invitation.link)
    assert str(link.with_query(None)) == "https://discord.com/oauth2/authorize"
    assert dict(link.query) == {
        "client_id": str(server.discord.application_id),
        "scope": "bot applications.commands",
        "permissions": str(INVITE),
    }


async def test_who_is_on_no_server_is_told_so_once_however_often_it_connects(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    assert await server.adapter.invitation.is_accepted()
    server.discord.remove_guild(server.guild)
    assert not await server.adapter.invitation.is_accepted()
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.listening()
    server.discord.gateway.malformed()
    await server.discord.until(lambda: server.discord.gateway.identifies == 2)
    invited = payloads.guild_json(server.guild, server.discord.bot, joined=True)
    server.discord.emit("GUILD_CREATE", invited, guild=server.guild)
    await server.told(lambda: server.destination in server.desk.regained)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    asked = [record.getMessage() for record in caplog.records if "to invite it" in record.getMessage()]
    link = server.adapter.invitation.link
    assert asked == [f"discord: newsbell is on no server yet; to invite it to yours, open {link}"]
