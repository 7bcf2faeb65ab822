"""Forums: a post is a thread there, named by the title, whose first message is the announcement (discord.md 7.4).

The message has its thread's id, so a receipt tells both.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import discord
from discord.abc import GuildChannel
from discord.http import MultipartParameters

from adapters.discord import history, limits
from adapters.discord.images import media_id_of
from adapters.discord.markdown import clean, is_seen
from adapters.discord.outgoing import Rendering
from adapters.discord.rates import BOT
from adapters.discord.render import Message
from adapters.discord.transport import Calls, message_of
from adapters.discord.verdicts import code_of
from bot.composing.cutting import ELLIPSIS, cut
from bot.errors import DeliveryError, DestinationLost, MessageGone, OutcomeUnknown, Rejected, TryLater
from bot.models import Announcement, Look, PictureFile, Receipt
from bot.ports import Pace
from bot.subscribing.tags import said_of_unknown, tag_key
from bot.texts import Reason, sentence, texts

REMEMBERED_CHANNELS: Final = 1024
FRESH_SECONDS: Final = 600.0
"""How long a forum's tags are believed: moderators add some now and then."""

THREADS: Final = 100
"""How many archived threads one request brings (docs, List Public Archived Threads)."""

_UNKNOWN_CHANNEL: Final = 10003
_ARCHIVED: Final = 50083
_LOCKED: Final = frozenset({50013, _ARCHIVED, 160005})
_MAYBE_A_FORUM: Final = frozenset({10008, 50008, 50024})
"""What is answered where a channel holds threads and no messages: there is none, or it takes none."""

_TAGS_CHANGED: Final = frozenset({10087, 40067, 50035})

_CLOSED: Final = sentence(
    "the forum's post is locked, or newsbell may not open it again; unlock it, and in the forum's settings > "
    "Permissions > newsbell allow Send Messages in Threads; then: newsbell deliveries retry"
)

_UNREADABLE: Final = sentence("newsbell can't read the forum's posts; allow View Channel and Read Message History")
_TOO_MANY: Final = sentence("more than {count} posts were archived since; newsbell does not look further")

