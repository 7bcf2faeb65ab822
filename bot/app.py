"""The service: watches and sends until it is told to stop, and stops in order; or does so once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Final

from bot.complaints import Complaint
from bot.delivering.forgetting import keep_forgetting
from bot.delivering.handing_over import needs_a_word
from bot.errors import FolderError, InstanceRunning, StoreBusy, StoreError, StoreFull
from bot.garbage import spare_what_stays
from bot.groundwork import utc_now
from bot.models import DeliveryState, Destination, Place, Selector, SelectorKind, Subscription
from bot.newsroom import FOLDER_IS_LOST, Newsroom, newsroom
from bot.premises import Belonging, count_files, site_of
from bot.records import Problem
from bot.settings import Settings
from bot.stopping import when_asked
from bot.watching.rush import gathered
from bot.watching.survey import survey
from bot.watching.watcher import FOLDER_LOST, Watcher

log = logging.getLogger(__name__)

LANDING_SECONDS: Final = 6.0
"""How long a stop waits for calls in the air; what then has no answer is unknown, and settled at the next start.

Docker kills after 10 s.
"""

WRITING_SECONDS: Final = 9.0
"""How long it waits when only what came of them has to be written down, in a database that somebody else holds."""

GIVING_UP_SECONDS: Final = 1.0

RETRY_SECONDS: Final = 5

LATE: Final = timedelta(minutes=10)
"""What has waited for so long is late news: above NEWSBELL_DIGEST it goes out as one message. A restart is quicker."""

MOST_FAILURES: Final = 50
"""Of messages given up that `once` names: more would hide what else is wrong."""

STOPPED: Final = "newsbell was stopped before it was done; what is left goes out with the next run"

INTRODUCED_POSTS: Final = 10
"""Posts that a newcomer's preview begins with (DESIGN 5)."""


async def run(settings: Settings) -> None:
    """The service: watch and send until SIGTERM or SIGINT. It begins anew where the site is another than it knows."""
    stop, begun = when_asked(), False
    try:
        while not stop.is_set():
            async with newsroom(settings, stop=stop, awaits_room=True, awaits_others=begun) as room:
                begun = True
                room.add_tokens()
                async with _console(room) as show_problems:
                    await _serve(room, show_problems, stop)
    except (StoreBusy, StoreFull, InstanceRunning):
        if not stop.is_set():
            raise
        log.info("stopped before the database could be used")


async def _serve(room: Newsroom, show_problems: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    await _begin(room)
    spare_what_stays()
    listening = [asyncio.create_task(platform.run(room.desk)) for platform in room.platforms]
    watching = [
        asyncio.create_task(_watch(room, show_problems)),
        asyncio.create_task(room.notices.run()),
        asyncio.create_task(keep_forgetting(room.store.prune, room.settings.keep_days, utc_now)),
        *(asyncio.create_task(clock.run()) for clock in room.clocks),
    ]
    for clock in room.clocks:
        room.store.on_change(clock.look)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *watching], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in watching:
        task.cancel()
    await _land(room, [*watching, *listening])
    for task in watching:  # one that ended by itself has failed
        if task.done() and not task.cancelled():
            task.result()


async def once(settings: Settings) -> list[Problem | str]:
    """Read the folder, send what is new, and end. Returns what has to be mended: problems of files, else sentences.

    SIGTERM or SIGINT end it early, and in order. Raises NewsbellError if the folder can't be looked at; then no
    database is made for it either.
    """
    stop = when_asked()
    await asyncio.to_thread(count_files, site_of(settings))
    async with newsroom(settings, logs_problems=False, stop=stop) as room:
        room.add_tokens()
        await _begin(room)
        problems = await _take_in_all(room)
        await _caught_up(room)
        await _warn_without_posts(room)
        delivering = [asyncio.create_task(platform.run(None)) for platform in room.platforms]
        stopping = asyncio.create_task(_stop_platforms(room, stop))
        for platform in room.platforms:
            await platform.until_idle()
        await room.notices.tell(patient=False)
        stopping.cancel()
        await _land(room, delivering)
        faults = [fault async for fault in _faults(room, problems)]
        return [*faults, STOPPED] if stop.is_set() else faults


