"""What people do: type a slash command, let it complete, press a button. As Discord hands it to the bot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.discord import payloads
from tests.emulators.discord.clock import Pulse
from tests.emulators.discord.commands import Commands, may_see
from tests.emulators.discord.components import CHANNEL_SELECT, ROLE_SELECT, SELECTS, STRING_SELECT, flatten
from tests.emulators.discord.interactions import Interaction, Interactions, Kind
from tests.emulators.discord.nouns import Attachment, Channel, Json, Member, Message, Role, User, member_permissions
from tests.emulators.discord.options import build_options
from tests.emulators.discord.world import World


@dataclass(frozen=True)
class Reply:
    """What the person sees."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    ephemeral: bool = False
    deferred: bool = False
    message: Message | None = None
    #: Further messages; grows while the bot goes on.
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    channel: Channel | None = None

    @property
    def controls(self) -> list[Json]:
        """Buttons and menus, in the order of reading."""
        return [one for one in flatten(self.components) if one.get("custom_id") or one.get("url")]


@dataclass(frozen=True)
class Refused(Reply):
    """Discord didn't even show the command or the button to this person."""

    reason: str = ""


class People:
    """The members' side of interactions."""

    def __init__(self, world: World, commands: Commands, interactions: Interactions) -> None:
        self._world = world
        self._commands = commands
        self._interactions = interactions
        self._pulse: Pulse = world.pulse

    async def command(
        self, channel: Channel, member: Member, name: str, options: dict[str, Any], *, locale: str, answer_within: float
    ) -> Reply:
        """Type a slash command and wait for what the bot answers."""
        command = self._offered(member, channel, name)
        if isinstance(command, Refused):
            return command
        data = build_options(command, name, options, self._resolve(member))
        interaction = self._begin(Kind.COMMAND, channel, member, data, locale=locale)
        return await self._reply(interaction, f"/{name}", answer_within)

    async def autocomplete(
        self, channel: Channel, member: Member, name: str, options: dict[str, Any], *, locale: str, answer_within: float
    ) -> list[tuple[str, str | int | float]]:
        """Type into the last of `options` and wait for the choices that the bot offers."""
        command = self._offered(member, channel, name)
        assert not isinstance(command, Refused), command.reason
        focused = list(options)[-1]
        data = build_options(command, name, options, self._resolve(member), focused=focused)
        interaction = self._begin(Kind.AUTOCOMPLETE, channel, member, data, locale=locale)
        await self._answered(interaction, f"/{name} {focused}:", answer_within)
        return interaction.choices

    async def press(
        self, message: Message, custom_id: str, member: Member, *, values: list[str], locale: str, answer_within: float
    ) -> Reply:
        """Press a button, or choose `values` in a menu, and wait for what the bot does."""
        component = _component(message, custom_id)
        if message.deleted or component.get("disabled"):
            return Refused(reason=f"{custom_id} can't be pressed")
        data: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component.get("id", 1)}
        if component["type"] in SELECTS:
            _check_values(component, values)
            data |= {"values": values, "resolved": self._resolved(component, values, member)}
        interaction = self._begin(Kind.COMPONENT, message.channel, member, data, locale=locale, source=message)
        return await self._reply(interaction, custom_id, answer_within)

    async def submit(
        self, reply: Reply, member: Member, values: dict[str, str], *, locale: str, answer_within: float
    ) -> Reply:
        """Fill in the text fields of a modal, by their custom ids, and send it off."""
        assert reply.modal is not None, "the reply is no modal"
        assert reply.channel is not None
        components = [_filled(component, values) for component in reply.modal["components"]]
        data: Json = {"custom_id": reply.modal["custom_id"], "components": components, "resolved": {}}
        interaction = self._begin(Kind.MODAL, reply.channel, member, data, locale=locale, source=reply.message)
        return await self._reply(interaction, data["custom_id"], answer_within)

    def _offered(self, member: Member, channel: Channel, name: str) -> Json | Refused:
        """The registered command, or why Discord doesn't show it to this member in this channel."""
        guild = channel.guild
        assert guild is not None, "slash commands in direct conversations aren't emulated"
        command = self._commands.find(name.split(maxsplit=1)[0], guild.id)
        if command is None:
            return Refused(reason=f"/{name} isn't registered")
        opened = self._commands.opened.intersection(role.id for role in member.roles)
        if not opened and not may_see(command, member_permissions(member, channel)):
            return Refused(reason=f"{member.user.name} lacks the permissions for /{name}")
        return command

    def _begin(
        self, kind: Kind, channel: Channel, member: Member, data: Json, *, locale: str, source: Message | None = None
    ) -> Interaction:
        interaction = Interaction(self._world.ids.next(), kind, channel, member, self._world.clock.monotonic(), source)
        self._interactions.begin(interaction)
        self._world.emit("INTERACTION_CREATE", self._event(interaction, data, locale), guild=channel.guild)
        return interaction

    def _event(self, interaction: Interaction, data: Json, locale: str) -> Json:
        """INTERACTION_CREATE (discord.md 10.2: with channel, member.permissions and app_permissions)."""
        channel, member = interaction.channel, interaction.member
        guild = member.guild
        rights = str(member_permissions(member, channel))
        bot = guild.members[self._world.bot.id]
        event: Json = {
            "id": str(interaction.id),
            "application_id": str(self._world.application_id),
            "type": int(interaction.kind),
            "token": interaction.token,
            "version": 1,
            "data": data,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "channel_id": str(channel.id),
            "channel": payloads.resolved_channel_json(channel, member, bot),
            "member": {**payloads.member_json(member), "permissions": rights},
            "app_permissions": str(member_permissions(bot, channel)),
            "locale": locale,
            "guild_locale": guild.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if interaction.source is not None:
            event["message"] = payloads.message_json(interaction.source, self._world.cdn)
        return event

    def _resolved(self, component: Json, values: list[str], member: Member) -> Json:
        """The roles or channels that were picked in a select that Discord fills itself."""
        resolved: dict[str, Json] = {}
        guild = member.guild
        for value in values if component["type"] in {ROLE_SELECT, CHANNEL_SELECT} else ():
            is_role = component["type"] == ROLE_SELECT
            channels = guild.channels | guild.threads
            picked: Role | Channel = guild.roles[int(value)] if is_role else channels[int(value)]
            if isinstance(picked, Channel):
                kinds = component.get("channel_types")
                assert not kinds or picked.type in kinds, f"channels of type {picked.type.name} aren't offered"
            for table, key, shown in self._resolve(member)(picked):
                resolved.setdefault(table, {})[key] = shown
        return resolved

    def _resolve(self, member: Member) -> "Resolver":
        return Resolver(member, member.guild.members[self._world.bot.id])

    async def _answered(self, interaction: Interaction, what: str, seconds: float) -> None:
        """Wait for the first answer."""
        told = f"{what} got no answer from the bot"
        await self._pulse.until(lambda: interaction.callback is not None, within=seconds, describe=lambda: told)

    async def _reply(self, interaction: Interaction, what: str, seconds: float) -> Reply:
        """Wait for the answer, and after a deferral for the answer proper."""
        await self._answered(interaction, what, seconds)
        told = f"{what} was deferred, and then nothing came"
        await self._pulse.until(lambda: interaction.settled, within=max(seconds, 10.0), describe=lambda: told)
        message = interaction.original or next(iter(interaction.followups), None)
        if message is None:
            return Reply(
                deferred=interaction.deferred,
                message=interaction.source,
                modal=interaction.modal,
                channel=interaction.channel,
            )
        return Reply(
            content=message.content,
            embeds=message.embeds,
            components=message.components,
            attachments=message.attachments,
            ephemeral=message.ephemeral,
            deferred=interaction.deferred,
            message=message,
            followups=interaction.followups,
            channel=interaction.channel,
        )


@dataclass(frozen=True)
class Resolver:
    """Turns what a person chose into an id and the object that Discord sends along with it."""

    member: Member
    bot: Member

    def __call__(self, value: Channel | Role | Member | User) -> Iterator[tuple[str, str, Json]]:
        """Yield kind, id and object."""
        key = str(value.id)
        if isinstance(value, Channel):
            yield "channels", key, payloads.resolved_channel_json(value, self.member, self.bot)
        elif isinstance(value, Role):
            yield "roles", key, payloads.role_json(value)
        else:
            user = value.user if isinstance(value, Member) else value
            yield "users", key, payloads.user_json(user)
            if isinstance(value, Member):
                member = payloads.member_json(value)
                del member["user"]
                yield "members", key, {**member, "permissions": str(value.extra | value.guild.everyone.permissions)}


def _component(message: Message, custom_id: str) -> Json:
    there = [one for one in flatten(message.components) if one.get("custom_id")]
    found = next((one for one in there if one["custom_id"] == custom_id), None)
    assert found is not None, f"no {custom_id!r} there, but {[one['custom_id'] for one in there]}"
    return found


def _check_values(menu: Json, values: list[str]) -> None:
    """A menu gives only what it offers."""
    if menu["type"] == STRING_SELECT:
        offered = {option["value"] for option in menu["options"]}
        assert set(values) <= offered, f"the menu offers {sorted(offered)}"
    assert menu.get("min_values", 1) <= len(values) <= menu.get("max_values", 1), "too few or too many values"


def _filled(component: Json, values: dict[str, str]) -> Json:
    """A modal's component as it comes back with what was typed."""
    filled: Json = {name: component[name] for name in ("type", "id", "custom_id") if name in component}
    if "custom_id" in component:
        written: str = values.get(component["custom_id"], component.get("value", "")) or ""
        assert written or not component.get("required", True), f"{component['custom_id']} must be filled in"
        assert len(written) <= component.get("max_length", 4000), f"{component['custom_id']} is too long"
        filled["value"] = written
    if "components" in component:
        filled["components"] = [_filled(inner, values) for inner in component["components"]]
    if "component" in component:
        filled["component"] = _filled(component["component"], values)
    return filled