NO_TAG: Final = sentence(
    "this forum wants a tag on every post, and has none that newsbell may use; in its settings add one that is not for "
    "moderators alone, or switch off Require Tags"
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum or media channel. `tags` are those that anybody may use, by name, in their order: key -> id."""

    id: int
    guild: int
    tags: Mapping[str, int]
    wants_tag: bool


def thread_name(title: str) -> str:
    """A title as the name of a thread."""
    name = cut(" ".join(clean(title).split()), limits.THREAD_NAME)
    return name if is_seen(name) else ELLIPSIS


def choose_tags(forum: Forum, announcement: Announcement, look: Look) -> list[int]:
    """The ids of the tags that are named as the post's categories; of none, the subscription's, or one that must be.

    Raises DestinationLost where a tag must be, and there is none to take.
    """
    named = dict.fromkeys(map(tag_key, (announcement.label, *announcement.hashtags)))
    if found := [forum.tags[key] for key in named if key in forum.tags]:
        return list(dict.fromkeys(found))[: limits.APPLIED_TAGS]
    if own := forum.tags.get(tag_key(look.tag)):
        return [own]
    if not forum.wants_tag:
        return []
    if not forum.tags:
        raise DestinationLost(NO_TAG)
    return [next(iter(forum.tags.values()))]


def said_of_tags(channel: GuildChannel, language: str, looks: Collection[Look]) -> str:
    """What whoever chooses what arrives in a forum, in those `looks`, should know of the tags there; empty: nothing."""
    if not isinstance(channel, discord.ForumChannel):
        return ""
    names, spoken = tag_names(channel), texts(language)
    chosen = dict.fromkeys(look.tag for look in looks if look.tag)
    lines = [said_of_unknown(spoken, tag, tuple(names.values())) for tag in chosen]
    if channel.flags.require_tag and names:
        first, *_ = names.values()
        worn = dict.fromkeys(names.get(tag_key(look.tag), first) for look in looks)
        lines.append(
            spoken.say(
                "This forum wants a tag on each post: where none is named as its category, I put on “{tag}”. Another "
                "one: /settings tag NAME",
                tag="”, “".join(worn),
            )
        )
    return "\n".join(filter(None, lines))


def tag_names(forum: discord.ForumChannel) -> dict[str, str]:
    """The tags that anybody may use, as they are shown, in their order: key -> name."""
    names: dict[str, str] = {}
    for tag in forum.available_tags:
        if not tag.moderated:
            names.setdefault(tag_key(tag.name), tag.name)
    return names


class Forums:
    """Knows which channels are forums, as far as it mattered, and posts there."""

    def __init__(self, calls: Calls, pace: Pace, client: Callable[[], discord.Client]) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none."""
        self._calls = calls
        self._pace = pace
        self._client = client
        self._seen: OrderedDict[int, tuple[Forum | None, float]] = OrderedDict()

    def __contains__(self, channel: int) -> bool:
        """Whether `channel` is known as a forum."""
        return self._seen.get(channel, (None, 0.0))[0] is not None

    async def act(
        self, channel: int, in_channel: Callable[[], Awaitable[T]], in_forum: Callable[[], Awaitable[T]]
    ) -> T:
        """Do the one or the other, as `channel` is: Discord is asked what it is only where it takes no messages.

        `in_channel` is done again where it is an archived thread that newsbell may open, so twice must do no harm.
        """
        if channel not in self:
            try:
                return await in_channel()
            except (DestinationLost, MessageGone) as error:
                if code_of(error) == _ARCHIVED and await self._reopen(channel):
                    return await in_channel()
                if code_of(error) not in _MAYBE_A_FORUM or not await self.look(channel):
                    raise
        return await in_forum()

    async def look(self, channel: int, *, anew: bool = False) -> Forum | None:
        """The forum that `channel` is; None: it is none."""
        forum, until = self._seen.get(channel, (None, 0.0))
        if not anew and asyncio.get_running_loop().time() < until:
            return forum
        found = await self._ask(self._client().fetch_channel(channel))
        forum = _forum(found) if isinstance(found, discord.ForumChannel) else None
        self._seen[channel] = forum, asyncio.get_running_loop().time() + FRESH_SECONDS
        self._seen.move_to_end(channel)
        if len(self._seen) > REMEMBERED_CHANNELS:
            self._seen.popitem(last=False)
        return forum

    async def post(
        self,
        channel: int,
        announcement: Announcement,
        look: Look,
        rendering: Rendering,
        file: PictureFile | None,
        *,
        nonce: str,
    ) -> Receipt:
        """Begin a thread, and its receipt. Discord takes no nonce for it: it is never tried twice here (discord.md 4).

        Raises as `begin` does.
        """

        async def start(name: str, tags: list[str]) -> Receipt:
            call = self._start(channel, rendering.starter({"name": name, "applied_tags": tags}, file))
            return await self._calls.make(call, picture=rendering.has_picture, once=True, about=nonce)

        return await self.begin(channel, announcement, look, start)

    async def _start(self, channel: int, parameters: MultipartParameters) -> Receipt:
        """A thread; its file stays open until the call is over, also where nobody waits for that."""
        with parameters:
            begun = message_of(await self._client().http.start_thread_in_forum(channel, params=parameters))
        has_file = bool(parameters.files)
        return Receipt((str(int(begun["id"])),), media_id_of(begun.get("message", {})) if has_file else "")

    async def begin(
        self,
        channel: int,
        announcement: Announcement,
        look: Look,
        start: Callable[[str, list[str]], Awaitable[T]],
    ) -> T:
        """`start` a thread with that name, and the ids of its tags.

        Raises TryLater where the tags were others than were known.
        """
        forum = await self._forum(channel)
        try:
            tags = choose_tags(forum, announcement, look)
        except DestinationLost:  # so it was ten minutes ago at the latest: perhaps somebody has mended it
            forum = await self._forum(channel, anew=True)
            tags = choose_tags(forum, announcement, look)
        try:
            return await start(thread_name(announcement.title), [str(tag) for tag in tags])
        except DeliveryError as error:
            if code_of(error) not in _TAGS_CHANGED:
                raise
            if await self._forum(channel, anew=True) == forum:
                raise
            raise TryLater("the forum's tags have changed", 0.0) from error

    async def edit(self, thread: int, announcement: Announcement, edit: Callable[[], Awaitable[T]]) -> T:
        """Change the first message of a thread, which is opened again if need be, and its name where that differs.

        Returns what `edit` does.
        """
        found = await self._ask(self._client().fetch_channel(thread))
        wanted: dict[str, str | bool] = {}
        if isinstance(found, discord.Thread) and found.name != (name := thread_name(announcement.title)):
            wanted = {"name": name}
        if isinstance(found, discord.Thread) and found.archived:
            await self._change(thread, {"archived": False})
        edited = await edit()
        if wanted:  # last, for Discord is sparing with new names
            await self._change_if_allowed(thread, wanted)
        return edited

    async def delete(self, thread: int, remove: Callable[[], Awaitable[None]]) -> None:
        """Delete a thread with all that was said in it; without the right to that, `remove` its first message."""
        try:
            await self._do(self._client().http.delete_channel(thread), about=str(thread))
        except DestinationLost as error:
            if not isinstance(error.__cause__, discord.Forbidden):
                raise
            await self._change(thread, {"archived": False})  # in an archived one, nothing can be deleted
            await remove()
            await self._change_if_allowed(thread, {"archived": True})

    async def find(
        self,
        channel: int,
        announcement: Announcement,
        message: Message,
        ours: Collection[str],
        *,
        signed: bool,
        since: datetime,
        known: Collection[int],
    ) -> Receipt | None:
        """The receipt of the thread in which newsbell posted that `since` then, `signed` by a webhook or not.

        `ours` are the bot's and the application's ids. Those that are `known` are other announcements'. Raises NoProof
        where nobody can tell.
        """
        forum, name = await self._forum(channel), thread_name(announcement.title)
        earliest = since - history.CLOCKS_APART
        try:
            async for thread in self._threads(forum, earliest):
                found = int(thread["id"])
                if found in known or not (signed or str(thread["owner_id"]) in ours):
                    continue
                may_be_it = thread["name"] == name or discord.utils.snowflake_time(found) > earliest
                if may_be_it and (receipt := await self._receipt_of(found, message, ours)):
                    return receipt
        except DestinationLost as error:
            if isinstance(error.__cause__, discord.Forbidden):
                raise history.NoProof(_UNREADABLE) from error
            raise
        return None

    async def _forum(self, channel: int, *, anew: bool = False) -> Forum:
        if forum := await self.look(channel, anew=anew):
            return forum
        raise TryLater("the channel is no forum any more")

    async def _threads(self, forum: Forum, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """The forum's threads: those that are active, then those that were archived after `since`."""
        http = self._client().http
        for thread in (await self._ask(http.get_active_threads(forum.guild)))["threads"]:
            if int(thread["parent_id"]) == forum.id:
                yield thread
        archived = await self._ask(http.get_public_archived_threads(forum.id, limit=THREADS))
        for thread in archived["threads"]:
            yield thread
        if archived["has_more"]:
            last = archived["threads"][-1]["thread_metadata"]["archive_timestamp"]
            if datetime.fromisoformat(last) > since:
                raise history.NoProof(Reason(_TOO_MANY, count=THREADS))

    async def _receipt_of(self, thread: int, message: Message, ours: Collection[str]) -> Receipt | None:
        """Of a thread that begins with that message. One without its message was withdrawn, and may come back."""
        place = self._client().get_partial_messageable(thread)
        try:
            found = await self._ask(place.fetch_message(thread))
        except MessageGone:
            return None
        return history.receipt_of(found) if history.is_of(found, ours) and history.shows(found, message) else None

    async def _reopen(self, thread: int) -> bool:
        """Open an archived thread again; whether newsbell may."""
        try:
            await self._change(thread, {"archived": False})
        except DestinationLost:
            return False
        return True

    async def _change_if_allowed(self, thread: int, options: Mapping[str, str | bool]) -> None:
        """Those that a webhook began are the bot's to change only with Manage Threads."""
        try:
            await self._change(thread, options)
        except DestinationLost as error:
            if not isinstance(error.__cause__, discord.Forbidden):
                raise

    async def _change(self, thread: int, options: Mapping[str, str | bool]) -> None:
        await self._do(self._client().http.edit_channel(thread, reason=None, **options), about=str(thread))

    async def _ask(self, call: Coroutine[Any, Any, T]) -> T:
        """The answer to a question; asking again does no harm."""
        try:
            return await self._do(call)
        except OutcomeUnknown as error:
            raise TryLater(str(error)) from error

    async def _do(self, call: Coroutine[Any, Any, T], *, about: str = "") -> T:
        try:
            await self._pace.turn([BOT])
        except BaseException:
            call.close()
            raise
        return await self._calls.make(call, about=about)


def tagging(channel: GuildChannel) -> Forum | None:
    """What a forum wants of its posts and has for them, to be compared; None: the channel is no forum."""
    return _forum(channel) if isinstance(channel, discord.ForumChannel) else None


def _forum(channel: discord.ForumChannel) -> Forum:
    tags: dict[str, int] = {}
    for tag in channel.available_tags:
        if not tag.moderated:
            tags.setdefault(tag_key(tag.name), tag.id)
    return Forum(channel.id, channel.guild.id, tags, channel.flags.require_tag)


@contextmanager
def about_one_post() -> Iterator[None]:
    """What is refused in a post is about that post, not about its forum. Raises MessageGone or Rejected instead."""
    try:
        yield
    except DestinationLost as error:
        if code_of(error) == _UNKNOWN_CHANNEL:
            raise MessageGone("the post is not there any more: somebody deleted it") from error
        if code_of(error) in _LOCKED:
            raise Rejected(_CLOSED) from error
        raise
