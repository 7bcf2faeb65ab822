"""The Pictures port: read or downloaded within bounds, told by content, made to fit, and at hand for a while."""

from __future__ import annotations

import asyncio
import logging
import stat
from collections import OrderedDict
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from adapters.fetching.fetcher import Fetcher, NotPublic, Unfetchable, answers
from adapters.pictures.turns import AT_ONCE, Turns
from adapters.pictures.workshop import GET_PILLOW, Workshop
from bot.errors import PictureRefused, Reach
from bot.models import Kind, Picture, PictureFile, PictureLimits
from bot.picturing.fitting import fits, goes_as_it_is
from bot.picturing.headers import header_of
from bot.picturing.kinds import kind_of
from bot.texts import Reason, sentence

T = TypeVar("T")

log = logging.getLogger(__name__)

_UNLOADABLE: Final = sentence("the picture can't be loaded: {reason}")

_NOT_THERE: Final = frozenset({404, 410})

SOURCE_BYTES: Final = 32 * 1024 * 1024
"""Of a picture before it is shrunk: a camera's largest JPEG. Where nothing can be shrunk, what the platform takes."""

READ_SECONDS: Final = 30.0
"""For a file: a disk that hangs keeps no others waiting."""

WHOLE_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 5.0

WAIT_SECONDS: Final = 20.0
"""For other downloads: then the platform is to load it by itself. For others that are shrunk it waits as it must."""

JUST_NOW_SECONDS: Final = 0.1
"""So long a file that is wanted again is not looked at: between what makes it ready and its call lies a commit."""

KEPT_BYTES: Final = 32 * 1024 * 1024
KEPT_SECONDS: Final = 600.0
"""A download is believed for so long; where it is needed still, for the platform's id of it is not known yet."""


class _Stamp(NamedTuple):
    """Of a file, when it was looked at: changed bytes are another picture."""

    inode: int
    size: int  # bytes
    changed: int  # in ns


class _Key(NamedTuple):
    source: str
    stamp: _Stamp | None  # None: it has an address
    limits: PictureLimits