async def _stop_platforms(room: Newsroom, stop: asyncio.Event) -> None:
    await stop.wait()
    for platform in room.platforms:
        platform.stop()


async def _begin(room: Newsroom) -> None:
    """Before anything is sent: late news is gathered, and what is found to be published from now on is piled up."""
    try:
        await room.alarm.ring()
        await room.store.deliveries.gather(utc_now(), before=utc_now() - LATE)
        room.publisher.pile.begin()
    except StoreError as error:
        log.error("%s; what waited goes out post by post", error)


async def _caught_up(room: Newsroom) -> None:
    """What came while newsbell was down is taken in and goes out; what is published from now on does so at once."""
    room.publisher.pile.end()
    if gathered := await room.store.deliveries.gather(utc_now()):
        log.info("many posts waited; chats that get them as one digest: %d", gathered)


async def _watch(room: Newsroom, show_problems: Callable[[], Awaitable[None]]) -> None:
    """Take in what changes, whatever happens to the folder or the database, as long as it is the site that we know."""
    said, belonging = "", Belonging(room.settings, room.site)
    while True:
        try:
            if await _watch_while_well(room, show_problems, belonging):
                break
        except FolderError as error:  # a folder tells nobody when it comes
            belonging.is_lost()
            if str(error) != said:
                log.error("%s; newsbell looks again every %d seconds", error, RETRY_SECONDS)
                await room.notices.tell_operators(FOLDER_IS_LOST, FOLDER_LOST, reason=str(error))
            said = str(error)
        except Exception:
            log.exception("watching %s failed; beginning again", room.settings.posts)
        await asyncio.sleep(RETRY_SECONDS)
        if await belonging.has_changed():
            break
    log.warning("%s is there, and its site is another one than was known: newsbell begins anew", room.settings.posts)


async def _watch_while_well(room: Newsroom, show_problems: Callable[[], Awaitable[None]], belonging: Belonging) -> bool:
    """The first time, everything becomes known before anything is news. Returns whether it is another site by now."""
    await room.baseline()
    await _introduce(room)
    known = sum((await room.store.posts.counts()).values())
    log.info("watching %s: %s known", room.settings.posts, "1 post is" if known == 1 else f"{known} posts are")
    await _warn_without_posts(room)
    await show_problems()
    settings = room.settings
    watcher = room.watcher = Watcher(
        settings.posts,
        settle=settings.settle,
        grace=settings.grace,
        few=settings.flood,
        accepts=site_of(settings).is_post,
        known=room.store.posts,
        notices=room.notices,
    )
    await room.publisher.resume()
    caught_up, complaint = False, Complaint(log)
    async with aclosing(watcher.changes()) as changing:
        async for changes in gathered(changing, more_than=settings.flood, now=asyncio.get_running_loop().time):
            if changes.root_fault:
                belonging.is_lost()
            elif await belonging.has_changed():
                return True
            try:
                unfinished = await room.publisher.take_in(changes.paths)
                await room.publisher.forget(changes.missing)
                complaint.over("files can be taken in again")
            except StoreError as error:
                complaint.say("%s; the files are looked at again until that works", error)
                unfinished = (*(path for path, _ in changes.paths), *changes.missing)
            for path in unfinished:
                watcher.retry(path)
            if not caught_up:
                await room.publisher.releases.publish_scheduled()
                await _caught_up(room)
                caught_up = True
            await show_problems()
    return False


async def _warn_without_posts(room: Newsroom) -> None:
    """Most likely the folder is another one than was meant, or its generator takes none of its files."""
    if not sum((await room.store.posts.counts()).values()):
        log.warning("no post was found in %s; newsbell check says what lies there, and why", room.settings.posts)


