"""What one process has in hand: the settings, the store, the publisher, the desk, and the platforms that take part.

Adapters are imported only where one is built: commands that need no platform don't pay for its library.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.delivering.clockwork import Clockwork
from bot.delivering.handing_over import needs_a_word
from bot.delivering.notices import Notifier
from bot.delivering.pacer import Pacer
from bot.delivering.platform import Platform
from bot.delivering.remembering import RememberedPace
from bot.delivering.silences import log_silences
from bot.delivering.trails import RememberedTrails
from bot.delivering.unproven import NOBODY_CAN_TELL
from bot.delivering.uploads import RememberedUploads
from bot.delivering.words import Heard
from bot.errors import FolderError
from bot.groundwork import named, open_memory, utc_now
from bot.models import Destination
from bot.patience import Patience
from bot.ports import Adapter, Crossposts, Discussions, Lobby, Notices, Pace, Pages, Pictures, Store, Trails, Uploads
from bot.premises import count_files, folder_error, site_of
from bot.publishing.asking import still_waiting
from bot.publishing.pages import PageWatch, UnseenPages
from bot.publishing.publisher import Publisher
from bot.publishing.stand import Stand
from bot.reading.site import Site
from bot.records import FileStamp, Problem
from bot.settings import Settings, surroundings
from bot.subscribing.alarm import Alarm
from bot.subscribing.desk import SubscriptionDesk
from bot.subscribing.introducing import Introducing
from bot.subscribing.lobby import Visitors
from bot.subscribing.operators import Operators
from bot.texts import Reason, sentence
from bot.watching.walk import Walk, identity
from bot.watching.watcher import Watcher
from state import lock_token

log = logging.getLogger(__name__)

FOLDER_IS_LOST: Final = "the folder is lost"
"""The cause of the watcher's notices, and of those of a folder that is not there at the start."""

_REPLACED: Final = sentence("NEWSBELL_POSTS: {root} was replaced while it was read; leave it in place")
_ANOTHER_FOLDER: Final = sentence(
    "Posts are read from another folder now: {root} instead of {before}. All that lies in it counts as known: nothing "
    "is sent, edited or taken back for what changed on the way. To send a post of it: newsbell send POST --to CHAT"
)

CLOSING_SECONDS: Final = 2.0


def _whole(walking: Walk, site: Site) -> Iterator[tuple[str, FileStamp]]:
    """The files of a walk that may take minutes. Raises FolderError if the folder is not there to its end."""
    try:
        before = identity(site.root)
        yield from walking.files()
        after = identity(site.root)
    except OSError as error:
        raise folder_error(site, error) from error
    if before != after:
        raise FolderError(Reason(_REPLACED, root=str(site.root.absolute())))


def publisher_of(
    settings: Settings, store: Store, *, logs_problems: bool = True, notices: Notices | None = None
) -> Publisher:
    """The publisher for the watched folder."""
    return Publisher(
        store.posts,
        site_of(settings),
        now=utc_now,
        flood=settings.flood,
        max_age=timedelta(days=settings.max_age) or None,
        edit_age=timedelta(days=settings.edit_days) or None,
        withdrawn=settings.withdrawn,
        grace=timedelta(seconds=settings.grace),
        page_wait=timedelta(minutes=settings.wait_for_url) or None,
        logs_problems=logs_problems,
        notices=notices,
    )


def build_adapters(
    settings: Settings,
    pace_of: Callable[[str], Pace],
    *,
    trails_of: Callable[[str], Trails | None] = lambda _platform: None,
    uploads_of: Callable[[str], Uploads | None] = lambda _platform: None,
    crossposts: Crossposts | None = None,
    discussions: Discussions | None = None,
    pictures: Pictures | None = None,
    notices: Notices | None = None,
    lobby: Lobby | None = None,
    operators: Collection[Destination] = (),
    introducing_on: Callable[[str], Introducing | None] = lambda _platform: None,
) -> list[Adapter]:
    """The adapters of the platforms that have a token; nothing is opened yet."""
    adapters: list[Adapter] = []
    if settings.telegram_bot_token:
        from adapters.telegram.adapter import TelegramAdapter

        token = settings.telegram_bot_token.get_secret_value()
        adapters.append(
            TelegramAdapter(
                token,
                api_url=settings.telegram_api_url,
                pace=pace_of("telegram"),
                trails=trails_of("telegram"),
                pictures=pictures,
                uploads=uploads_of("telegram"),
                paid=settings.telegram_paid_broadcast,
                notices=notices,
                lobby=lobby,
                operators=operators,
                introducing=introducing_on("telegram"),
                webhook_url=settings.telegram_webhook_url,
            )
        )
    if settings.discord_bot_token:
        from adapters.discord.adapter import DiscordAdapter

        token = settings.discord_bot_token.get_secret_value()
        adapters.append(
            DiscordAdapter(
                token,
                api_url=settings.discord_api_url,
                gateway_url=settings.discord_gateway_url,
                pace=pace_of("discord"),
                crossposts=crossposts,
                discussions=discussions,
                notices=notices,
                trails=trails_of("discord"),
                pictures=pictures,
                zone=ZoneInfo(site_of(settings).timezone),
            )
        )
    return adapters


