"""The routes that only tell: the bot itself, the gateway's address, guilds and channels (discord.md 10.1)."""

from collections.abc import Callable, Iterator

from tests.emulators.discord import payloads
from tests.emulators.discord.access import Access
from tests.emulators.discord.calls import Answer, Call, Route
from tests.emulators.discord.errors import FormErrors, refuse
from tests.emulators.discord.gateway import Gateway
from tests.emulators.discord.permissions import BITS
from tests.emulators.discord.world import World


class Lookups:
    """What `login` asks for, and checks of the targets."""

    def __init__(self, world: World, access: Access, gateway: Gateway, gateway_url: Callable[[], str]) -> None:
        self._world = world
        self._access = access
        self._gateway = gateway
        self._gateway_url = gateway_url

    def routes(self) -> Iterator[Route]:
        """The routes of this room."""
        yield Route("GET", "/users/@me", self.me)
        yield Route("GET", "/users/@me/guilds", self.my_guilds)
        yield Route("POST", "/users/@me/channels", self.direct)
        yield Route("GET", "/users/{user_id}", self.user)
        yield Route("GET", "/oauth2/applications/@me", self.application)
        yield Route("GET", "/applications/@me", self.application)
        yield Route("GET", "/gateway", self.gateway)
        yield Route("GET", "/gateway/bot", self.gateway)
        yield Route("GET", "/guilds/{guild_id}", self.guild)
        yield Route("GET", "/guilds/{guild_id}/channels", self.guild_channels)
        yield Route("GET", "/guilds/{guild_id}/roles", self.guild_roles)
        yield Route("GET", "/guilds/{guild_id}/members/{user_id}", self.guild_member)
        yield Route("GET", "/channels/{channel_id}", self.channel)

    def me(self, call: Call) -> Answer:
        """The bot's user."""
        mine = {"locale": "en-US", "mfa_enabled": True, "verified": True, "email": None}
        return Answer({**payloads.user_json(self._world.bot), **mine})

    def user(self, call: Call) -> Answer:
        """Any user."""
        user = self._world.users.get(call.id("user_id"))
        if user is None:
            raise refuse(10013)
        return Answer(payloads.user_json(user))

    def direct(self, call: Call) -> Answer:
        """Open the direct conversation with a person."""
        errors = FormErrors()
        if not str(call.form.get("recipient_id", "")).isdecimal():
            errors.required("recipient_id")
        errors.raise_if_any()
        user = self._world.users.get(int(call.form["recipient_id"]))
        if user is None or user.bot:
            raise refuse(10013)
        return Answer(payloads.channel_json(self._world.dm(user)))

    def application(self, call: Call) -> Answer:
        """The bot's application."""
        return Answer(
            {
                "id": str(self._world.application_id),
                "name": self._world.bot.name,
                "icon": None,
                "description": "",
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "0" * 64,
                "flags": 0,
                "summary": "",
                "team": None,
                "owner": payloads.user_json(self._world.bot),
                "bot": payloads.user_json(self._world.bot),
            }
        )

    def gateway(self, call: Call) -> Answer:
        """Where the gateway is, over how many shards it wants to be heard, and how often (discord.md 2.1, 9)."""
        start = self._gateway.session_start_limit()
        return Answer({"url": self._gateway_url(), "shards": self._gateway.shards, "session_start_limit": start})

    def my_guilds(self, call: Call) -> Answer:
        """The guilds of the bot."""
        return Answer([payloads.guild_summary(guild) for guild in self._world.guilds.values()])

    def guild(self, call: Call) -> Answer:
        """A guild."""
        return Answer(payloads.guild_summary(self._access.to_guild(call.id("guild_id"))))

    def guild_channels(self, call: Call) -> Answer:
        """The channels of a guild that the bot may see."""
        channels = self._access.to_guild(call.id("guild_id")).channels.values()
        seen = [one for one in channels if self._world.bot_permissions(one) & BITS["view_channel"]]
        return Answer([payloads.channel_json(one) for one in seen])

    def guild_roles(self, call: Call) -> Answer:
        """The roles of a guild."""
        roles = self._access.to_guild(call.id("guild_id")).roles.values()
        return Answer([payloads.role_json(role) for role in roles])

    def guild_member(self, call: Call) -> Answer:
        """A member of a guild."""
        member = self._access.to_guild(call.id("guild_id")).members.get(call.id("user_id"))
        if member is None:
            raise refuse(10013)
        return Answer(payloads.member_json(member))

    def channel(self, call: Call) -> Answer:
        """A channel or a thread."""
        return Answer(payloads.channel_json(self._access.to_see(call.id("channel_id"))))
