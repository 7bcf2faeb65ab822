"""The slash commands: what Discord offers to type, and how it learns of a change."""

import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread
from discord.http import Route

from adapters.discord.hints import PLACELESS, hinted
from bot.subscribing.commands import COMMANDS
from bot.subscribing.tongues import SERVER
from bot.texts import LANGUAGES, texts

log = logging.getLogger(__name__)

Interaction = discord.Interaction[discord.Client]
PickedChannel = AppCommandChannel | AppCommandThread

CHANNEL_TYPES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.media,
]
_CHANNEL: Final = "Another channel than this one"
_COMPARED: Final = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "type",
    "required",
    "autocomplete",
    "choices",
    "value",
    "channel_types",
    "default_member_permissions",
    "contexts",
    "integration_types",
)


@dataclass(frozen=True, slots=True)
class SubscribeWish:
    """What somebody chose of /subscribe."""

    category: str = ""
    language: str = ""
    mention: discord.Role | None = None


class Answers(Protocol):
    """Who answers the commands."""

    async def command(
        self, interaction: Interaction, name: str, words: str = "", channel: PickedChannel | None = None
    ) -> None:
        """Answer the command `name`; `channel` is the place that it is about, if not this one."""

    async def subscribe(
        self, interaction: Interaction, wish: SubscribeWish, channel: PickedChannel | None = None
    ) -> None:
        """Answer /subscribe."""

    async def suggest(
        self, interaction: Interaction, name: str, option: str, typed: str
    ) -> list[app_commands.Choice[str]]:
        """What the person may be typing in an `option` of the command `name`."""


class AnyChannel(app_commands.Transformer):
    """An option that takes a channel or thread as Discord describes it: it need not be in our cache."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Those that take messages."""
        return CHANNEL_TYPES

    async def transform(self, _interaction: Interaction, value: PickedChannel, /) -> PickedChannel:
        """As it came."""
        return value


ChannelOption = app_commands.Transform[PickedChannel, AnyChannel]
Callback = Callable[..., Coroutine[Any, Any, Any]]


