"""`newsbell why`: the trace of a post."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import click

from bot.cli.clock import clock_of
from bot.cli.files import read_known, unpublished
from bot.cli.naming import HOW_TO_NAME, Name, find_post, known_chat, name_of
from bot.cli.no_post import why_no_post
from bot.cli.pointing import told_as_remembered
from bot.cli.setting import memory, start, wait_for
from bot.cli.story import story_lines, tally_lines
from bot.cli.wording import say
from bot.clock import Clock
from bot.delivering.handing_over import needs_a_word
from bot.delivering.silences import in_words
from bot.errors import PostError
from bot.groundwork import utc_now
from bot.models import DeliveryState, Destination, Post, Withdrawn
from bot.ports import Silence, Store
from bot.premises import site_of
from bot.records import Brake, Handover, KnownPost, PostState, Tally
from bot.settings import Settings

_NO_CHAT: Final = {
    PostState.KNOWN: "No chat has it.",
    PostState.WITHDRAWN: "No chat has it.",
    PostState.PUBLISHED: "No chat has it: nobody was subscribed to it when it was published.",
}
_LET_GO: Final = {
    Withdrawn.DELETE: "deletes them",
    Withdrawn.MARK: "marks them as withdrawn",
    Withdrawn.KEEP: "lets them stand for good (NEWSBELL_WITHDRAWN=keep)",
}
"""What a word does to the messages of a post that is public no more."""

_WAITING: Final = "No chat has it yet, for it waits."

_MOVES: Final = (DeliveryState.DUE, DeliveryState.UNKNOWN)
"""What goes on by itself."""

MANY: Final = 20
"""Chats, above which a post's story is a summary; and so many of those that need a person are told in full."""

PAGE: Final = 500
"""Deliveries that are read at once."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be told, and how."""

    settings: Settings
    clock: Clock
    chat: Destination | None  # only what happened there
    all: bool  # each chat, however many they are


@click.command()
@click.argument("post")
@click.argument("chat", required=False)
@click.option("--all", "each", is_flag=True, help=f"Every chat, also where they are more than {MANY}.")
def why(post: str, chat: str | None, each: bool) -> None:
    """Tell the story of POST (its path, or its code): who got it, when, what was tried, and why it did not arrive.

    With CHAT (telegram:-100123/7, discord:456) only what happened there. Many chats are counted, and only those that
    need a person told in full.
    """
    if chat and each:
        raise click.UsageError("name a CHAT, or say --all")
    wait_for(_tell(start(level="WARNING"), post, chat, each=each))


async def _tell(settings: Settings, text: str, chat: str | None, *, each: bool) -> None:
    async with memory(settings) as store:
        wish = _Wish(settings, clock_of(settings), await known_chat(store, chat) if chat else None, each)
        name = name_of(text, settings)
        post = await find_post(store, name)
        async for line in _story(store, post, wish) if post else _no_post(store, name, settings):
            say(line)


async def _no_post(store: Store, name: Name, settings: Settings) -> AsyncIterator[str]:
    """Why a name means no post. Raises click.ClickException if it means no file either."""
    for problem in await store.posts.problems():
        if problem.path == name.path:
            for line in told_as_remembered(problem, site_of(settings)):
                yield line
            yield "It was never sent, and is not until that is mended."
            return
    known = await store.posts.stamps_of([name.path])
    if not known and not _is_there(name.path, settings):
        raise click.ClickException(f"no post {name.text!r} is known; {HOW_TO_NAME}. newsbell check lists the posts")
    if reason := why_no_post(name.path, site_of(settings)):
        yield f"{name.path} {reason}."
    elif known:
        yield f"{name.path} is no post: it has no front matter."
    else:
        yield f"{name.path} was not looked at yet. newsbell run or newsbell once does it."


async def _about_post(store: Store, post: KnownPost, tallies: Sequence[Tally], wish: _Wish) -> AsyncIterator[str]:
    """What there is to say of the post itself."""
    settings, clock = wish.settings, wish.clock
    standing = _by_word(post) or _page(post, clock) or await _standing(post, settings, clock, asked=bool(tallies))
    for line in _about(post, standing, clock):
        yield line
    for problem in await store.posts.problems():
        if problem.path == post.path:
            for line in told_as_remembered(problem, site_of(settings)):
                yield line
    if gone := await _gone(store, post.path, settings, clock):
        yield gone
    for line in _asking(await store.subscriptions.handovers(), tallies):
        yield line
    for line in _silent(await store.stories.silences(utc_now()), tallies, clock):
        yield line


async def _story(store: Store, post: KnownPost, wish: _Wish) -> AsyncIterator[str]:
    tallies = await store.stories.tallies(post.subject)
    async for line in _about_post(store, post, tallies, wish):
        yield line
    chats = sum(tally.count for tally in tallies)
    if wish.chat is None and not wish.all and chats > MANY:
        for line in _summary(post, tallies, chats):
            yield line
        async for line in _in_need(store, post, wish):
            yield line
        return
    told = False
    async for line in _chat_by_chat(store, post, wish):
        told = True
        yield line
    if not told:
        yield f"{wish.chat} does not have it." if wish.chat else _no_chat(post)


def _no_chat(post: KnownPost) -> str:
    """Why no chat has the post."""
    return "No chat has it." if post.brake is Brake.TAKEN else _NO_CHAT.get(post.state, _WAITING)


def _summary(post: KnownPost, tallies: Sequence[Tally], chats: int) -> Iterator[str]:
    yield f"{chats} chats:"
    yield from tally_lines(tallies)
    yield f"  newsbell why {post.path} CHAT tells of one (telegram:-100123/7, discord:456), --all of each"