class FetchedPictures:
    """bot.ports.Pictures. `allow` are hosts with their ports that may be private."""

    def __init__(
        self,
        allow: Collection[tuple[str, int]] = (),
        *,
        whole: float = WHOLE_SECONDS,
        idle: float = IDLE_SECONDS,
        wait: float = WAIT_SECONDS,
        just_now: float = JUST_NOW_SECONDS,
        workshop: Workshop | None = None,
    ) -> None:
        """A download begins within `wait` seconds, is over within `whole`, and its longest pause is `idle`.

        A file that was looked at `just_now` is taken for unchanged where it is wanted again.
        """
        self._fetcher = Fetcher(allow, whole=whole, idle=idle, accept="image/*,*/*;q=0.5", at_once=AT_ONCE)
        self._turns = Turns(wait)
        self._workshop = workshop or Workshop()
        self._kept: OrderedDict[_Key, tuple[float, PictureFile]] = OrderedDict()
        self._just_now = just_now
        self._looked: OrderedDict[tuple[str, PictureLimits], tuple[float, _Stamp]] = OrderedDict()  # until when
        self._making: dict[_Key, asyncio.Task[PictureFile]] = {}
        self._loading: dict[tuple[str, int], asyncio.Task[bytes]] = {}
        self._has_said = False

    async def fetch(self, picture: Picture, limits: PictureLimits, *, again: bool = False) -> PictureFile:
        """See bot.ports.Pictures."""
        stamp, whole = await self._look(picture.file, limits, again=again) if picture.file else (None, None)
        key = _Key(picture.source, stamp, limits)
        if kept := self._at_hand(key, _clock()):
            return kept
        if whole is not None:
            self._keep(key, whole)
            return whole
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(key), name=f"fetch {key.source}")
            making.add_done_callback(lambda task: self._made(key, task))
        return await asyncio.shield(making)

    async def close(self) -> None:
        """See bot.ports.Pictures."""
        if unfinished := [*self._making.values(), *self._loading.values()]:
            for task in unfinished:
                task.cancel()
            await asyncio.wait(unfinished)
        self._kept.clear()
        await self._fetcher.close()

    # --- at hand ------------------------------------------------------------------------------------------------------

    async def _look(self, file: str, limits: PictureLimits, *, again: bool) -> tuple[_Stamp, PictureFile | None]:
        """Which picture the file is by now; and that, if it is new and goes as it is: for that it waits for nobody."""
        path, most, now = Path(file), self._most(limits), _clock()
        while self._looked and next(iter(self._looked.values()))[0] <= now:
            self._looked.popitem(last=False)
        if again and (looked := self._looked.get((file, limits))):
            return looked[1], None

        def look() -> tuple[_Stamp, PictureFile | None]:
            stamp = _stamp(path)
            key = _Key(file, stamp, limits)
            if key in self._making or self._at_hand(key, now) or stamp.size > min(limits.upload, most):
                return stamp, None
            return stamp, self._as_it_is(_bytes_of(path, most), limits)

        try:
            stamp, whole = await _in_time(look)
        except PictureRefused as error:
            raise _refused(file, str(error), error.reach) from error
        self._looked[file, limits] = _clock() + self._just_now, stamp
        self._looked.move_to_end((file, limits))
        return stamp, whole

    def _at_hand(self, key: _Key, now: float) -> PictureFile | None:
        until, made = self._kept.get(key, (0.0, None))
        return made if now < until else None

    def _made(self, key: _Key, task: asyncio.Task[PictureFile]) -> None:
        del self._making[key]
        if not task.cancelled() and task.exception() is None:
            self._keep(key, task.result())

    def _keep(self, key: _Key, picture: PictureFile) -> None:
        self._kept[key] = _clock() + KEPT_SECONDS, picture
        self._kept.move_to_end(key)
        while sum(len(made.content) for _, made in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)

    # --- made ---------------------------------------------------------------------------------------------------------

    async def _make(self, key: _Key) -> PictureFile:
        most = self._most(key.limits)
        try:
            if key.stamp is not None:
                return await self._of_file(Path(key.source), most, key.limits)
            return await self._of_address(key.source, most, key.limits)
        except PictureRefused as error:
            raise _refused(key.source, str(error), error.reach) from error

    def _most(self, limits: PictureLimits) -> int:
        """Bytes that are of any use."""
        return SOURCE_BYTES if self._workshop.is_equipped else limits.upload

    async def _of_file(self, path: Path, most: int, limits: PictureLimits) -> PictureFile:
        """What does not go as it is is read when its turn has come: many wait, one is in memory."""
        async with self._workshop.turn:
            content = await _in_time(partial(_bytes_of, path, most))
            if len(content) > most:
                raise PictureRefused(_too_large(most), reach=Reach.PICTURE)
            return await self._fitted(content, limits)

    async def _of_address(self, url: str, most: int, limits: PictureLimits) -> PictureFile:
        content = await self._content(url, most, limits)
        if made := self._as_it_is(content, limits):
            return made
        with self._turns.waits(len(content)):
            async with self._workshop.turn:
                return await self._fitted(content, limits)

    async def _fitted(self, content: bytes, limits: PictureLimits) -> PictureFile:
        return self._as_it_is(content, limits) or await self._workshop.refit(content, _kind(content), limits)

    def _as_it_is(self, content: bytes, limits: PictureLimits) -> PictureFile | None:
        """The picture, if nothing has to be done to it, or nothing can be; else None. Raises PictureRefused."""
        kind, header = _kind(content), header_of(content)
        if header and goes_as_it_is(header, len(content), limits):
            return PictureFile(content, kind)
        if self._workshop.is_equipped:
            return None
        self._say_what_is_missing()
        if header and fits(header, len(content), limits):
            return PictureFile(content, kind)  # the platform may take it all the same
        hopeless = kind is Kind.SVG or header is not None
        raise PictureRefused(
            "the picture does not fit the platform as it is; save it smaller, as JPEG or PNG",
            reach=Reach.PICTURE if hopeless else Reach.WAY,
        )

    def _say_what_is_missing(self) -> None:
        if not self._has_said:
            log.warning("pictures that don't fit as they are can't be shrunk or converted: %s", GET_PILLOW)
        self._has_said = True

    async def _content(self, url: str, most: int, limits: PictureLimits) -> bytes:
        """Downloaded once for all platforms that want it at the same time, each within limits of its own."""
        key = url, most
        if key not in self._loading:
            self._loading[key] = asyncio.create_task(self._download(url, most, limits), name=f"load {url}")
            self._loading[key].add_done_callback(lambda _: self._loading.pop(key))
        return await asyncio.shield(self._loading[key])

    async def _download(self, url: str, most: int, limits: PictureLimits) -> bytes:
        try:
            async with self._turns.one():
                return await self._load(url, most, limits)
        except Unfetchable as error:
            reach = Reach.PICTURE if isinstance(error, NotPublic) else Reach.WAY  # it is nobody else's business either
            raise PictureRefused(Reason(_UNLOADABLE, reason=str(error)), reach=reach) from error

    async def _load(self, url: str, most: int, limits: PictureLimits) -> bytes:
        async with self._fetcher.get(url) as answer:
            if answer.status != 200:
                reach = Reach.SOURCE if answer.status in _NOT_THERE else Reach.WAY
                raise PictureRefused(Reason(_UNLOADABLE, reason=answers(answer.status)), reach=reach)
            content = bytearray()
            async for piece in answer.content.iter_any():  # however long it is said to be
                content += piece
                if len(content) > most:
                    answer.close()
                    raise PictureRefused(_too_large(most), reach=Reach.PICTURE if most >= limits.address else Reach.WAY)
            return bytes(content)


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise PictureRefused(sentence("that is no file; name a picture"), reach=Reach.PICTURE)
    return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


def _bytes_of(path: Path, most: int) -> bytes:
    """At most so many, and one more where there are more."""
    with path.open("rb") as file:
        return file.read(most + 1)


async def _in_time(work: Callable[[], T]) -> T:
    """What is read in a thread."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await asyncio.to_thread(work)
    except TimeoutError as error:
        late = Reason("no whole answer within {seconds} seconds", seconds=f"{READ_SECONDS:g}")
        raise PictureRefused(Reason(_UNLOADABLE, reason=late), reach=Reach.PICTURE) from error
    except OSError as error:
        raise PictureRefused(_unreadable(error), reach=Reach.PICTURE) from error


def _kind(content: bytes) -> Kind:
    if kind := kind_of(content):
        return kind
    raise PictureRefused("what is there is no picture; save it as JPEG or PNG", reach=Reach.SOURCE)


def _refused(source: Path | str, reason: str, reach: Reach) -> PictureRefused:
    return PictureRefused(Reason("{source}: {reason}", source=str(source), reason=reason), reach=reach)


def _too_large(most: int) -> Reason:
    return Reason("the picture has more than {size} MB; shrink it", size=f"{most / 1e6:.0f}")


def _unreadable(error: OSError) -> Reason:
    return Reason("the picture can't be read: {error}", error=str(error.strerror))
