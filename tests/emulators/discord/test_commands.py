"""What people do: they type commands, press buttons and fill in forms."""

from typing import Any

import discord
import pytest
from discord import app_commands

from tests.emulators.discord import Channel, DiscordEmulator, Guild, Member, Refused
from tests.emulators.discord.client import Client, connected


async def test_people_type_commands_and_press_buttons(
    server: DiscordEmulator, guild: Guild, channel: Channel, dara: Member
) -> None:
    reader = server.add_member(guild, "Sok")
    async with connected(server) as bot:
        offer_commands(bot)
        assert isinstance(await server.command(channel, dara, "status"), Refused)
        synced = await bot.tree.sync()
        assert [one.name for one in synced] == [one["name"] for one in server.commands]

        assert await server.autocomplete(channel, dara, "subscribe", category="nat") == [
            ("National", "national"),
            ("Nature", "nature"),
        ]
        reply = await server.command(channel, dara, "subscribe", category="sport", channel=channel, locale="de")
        assert reply.content == f"sport {channel.mention} (True) in de"
        assert (reply.ephemeral, reply.deferred, channel.visible) == (True, True, [])
        assert (await server.press(reply, "stop", dara)).content == "Stopped"
        assert isinstance(await server.command(channel, reader, "subscribe", category="sport"), Refused)

        status = await server.command(channel, reader, "status")
        assert (status.content, status.ephemeral, status.embeds[0]["title"]) == ("Fine", False, "Status")
        thread = server.add_thread(channel, "talk")
        assert (await server.command(thread, reader, "status")).message in thread.visible
        asked = await server.command(channel, reader, "keyword")
        assert (await server.submit(asked, reader, word="rain")).content == "Only rain"

        with pytest.raises(AssertionError, match="/silent got no answer"):
            await server.command(channel, dara, "silent", answer_within=0.05)
        with pytest.raises(AssertionError, match="needs"):
            await server.command(channel, dara, "subscribe")
    assert server.violations == []


class Settings(discord.ui.View):
    @discord.ui.button(label="Stop", custom_id="stop")
    async def stop_it(self, interaction: discord.Interaction[Client], button: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="Stopped", view=None)


class Question(discord.ui.Modal, title="Keyword"):
    word: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Word", custom_id="word")

    async def on_submit(self, interaction: discord.Interaction[Client], /) -> None:  # type: ignore[override]
        await interaction.response.send_message(f"Only {self.word.value}", ephemeral=True)


def offer_commands(bot: Client) -> None:
    """Commands as newsbell has them, one for each way to answer."""

    @app_commands.default_permissions(manage_guild=True)
    async def subscribe(
        interaction: discord.Interaction[Client], category: str, channel: discord.TextChannel | None = None
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        where = f"{channel.mention} ({channel.permissions_for(channel.guild.me).embed_links})" if channel else "here"
        await interaction.followup.send(f"{category} {where} in {interaction.locale}", view=Settings(timeout=None))

    async def choices(interaction: discord.Interaction[Client], typed: str) -> list[app_commands.Choice[str]]:
        names = ("national", "nature", "sport")
        return [app_commands.Choice(name=one.title(), value=one) for one in names if one.startswith(typed)]

    async def status(interaction: discord.Interaction[Client]) -> None:
        await interaction.response.send_message("Fine", embed=discord.Embed(title="Status"))

    async def keyword(interaction: discord.Interaction[Client]) -> None:
        await interaction.response.send_modal(Question())

    async def silent(interaction: discord.Interaction[Client]) -> None:
        """Says nothing."""

    command: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name="subscribe", description="Subscribe", callback=subscribe
    )
    command.autocomplete("category")(choices)
    bot.tree.add_command(command)
    for name, callback in {"status": status, "keyword": keyword, "silent": silent}.items():
        bot.tree.add_command(app_commands.Command(name=name, description=name, callback=callback))