async def _in_need(store: Store, post: KnownPost, wish: _Wish) -> AsyncIterator[str]:
    """The chats that don't go on without a person, in full; of many the first."""
    stories = await store.stories.told(post.subject, in_need=True, limit=MANY + 1)
    if not stories:
        yield "No chat needs a person."
        return
    yield "These need a person:"
    for story in stories[:MANY]:
        for line in story_lines(story, post, wish.clock, wish.settings.keep_days, utc_now()):
            yield line
    if len(stories) > MANY:
        yield f"  and more; newsbell why {post.path} --all names each"


async def _chat_by_chat(store: Store, post: KnownPost, wish: _Wish) -> AsyncIterator[str]:
    """Every delivery, or those of the chat that was named; never more than a page of them at once."""
    after = 0
    while stories := await store.stories.told(post.subject, chat=wish.chat, after=after, limit=PAGE):
        for story in stories:
            for line in story_lines(story, post, wish.clock, wish.settings.keep_days, utc_now()):
                yield line
        after = stories[-1].delivery.id


async def _gone(store: Store, path: str, settings: Settings, clock: Clock) -> str:
    """Since when the file of a post is not there; empty: it is."""
    if since := await store.posts.missing_since(path):
        return f"  its file is gone from the folder since {clock.second(since)}"
    return "" if _is_there(path, settings) else "  its file is not in the folder now"


def _asking(asking: Sequence[Handover], tallies: Sequence[Tally]) -> Iterator[str]:
    """Why nothing moves where another bot waits for a person's word."""
    waiting = _platforms(tally for tally in tallies if tally.example.state is not DeliveryState.SETTLED)
    for each in asking:
        if each.platform in waiting:
            yield f"  {each.platform}: {needs_a_word(each.old, each.new)}"


def _silent(silences: Sequence[Silence], tallies: Sequence[Tally], clock: Clock) -> Iterator[str]:
    """Until when nothing moves where the bot as a whole is silent; of a single chat its own story tells."""
    waiting = _platforms(tally for tally in tallies if tally.example.state in _MOVES)
    for each in silences:
        if each.platform in waiting and not each.chats:
            yield f"  {each.platform}: {in_words(each, clock)}"


def _platforms(tallies: Iterable[Tally]) -> set[str]:
    return {tally.example.destination.platform for tally in tallies}


def _is_there(path: str, settings: Settings) -> bool:
    return (settings.posts / path).is_file()


def _by_word(post: KnownPost) -> str:
    """What a person said about the post; empty: nothing."""
    match post.brake:
        case Brake.TAKEN:
            return f"was taken back by your word (newsbell takeback); newsbell release {post.path} sends it anew"
        case Brake.HELD:
            return f"is held by your word (newsbell hold); newsbell release {post.path} goes on"
    return ""


def _page(post: KnownPost, clock: Clock) -> str:
    """Which page the post waits for; empty: for none."""
    if post.page_until is None:
        return ""
    until = clock.second(post.page_until)
    return f"waits for its page {post.page}, until {until} at the latest; newsbell release {post.path} sends it now"


async def _standing(post: KnownPost, settings: Settings, clock: Clock, *, asked: bool) -> str:
    """Where the post stands, and what it waits for."""
    match post.state:
        case PostState.KNOWN:
            went = "it went only where somebody asked for it" if asked else "it was not sent"
            return f"was there before newsbell's first scan, so {went}"
        case PostState.SCHEDULED if post.published_at:
            return f"waits for its date, {clock.minute(post.published_at)}"
        case PostState.HELD:
            because = f", for {post.reason}" if post.reason else ""
            return f"is held{because}; it waits for your word: newsbell release {post.path}"
        case PostState.UNPUBLISHED:
            return f"{await _reason(post, settings, clock)}, so it waits until the site shows it"
        case PostState.PUBLISHED:
            return _published(post, settings)
    return f"was published, and withdrawn, for {await _why_withdrawn(post, settings, clock)}"


def _published(post: KnownPost, settings: Settings) -> str:
    """What there is to say of a post that was sent."""
    if post.reason:
        word = f"newsbell release {post.path} {_LET_GO[settings.withdrawn]}, --leaving does so for all such posts"
        return f"was published; it is public no more, but {post.reason}, so its messages stay. {word}"
    if post.published_at and post.published_at > utc_now():
        return "was published; its date lies ahead, but nothing is sent again then, and its messages stay"
    return "was published"


async def _why_withdrawn(known: KnownPost, settings: Settings, clock: Clock) -> str:
    """Why a post is public no more, as far as its file says that now."""
    if not _is_there(known.path, settings):
        return "its file is gone"
    post = await _as_it_is(known, settings)
    if post is None:
        return "its file is another one than it was"
    now = unpublished(post, clock)
    return f"it {now}" if now else "its file was gone or not public; it is there again, and read by newsbell run"


async def _reason(known: KnownPost, settings: Settings, clock: Clock) -> str:
    """Why a post is not public, as its file says now."""
    post = await _as_it_is(known, settings)
    return (unpublished(post, clock) if post else "") or "was not public when newsbell last read it"


async def _as_it_is(known: KnownPost, settings: Settings) -> Post | None:
    """The post of a file as it stands now; None: there is none, or it can't be read."""
    try:
        return await read_known(known, settings)
    except PostError:
        return None


def _about(post: KnownPost, standing: str, clock: Clock) -> list[str]:
    date = f", dated {clock.minute(post.published_at)}" if post.published_at else ""
    said = f"revision {post.revision}" if post.revision else "never announced"
    categories = ", ".join(post.categories) or "none"
    return [
        f"{post.path}: {post.title}",
        f"  {standing} ({said}{date})",
        f"  categories: {categories}; language: {post.language}; seen first {clock.second(post.first_seen_at)}",
    ]
