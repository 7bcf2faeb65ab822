"""The routes of threads and forums (discord.md 7.4 and 10.1)."""

from collections.abc import Iterator
from datetime import datetime

from tests.emulators.discord import payloads
from tests.emulators.discord.access import Access
from tests.emulators.discord.calls import Answer, Call, Route
from tests.emulators.discord.errors import FormErrors, refuse
from tests.emulators.discord.messages import Messages
from tests.emulators.discord.nouns import Channel, ChannelType, Json, MessageFlag, User
from tests.emulators.discord.permissions import BITS
from tests.emulators.discord.world import World

_NAME_LIMIT = 100
_APPLIED_TAGS_LIMIT = 5
_WITH_THREADS = {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}


class Threads:
    """Starting threads and forum posts, changing them, and listing the archived ones."""

    def __init__(self, world: World, access: Access, messages: Messages) -> None:
        self._world = world
        self._access = access
        self._messages = messages

    def routes(self) -> Iterator[Route]:
        """The routes of this room."""
        yield Route("POST", "/channels/{channel_id}/threads", self.create)
        yield Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", self.create_on_message)
        yield Route("GET", "/channels/{channel_id}/threads/archived/public", self.archived)
        yield Route("GET", "/guilds/{guild_id}/threads/active", self.active)
        yield Route("PUT", "/channels/{channel_id}/thread-members/@me", self.join)
        yield Route("PATCH", "/channels/{channel_id}", self.change)
        yield Route("DELETE", "/channels/{channel_id}", self.delete)

    def create(self, call: Call) -> Answer:
        """Post in a forum, or start a thread without a message."""
        channel = self._access.to_see(call.id("channel_id"))
        if channel.type in {ChannelType.FORUM, ChannelType.MEDIA}:
            return self._post_in_forum(channel, call)
        self._may_start(channel)
        _check_name(call.form)
        thread = self._world.new_thread(channel, call.form["name"], owner=self._world.bot)
        self._world.open_thread(thread)
        return Answer(payloads.thread_json(thread), status=201)

    def _post_in_forum(self, forum: Channel, call: Call) -> Answer:
        """A forum post has no nonce: the same request twice makes two posts (discord.md 4)."""
        self._access.require(forum, "send_messages")
        body = call.form
        thread = self.new_post(forum, body, owner=self._world.bot)
        message = self._messages.compose(thread, call, body.get("message") or {})
        message.id = thread.id  # the first message of a forum post has the thread's id
        self._world.open_thread(thread)
        self._messages.accept(message)
        shown = {**payloads.thread_json(thread), "message": payloads.message_json(message, self._world.cdn)}
        return Answer(shown, status=201)

    def new_post(self, forum: Channel, body: Json, *, owner: User) -> Channel:
        """The thread of a forum post, checked, not yet in its forum. A webhook calls its name `thread_name`."""
        self._room_for_one_more(forum)
        name = body.get("thread_name") or body.get("name")
        _check_name({"name": name})
        tags = self._tags(forum, body)
        thread = self._world.new_thread(forum, str(name), owner=owner)
        thread.applied_tags = tags
        return thread

    def create_on_message(self, call: Call) -> Answer:
        """Start a thread on a message; it has the message's id."""
        channel, message = self._access.to_message(call)
        self._may_start(channel)
        _check_name(call.form)
        if message.thread is not None:
            raise refuse(160004)
        thread = self._world.new_thread(channel, call.form["name"], owner=self._world.bot, thread_id=message.id)
        message.thread = thread
        message.flags |= MessageFlag.HAS_THREAD
        self._world.open_thread(thread)
        self._world.emit_message("MESSAGE_UPDATE", message)
        return Answer(payloads.thread_json(thread), status=201)

    def _may_start(self, channel: Channel) -> None:
        if channel.type not in _WITH_THREADS:
            raise refuse(50024)
        self._access.require(channel, "create_public_threads")
        self._room_for_one_more(channel)

    def _room_for_one_more(self, channel: Channel) -> None:
        assert channel.guild is not None
        active = [thread for thread in channel.guild.threads.values() if not thread.archived]
        if len(active) >= channel.guild.max_active_threads:
            raise refuse(160006)

    def change(self, call: Call) -> Answer:
        """Archive, unarchive, lock, rename or tag a thread."""
        thread = self._access.to_see(call.id("channel_id"))
        body = call.form
        self._may_change(thread, body)
        if "name" in body:
            _check_name(body)
        if "applied_tags" in body:
            assert thread.parent is not None
            thread.applied_tags = self._tags(thread.parent, body)
        self._world.update_thread(
            thread, archived=body.get("archived"), locked=body.get("locked"), name=body.get("name")
        )
        return Answer(payloads.thread_json(thread))

    def _may_change(self, thread: Channel, body: Json) -> None:
        """Who may write there may unarchive, the owner does more, locking needs Manage Threads; channels are taboo."""
        if not thread.is_thread:
            raise refuse(50013)
        if self._manages(thread):
            return
        if thread.locked:
            raise refuse(160005)
        if set(body) == {"archived"} and not body["archived"]:
            self._access.require(thread, "send_messages_in_threads")
        elif thread.owner is not self._world.bot or "locked" in body:
            raise refuse(50013)
        elif thread.archived and body.get("archived", True):
            raise refuse(50083)

    def delete(self, call: Call) -> Answer:
        """Delete a thread, for which even its owner needs Manage Threads."""
        thread = self._access.to_see(call.id("channel_id"))
        if not thread.is_thread:
            raise refuse(50013)
        self._access.require(thread, "manage_threads")
        shown = payloads.thread_json(thread)
        self._world.delete_channel(thread)
        return Answer(shown)

    def _tags(self, forum: Channel, body: Json) -> list[int]:
        """The forum's tags that a post wears. Raises 40067, 10087, 50013, 50035."""
        tags = [int(tag) for tag in body.get("applied_tags") or []]
        if forum.require_tag and not tags:
            raise refuse(40067)
        if len(tags) > _APPLIED_TAGS_LIMIT:
            errors = FormErrors()
            errors.add("applied_tags", "BASE_TYPE_MAX_LENGTH", f"Must be {_APPLIED_TAGS_LIMIT} or fewer in length.")
            errors.raise_if_any()
        known = {tag.id: tag for tag in forum.tags}
        if not set(tags) <= set(known):
            raise refuse(10087)
        if any(known[tag].moderated for tag in tags) and not self._manages(forum):
            raise refuse(50013)
        return tags

    def _manages(self, thread: Channel) -> bool:
        return bool(self._world.bot_permissions(thread) & BITS["manage_threads"])

    def join(self, call: Call) -> Answer:
        """The bot enters a thread."""
        if not self._access.to_see(call.id("channel_id")).is_thread:
            raise refuse(50024)
        return Answer(status=204)

    def archived(self, call: Call) -> Answer:
        """The archived threads of a channel, the last archived first."""
        channel = self._access.to_see(call.id("channel_id"))
        self._access.require(channel, "read_message_history")
        before = call.query.get("before")
        limit = int(call.query.get("limit", 50))
        threads = [one for one in channel.threads if one.archived and _is_before(one, before)]
        threads.sort(key=_archived_at, reverse=True)
        return Answer(_listing(threads[:limit], has_more=len(threads) > limit))

    def active(self, call: Call) -> Answer:
        """The active threads of a guild that the bot may see."""
        guild = self._access.to_guild(call.id("guild_id"))
        seen = [one for one in guild.threads.values() if self._world.bot_permissions(one) & BITS["view_channel"]]
        return Answer(_listing([one for one in seen if not one.archived], has_more=False))


def _listing(threads: list[Channel], *, has_more: bool) -> Json:
    return {"threads": [payloads.thread_json(one) for one in threads], "members": [], "has_more": has_more}


def _archived_at(thread: Channel) -> datetime:
    assert thread.archived_at is not None, "every thread has it"
    return thread.archived_at


def _is_before(thread: Channel, before: str | None) -> bool:
    return before is None or _archived_at(thread) < datetime.fromisoformat(before)


def _check_name(body: Json) -> None:
    """Raise 50035 unless the name has 1 to 100 characters (discord.md 2.2)."""
    errors = FormErrors()
    if body.get("name") is None:
        errors.required("name")
    errors.length("name", body.get("name"), _NAME_LIMIT, least=1)
    errors.raise_if_any()