class Newsroom:
    """Everything that runs in one process that sends, once the sending lock is held."""

    def __init__(self, settings: Settings, store: Store, epoch: int, *, logs_problems: bool = True) -> None:
        self.settings = settings
        self.store = store
        self.epoch = epoch
        self.operators = Operators(settings.admins, store.operators, utc_now)
        self.notices = Notifier(
            store.notices,
            self.operators,
            self._voices,
            now=utc_now,
            language=settings.language,
            standing={
                **still_waiting(store.posts, store.deliveries),
                FOLDER_IS_LOST: self._folders_lost,
                NOBODY_CAN_TELL: store.deliveries.unproven,
            },
        )
        self.site = site_of(settings)
        self.publisher = publisher_of(settings, store, logs_problems=logs_problems, notices=self.notices)
        self.stand = Stand(store.posts, self.site, now=utc_now)
        self.lobby = Visitors(
            store.guestbook,
            store.subscriptions,
            self.operators,
            self.notices,
            now=utc_now,
            language=settings.language,
        )
        self.desk = SubscriptionDesk(
            store.posts,
            store.subscriptions,
            now=utc_now,
            stories=store.stories,
            stand=self.stand,
            operators=self.operators,
            zone=self.site.zone,
            notices=self.notices,
            lobby=self.lobby,
            fault=self._fault,
        )
        self.alarm = Alarm(store.subscriptions, utc_now)
        self.pages = _pages(settings)
        self._pictures: Pictures | None = None
        self.platforms: list[Platform] = []
        self.page_watch = PageWatch(
            store.posts,
            self.pages,
            self.notices,
            self.publisher.releases.release,
            now=utc_now,
            patience=timedelta(minutes=settings.wait_for_url),
        )
        self.clocks = (
            Clockwork("scheduled posts", self.publisher.releases.publish_scheduled),
            Clockwork("posts that wait for their page", self.page_watch.look),
            Clockwork("pauses", self.alarm.ring),
            Clockwork("words of commands", Heard(store.words).look),
            Clockwork("operators", self.operators.look),
        )
        self.watcher: Watcher | None = None

    def add(self, adapter: Adapter, pacer: Pacer | None = None) -> None:
        """Let `adapter` take part."""
        pacer = pacer or Pacer(asyncio.get_running_loop().time)
        self.platforms.append(
            Platform(
                adapter,
                self.store,
                pacer,
                epoch=self.epoch,
                now=utc_now,
                notices=self.notices,
                on_unknown=self.settings.on_unknown,
            )
        )

    def _voices(self) -> list[Adapter]:
        return [platform.adapter for platform in self.platforms if platform.ready]

    async def _folders_lost(self) -> int:
        """Whether the folder of posts is lost at this moment, as a count: there is but one."""
        return int(self.watcher is None or bool(self.watcher.health.root_fault))

    def add_tokens(self) -> None:
        """Let every platform with a token take part."""
        pacers: dict[str, Pacer] = {}

        def pace_of(platform: str) -> Pace:
            pacer = pacers.setdefault(platform, Pacer(asyncio.get_running_loop().time))
            return RememberedPace(pacer, self.store.deliveries, platform, utc_now)

        def trails_of(platform: str) -> Trails:
            return RememberedTrails(self.store.deliveries, platform, utc_now)

        def uploads_of(platform: str) -> Uploads:
            return RememberedUploads(self.store.deliveries, platform, utc_now)

        def introducing_on(platform: str) -> Introducing:
            return Introducing(self.store.profiles, platform, utc_now)

        if self.settings.telegram_bot_token or self.settings.discord_bot_token:
            self._pictures = _pictures(self.settings)
        for adapter in build_adapters(
            self.settings,
            pace_of,
            trails_of=trails_of,
            uploads_of=uploads_of,
            crossposts=self.store.crossposts,
            discussions=self.store.discussions,
            pictures=self._pictures,
            notices=self.notices,
            introducing_on=introducing_on,
            lobby=self.lobby,
            operators=self.operators,
        ):
            self.add(adapter, pacers[adapter.platform])

    async def baseline(self) -> tuple[Problem, ...]:
        """Make the folder's posts known, if that has not been done; what a walk through it found to be mended.

        Raises FolderError.
        """
        if await self.store.posts.baseline_done():
            return ()
        site = site_of(self.settings)
        total = await asyncio.to_thread(count_files, site)
        await self._tell_of_another_folder(site)
        walking = Walk(site.root, site.is_post)
        await self.publisher.baseline(_whole(walking, site), total)
        return tuple(walking.problems)

    async def _tell_of_another_folder(self, site: Site) -> None:
        """Its first scan may be meant, or come from a path that nobody meant: it is not silent."""
        if others := await self.store.other_folders():
            root = str(await asyncio.to_thread(named, site.root))
            log.warning(_ANOTHER_FOLDER.format(root=root, before=others[0]))
            await self.notices.tell_operators("another folder", _ANOTHER_FOLDER, root=root, before=others[0])

    def health(self) -> dict[str, Any]:
        """Whether all is well, and what is not: for machines."""
        platforms = {platform.adapter.platform: platform.ready for platform in self.platforms}
        watching = self.watcher.health if self.watcher else None
        fault = watching.root_fault if watching else "the first scan is not complete"
        return {
            "ok": all(platforms.values()) and not fault,
            "platforms": platforms,
            "deaf": {
                platform.adapter.platform: platform.adapter.deaf for platform in self.platforms if platform.adapter.deaf
            },
            "asks": {
                platform.adapter.platform: needs_a_word(platform.asks, platform.adapter.bot)
                for platform in self.platforms
                if platform.asks
            },
            "folder": {
                "fault": fault,
                "events": bool(watching and watching.events_working),
                "last_scan_at": watching.last_scan_at.isoformat() if watching and watching.last_scan_at else None,
                "files": watching.files if watching else 0,
            },
        }

    def _fault(self) -> str:
        """Why newsbell is not well, in a sentence; empty: it is."""
        away = [platform.adapter.platform for platform in self.platforms if not platform.ready]
        fault = self.watcher.health.root_fault if self.watcher else ""
        return fault or (f"not logged in: {', '.join(away)}" if away else "")

    async def close(self) -> None:
        """Close the adapters; one that hangs is left behind."""
        await self.pages.close()
        if closing := [asyncio.create_task(platform.adapter.close()) for platform in self.platforms]:
            _, late = await asyncio.wait(closing, timeout=CLOSING_SECONDS)
            for task in late:
                task.cancel()
        if self._pictures is not None:
            await self._pictures.close()