def add_commands(tree: app_commands.CommandTree[discord.Client], answers: Answers) -> None:
    """Offer the commands on servers, to those who may manage the server (which can open them to others)."""
    for name, known in COMMANDS.items():
        command = app_commands.Command[Any, ..., None](
            name=name,
            description=hinted(texts("en").say(known.meaning), {}),  # Discord has no Khmer interface
            callback=_callback(name, answers),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        command.guild_only = True
        command.default_permissions = discord.Permissions(manage_guild=True)
        tree.add_command(command)


def _callback(name: str, answers: Answers) -> Callback:
    """What Discord shows of a command's options is the signature of its callback."""
    make = _OWN.get(name)
    if make is not None:
        return make(name, answers)
    return _without_options(name, answers) if name in PLACELESS else _about_channel(name, answers)


def _completed(name: str, option: str, answers: Answers) -> Callback:
    """What completes an option while it is typed."""

    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await answers.suggest(interaction, name, option, typed)

    return suggest


def _subscribe(name: str, answers: Answers) -> Callback:
    @app_commands.describe(
        category="A category, or all; without it you choose from a menu",
        channel=_CHANNEL,
        language="Only posts in this language",
        mention="A role that these posts mention",
    )
    @app_commands.autocomplete(
        category=_completed(name, "category", answers), language=_completed(name, "language", answers)
    )
    async def callback(
        interaction: Interaction,
        category: str | None = None,
        channel: ChannelOption | None = None,
        language: str | None = None,
        mention: discord.Role | None = None,
    ) -> None:
        await answers.subscribe(interaction, SubscribeWish(category or "", language or "", mention), channel)

    return callback


def _unsubscribe(name: str, answers: Answers) -> Callback:
    @app_commands.describe(category="What should not arrive any more; without it you choose", channel=_CHANNEL)
    @app_commands.autocomplete(category=_completed(name, "category", answers))
    async def callback(
        interaction: Interaction, category: str | None = None, channel: ChannelOption | None = None
    ) -> None:
        await answers.command(interaction, name, category or "", channel)

    return callback


def _why(name: str, answers: Answers) -> Callback:
    @app_commands.describe(post="A post: its title, link, path or code; without it the latest", channel=_CHANNEL)
    @app_commands.autocomplete(post=_completed(name, "post", answers))
    async def callback(interaction: Interaction, post: str | None = None, channel: ChannelOption | None = None) -> None:
        await answers.command(interaction, name, post or "", channel)

    return callback


def _settings(name: str, answers: Answers) -> Callback:
    @app_commands.describe(
        setting="What to set; without it you see all settings", value="What it should be", channel=_CHANNEL
    )
    @app_commands.autocomplete(setting=_completed(name, "setting", answers), value=_completed(name, "value", answers))
    async def callback(
        interaction: Interaction,
        setting: str | None = None,
        value: str | None = None,
        channel: ChannelOption | None = None,
    ) -> None:
        await answers.command(interaction, name, " ".join(word for word in (setting, value) if word), channel)

    return callback


def _language(name: str, answers: Answers) -> Callback:
    @app_commands.describe(
        language="The language in which I answer",
        channel=_CHANNEL,
        server="Whether it holds for the whole server, where a channel has no language of its own",
    )
    @app_commands.choices(language=[app_commands.Choice(name=own, value=code) for code, own in LANGUAGES.items()])
    async def callback(
        interaction: Interaction,
        language: str | None = None,
        channel: ChannelOption | None = None,
        server: bool | None = None,
    ) -> None:
        whole = f" {SERVER}" if language and server else ""
        await answers.command(interaction, name, f"{language or ''}{whole}", channel)

    return callback


def _pause(name: str, answers: Answers) -> Callback:
    @app_commands.describe(time="2h, 30m, 1d or until 8:00; without it until /resume", channel=_CHANNEL)
    @app_commands.autocomplete(time=_completed(name, "time", answers))
    async def callback(interaction: Interaction, time: str | None = None, channel: ChannelOption | None = None) -> None:
        await answers.command(interaction, name, time or "", channel)

    return callback


def _about_channel(name: str, answers: Answers) -> Callback:
    @app_commands.describe(channel=_CHANNEL)
    async def callback(interaction: Interaction, channel: ChannelOption | None = None) -> None:
        await answers.command(interaction, name, "", channel)

    return callback


def _without_options(name: str, answers: Answers) -> Callback:
    async def callback(interaction: Interaction) -> None:
        await answers.command(interaction, name)

    return callback


_OWN: Final[Mapping[str, Callable[[str, Answers], Callback]]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "why": _why,
    "settings": _settings,
    "language": _language,
    "pause": _pause,
}
"""The commands that have options of their own, beside the channel."""


async def sync_commands(tree: app_commands.CommandTree[discord.Client]) -> Mapping[str, int]:
    """Tell Discord the commands, if it has others: it takes 200 new ones a day. Returns their ids by name."""
    client = tree.client
    # As Discord has them: discord.py's AppCommand loses a part of it (2.7.1: contexts, integration types), and it does
    # not ask for the names and descriptions in other languages.
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id or 0)
    known = await client.http.request(route, params={"with_localizations": "true"})
    translator = tree.translator
    wanted = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    if _by_name(known) == _by_name(wanted):
        return {command["name"]: int(command["id"]) for command in known}
    told = await tree.sync()
    log.info("discord: told the commands anew: %s", ", ".join(command.name for command in told))
    return {command.name: command.id for command in told}


def _by_name(commands: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {command["name"]: _essence(command) for command in commands}


def _essence(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a command, without ids and without what says nothing; numbers as text, as Discord gives some back."""
    return {name: _plainly(payload[name]) for name in _COMPARED if payload.get(name)}


def _plainly(value: Any) -> Any:
    if isinstance(value, dict):
        return {locale: str(words) for locale, words in value.items()}
    if isinstance(value, list):
        parts = [_essence(one) if isinstance(one, dict) else str(one) for one in value]
        return parts if any(isinstance(one, dict) for one in value) else sorted(parts)
    return str(value)
