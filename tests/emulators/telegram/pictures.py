"""Which picture or file a request means: an upload, a URL or a `file_id` (telegram.md 2.2, 2.3, 4.4)."""

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

from .media import PHOTO_LIMIT_BYTES, RATIO_LIMIT, SIDES_LIMIT, Media, is_whole, picture_size
from .refusals import RefusedError, bad_request
from .wire import Upload
from .world import World

WRONG_IDENTIFIER: Final = "wrong file identifier/HTTP URL specified"
WRONG_URL: Final = "wrong HTTP URL specified"


def find_media(world: World, kind: str, value: Any, files: dict[str, Upload], *, own_part: str = "") -> Media:
    """The picture or file that `value` means; an upload may also stand in the part `own_part` of the request."""
    if own_part in files:
        return _uploaded(world, kind, files[own_part])
    source = str(value or "")
    if source.startswith("attach://"):
        attached = files.get(source.removeprefix("attach://"))
        if attached is None:
            raise bad_request(f"no file came for {source}")
        return _uploaded(world, kind, attached)
    if source.startswith(("http://", "https://")):
        return _named_by_url(world, kind, source)
    known = world.files.get(source)
    if known is None:
        raise bad_request(WRONG_IDENTIFIER if source else f"there is no {kind} in the request")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind.capitalize()} as {kind.capitalize()}")
    return known


def find_article_photo(world: World, url: str) -> Media:
    """The picture of an article: by its address alone (Bot API 10.1, notes on "Rich HTML style")."""
    if not url.startswith(("http://", "https://")) or not _is_public(url) or url in world.unloadable_urls:
        raise bad_request("RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND")
    kept = world.files.values() if world.keeps_article_photos else ()
    known = (media for media in kept if media.url == url and media.kind == "photo")
    return next(known, None) or world.keep_file("photo", "url", url=url)


def _named_by_url(world: World, kind: str, url: str) -> Media:
    """The emulator fetches nothing: every public address can be loaded, unless a test says otherwise."""
    if url in world.unloadable_urls:
        raise RefusedError(400, world.unloadable_urls[url])
    if not _is_public(url):
        raise bad_request(WRONG_URL)
    return world.keep_file(kind, "url", url=url)


def _is_public(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))


def _uploaded(world: World, kind: str, file: Upload) -> Media:
    if not file.data:
        raise bad_request("file must be non-empty")
    if kind != "photo":
        return world.upload(kind, file)
    if len(file.data) > PHOTO_LIMIT_BYTES:
        raise RefusedError(413, "Request Entity Too Large")
    sides = picture_size(file.data)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = sides
    if not (width and height) or width + height > SIDES_LIMIT or max(sides) > RATIO_LIMIT * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    if not is_whole(file.data):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return world.upload(kind, file, width=width, height=height)