def _pictures(settings: Settings) -> Pictures:
    """Who fetches pictures for the platforms that they are uploaded to."""
    from adapters.pictures.pictures import FetchedPictures

    return FetchedPictures(settings.fetch_allow)


def _pages(settings: Settings) -> Pages:
    """Who looks at public pages: nobody, where posts don't wait for them."""
    if not settings.wait_for_url:
        return UnseenPages()
    from adapters.pages.http import HttpPages

    return HttpPages(settings.fetch_allow)


@asynccontextmanager
async def newsroom(
    settings: Settings,
    *,
    stop: asyncio.Event,
    awaits_room: bool = False,
    awaits_others: bool = False,
    logs_problems: bool = True,
) -> AsyncIterator[Newsroom]:
    """Open the store, take the locks, and settle what a dead process left. Raises StoreError.

    When `stop` is set, a database that another program holds is not waited for any longer, nor are room on a full disk
    and the end of another newsbell, where they are awaited at all. Without `logs_problems` it is for the caller to tell
    which files can't be read.
    """
    patience = Patience(stop, awaits_room=awaits_room, awaits_others=awaits_others)
    async with AsyncExitStack() as ending:
        store = await patience.until_done(lambda: open_memory(settings))
        ending.push_async_callback(store.close)
        epoch = await patience.until_done(lambda: store.begin_epoch(utc_now()))
        session = surroundings().get("XDG_RUNTIME_DIR", "")
        for platform, token in _tokens(settings).items():
            take = partial(asyncio.to_thread, lock_token, settings.database, platform, token, session)
            ending.callback(await patience.until_done(take))
        if left := await patience.until_done(lambda: store.deliveries.orphans(epoch, utc_now())):
            log.warning("%d messages were being sent when newsbell last ended; finding out what became of them", left)
        await patience.until_done(lambda: store.deliveries.digest_above(settings.digest))
        room = Newsroom(settings, store, epoch, logs_problems=logs_problems)
        await patience.until_done(room.operators.look)
        await log_silences(store.stories, utc_now(), Clock(site_of(settings).zone))
        ending.push_async_callback(room.close)
        yield room


def _tokens(settings: Settings) -> dict[str, str]:
    """The tokens that there are, by platform."""
    tokens = {"telegram": settings.telegram_bot_token, "discord": settings.discord_bot_token}
    return {platform: token.get_secret_value() for platform, token in tokens.items() if token}