async def _introduce(room: Newsroom) -> None:
    """Let the console's two chats, the first time, subscribe to everything and begin with the latest posts."""
    store = room.store
    for platform in room.platforms:
        if platform.adapter.platform != "console":
            continue
        for chat in ("telegram", "discord"):
            place = Place(Destination("console", chat, bot=platform.adapter.bot), "preview", f"{chat.title()} preview")
            if await _is_introduced(room, place.destination):
                continue
            await store.subscriptions.remember(place, utc_now())
            for post in reversed(await store.posts.latest(INTRODUCED_POSTS, utc_now())):
                await room.stand.send_to(post, [place.destination])
            everything = Subscription(place.destination, Selector(SelectorKind.ALL))
            await store.subscriptions.add(everything, place, "newsbell", utc_now())


async def _is_introduced(room: Newsroom, chat: Destination) -> bool:
    """Whether a preview chat began already; one that was interrupted in its beginning has nothing at all."""
    store = room.store
    return bool(await store.subscriptions.of(chat) or await store.deliveries.shown_in(chat, limit=1))


async def _take_in_all(room: Newsroom) -> tuple[Problem | str, ...]:
    """One scan: the baseline if there is none, else everything that differs from what is known.

    Returns what the walk through the folder found to be mended, and why it can't be believed. Raises FolderError.
    """
    if not await room.store.posts.baseline_done():
        return await room.baseline()
    site = site_of(room.settings)
    seen = await survey(site.root, site.is_post, room.store.posts, few=room.settings.flood)
    if seen.folder is None:
        raise FolderError(seen.fault)
    if not (seen.fault or seen.replaced) and seen.folder != await room.store.posts.folder():
        await room.store.posts.believe(seen.folder)
    if unfinished := await room.publisher.take_in(sorted(seen.changed.items())):
        # Nobody waits for the writer here: what is half-written now is reported, and read again the next time.
        await room.publisher.take_in([(path, seen.changed[path]) for path in unfinished])
    await room.publisher.forget(sorted(seen.missing))
    await room.publisher.resume()
    await room.publisher.releases.publish_scheduled()
    await room.page_watch.look_at_each()
    return (*seen.problems, seen.fault) if seen.fault else seen.problems


async def _faults(room: Newsroom, problems: tuple[Problem | str, ...]) -> AsyncIterator[Problem | str]:
    """What has to be mended: posts that can't be read, platforms that can't be reached, messages given up."""
    for problem in (*problems, *await room.store.posts.problems()):
        yield problem
    for platform in room.platforms:
        name = platform.adapter.platform
        if platform.asks:
            yield f"{name}: {needs_a_word(platform.asks, platform.adapter.bot)}"
        elif not platform.ready:
            yield f"{name}: can't be reached, so its messages wait; newsbell doctor says what is wrong"
    failed = await room.store.deliveries.listing([DeliveryState.FAILED], limit=MOST_FAILURES)
    posts = await room.store.posts.about({delivery.subject for delivery in failed})
    for delivery in failed:
        name = posts[delivery.subject].path if delivery.subject in posts else f"delivery {delivery.id}"
        yield f"{name} did not reach {delivery.destination} ({delivery.reason}); newsbell deliveries retry tries again"


async def _land(room: Newsroom, ending: Sequence[asyncio.Task[None]]) -> None:
    """Claim nothing more, and wait for the calls in the air and for what else ends, but not for ever."""
    for platform in room.platforms:
        platform.stop()
    if not ending:
        return
    _, late = await asyncio.wait(ending, timeout=LANDING_SECONDS)
    if late and any(platform.writing for platform in room.platforms):
        _, late = await asyncio.wait(late, timeout=WRITING_SECONDS - LANDING_SECONDS)
    for task in late:
        log.warning("a call had no answer in time; its outcome is found out at the next start")
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=GIVING_UP_SECONDS)


@asynccontextmanager
async def _console(room: Newsroom) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Serve the console's page, if it is on; yields what to call when the posts' problems may have changed."""
    if room.settings.console is None:
        yield _nothing
        return
    from bot.web import serve_console

    async with serve_console(room, room.settings.console) as show_problems:
        yield show_problems


async def _nothing() -> None:
    """Nobody looks."""
