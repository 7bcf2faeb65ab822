"""Nouns to rows and back: the one place that knows how each is written down."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from bot.models import (
    Action,
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    Lane,
    Look,
    OnUnknown,
    Outcome,
    Picture,
    Place,
    Receipt,
    Selector,
    SelectorKind,
    Shown,
    Span,
    Subscription,
    Visibility,
    Withdrawn,
)
from bot.publishing.likeness import SHORT
from bot.records import Brake, FileStamp, Kin, KnownPost, PostState, Traits


@lru_cache(maxsize=64)
def moment(at: datetime) -> str:
    """The stored form of an aware time: UTC, always with microseconds, so that text order is time order.

    Kept for a while, because what came of a call names the same time in several columns.
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(stored: str | None) -> datetime | None:
    """The time stored as `stored`."""
    return datetime.fromisoformat(stored) if stored else None


_SELDOM: Final = ("pin", "mention", "image", "follows")
_NOTHING: Final = Announcement("")


def announcement_text(announcement: Announcement) -> str:
    """An announcement as JSON. What a post seldom asks for is left out: an upgrade must not make old ones differ."""
    texts = announcement.texts
    return json.dumps(
        {
            "title": announcement.title,
            "body": [_lean(span) for span in announcement.body],
            "url": announcement.url,
            "pictures": [_lean(picture) for picture in announcement.pictures],
            "label": announcement.label,
            "hashtags": list(announcement.hashtags),
            "language": announcement.language,
            "published_at": moment(announcement.published_at) if announcement.published_at else None,
            "silent": announcement.silent,
            **{name: asked for name in _SELDOM if (asked := getattr(announcement, name)) != getattr(_NOTHING, name)},
            **({"texts": [[name, [_lean(span) for span in words]] for name, words in texts]} if texts else {}),
        },
        ensure_ascii=False,
    )


def announcement_of(stored: str) -> Announcement:
    """The announcement stored as `stored`."""
    content = json.loads(stored)
    return Announcement(
        title=content["title"],
        body=tuple(Span(**span) for span in content["body"]),
        url=content["url"],
        pictures=tuple(Picture(**picture) for picture in content["pictures"]),
        label=content["label"],
        hashtags=tuple(content["hashtags"]),
        language=content["language"],
        published_at=time_of(content["published_at"]),
        silent=content["silent"],
        **{name: content[name] for name in _SELDOM if name in content},
        texts=tuple((name, tuple(Span(**span) for span in words)) for name, words in content.get("texts", ())),
    )


def _lean(noun: Span | Picture) -> dict[str, Any]:
    """The fields of a small noun that say something."""
    return {name: value for name in noun.__slots__ if (value := getattr(noun, name))}


@lru_cache(maxsize=1024)
def look_of(options: str) -> Look:
    """The Look of stored options; many deliveries share one."""
    return Look.from_options(options_of(options))


def options_of(stored: str) -> dict[str, Any]:
    """Stored options; none where somebody wrote what is no object of JSON: one row must not end everybody's news."""
    try:
        options = json.loads(stored)
    except (ValueError, RecursionError):
        return {}
    return options if isinstance(options, dict) else {}


_DELIVERY = """
    deliveries.id, deliveries.subject, destination, deliveries.platform, chat_id, thread_id, deliveries.bot, on_unknown,
    wanted, shown_revision, shown_fingerprint, message_ids, media_id, may_be_gone,
    deliveries.state, lane, position, turn, due_at, tries, rung, nonce, deliveries.tried_at, tried, options,
    deliveries.reason, goes
"""
_THERE = "FROM deliveries JOIN destinations ON destinations.id = deliveries.destination"
DELIVERY = f"{_DELIVERY} {_THERE}"
"""What a query selects to make a Delivery of each row."""


# Looked up, for each row has both: an enum's own way from a value to a member takes ten times as long.
_STATES: Final = {state.value: state for state in DeliveryState}
_LANES: Final = {lane.value: lane for lane in Lane}
_WITHDRAWN: Final = {withdrawn.value: withdrawn for withdrawn in Withdrawn}


_IN_ONE_ROW: Final = f"SELECT json_group_array(json_array({_DELIVERY.replace('deliveries.', '')})) FROM"


def deliveries_of(connection: sqlite3.Connection, query: str, terms: Mapping[str, Any]) -> list[Delivery]:
    """What a `query` of DELIVERY finds, in its order.

    In one row, as JSON: with each row the interpreter's lock is given back, and the event loop takes it.
    """
    [rows] = connection.execute(f"{_IN_ONE_ROW} ({query})", terms).fetchone()
    return [delivery_of(row) for row in json.loads(rows)]


def delivery_of(row: Iterable[Any]) -> Delivery:
    """The delivery in a row of DELIVERY. Its columns go by their order: a Row seeks each name among all."""
    # fmt: off
    (
        key, subject, destination, platform, chat_id, thread_id, bot, on_unknown,
        wanted, shown_revision, fingerprint, message_ids, media_id, may_be_gone,
        state, lane, position, turn, due_at, tries, rung, nonce, tried_at, tried, options,
        reason, goes,
    ) = row
    # fmt: on
    shown = None
    if shown_revision is not None:
        receipt = Receipt(tuple(json.loads(message_ids)), media_id)
        shown = Shown(shown_revision, fingerprint, receipt, may_be_gone=bool(may_be_gone))
    return Delivery(
        id=key,
        subject=subject,
        destination=Destination(platform, chat_id, thread_id, bot),
        destination_id=destination,
        wanted=wanted,
        shown=shown,
        state=_STATES[state],
        lane=_LANES[lane],
        position=position,
        turn=turn,
        due_at=datetime.fromisoformat(due_at),
        tries=tries,
        rung=rung,
        nonce=nonce,
        tried_at=time_of(tried_at),
        tried=tried,
        look=look_of(options),
        reason=reason,
        on_unknown=OnUnknown(on_unknown) if on_unknown else None,
        goes=_WITHDRAWN[goes],
    )


def attempt_of(row: sqlite3.Row) -> Attempt:
    """The attempt in a row of `attempts`."""
    return Attempt(
        delivery=row["delivery"],
        action=Action(row["action"]),
        outcome=Outcome(row["outcome"]),
        began_at=datetime.fromisoformat(row["began_at"]),
        ended_at=datetime.fromisoformat(row["ended_at"]),
        epoch=row["epoch"],
        detail=row["detail"],
    )


def place_of(row: sqlite3.Row) -> Place:
    """The place in a row of `destinations`."""
    return Place(
        destination=Destination(row["platform"], row["chat_id"], row["thread_id"], row["bot"]),
        kind=row["kind"],
        title=row["title"],
        language=row["language"],
        state=DestinationState(row["state"]),
        reason=row["reason"],
        paused_until=time_of(row["paused_until"]),
        on_unknown=OnUnknown(row["on_unknown"]) if row["on_unknown"] else None,
        since=time_of(row["state_since"]),
    )


SUBSCRIPTION = """
    subscriptions.*, destinations.platform, destinations.bot, destinations.chat_id, destinations.thread_id
    FROM subscriptions JOIN destinations ON destinations.id = subscriptions.destination
"""
"""What a query selects to make a Subscription of each row."""


def subscription_of(row: sqlite3.Row) -> Subscription:
    """The subscription in a row of SUBSCRIPTION."""
    return Subscription(
        destination=Destination(row["platform"], row["chat_id"], row["thread_id"], row["bot"]),
        selector=Selector(SelectorKind(row["kind"]), row["value"]),
        display=row["display"],
        language=row["language"],
        options=options_of(row["options"]),
    )


KNOWN_POST = """
    posts.*,
    (SELECT coalesce(max(revision), 0) FROM announcements WHERE subject = posts.subject) AS revision,
    (SELECT json_group_array(display) FROM post_selectors WHERE subject = posts.subject AND kind = 'category')
        AS categories,
    coalesce((SELECT path FROM posts AS original WHERE original.subject = posts.copy_of), '') AS original
    FROM posts
"""
"""What a query selects to make a KnownPost of each row."""


def known_post_of(row: sqlite3.Row) -> KnownPost:
    """The post in a row of KNOWN_POST."""
    return KnownPost(
        subject=row["subject"],
        key=row["key"],
        path=row["path"],
        title=row["title"],
        language=row["language"],
        state=PostState(row["state"]),
        revision=row["revision"],
        published_at=time_of(row["published_at"]),
        categories=tuple(json.loads(row["categories"])),
        first_seen_at=datetime.fromisoformat(row["first_seen_at"]),
        reason=row["reason"],
        copy_of=row["original"],
        brake=Brake(row["brake"]),
        page=row["page"],
        page_until=time_of(row["page_until"]),
        visibility=Visibility(row["visibility"]),
    )


def traits_columns(traits: Traits) -> dict[str, object]:
    """The columns of `posts` that hold `traits`."""
    first, second = leads_of(traits)
    return {
        "likeness_title": traits.title,
        "likeness_slug": traits.slug,
        "likeness_length": traits.length,
        "likeness_sketch": struct.pack(f"<{len(traits.sketch)}I", *traits.sketch),
        "likeness_first": first,
        "likeness_second": second,
    }


def leads_of(traits: Traits) -> tuple[int | None, int | None]:
    """The two hashes by which a text of some length is looked for: texts that are nearly the same share one of them."""
    if traits.length < SHORT or len(traits.sketch) < 2:
        return None, None
    return traits.sketch[0], traits.sketch[1]


KIN = """
    posts.*, size, mtime_ns, ctime_ns, inode, missing_since, files.subject = posts.subject AS at_home
    FROM posts LEFT JOIN files ON files.root = :root AND files.path = posts.path
"""
"""What a query selects to make a Kin of each row; `:root` is the folder's."""


def kin_of(row: sqlite3.Row, keys: frozenset[str]) -> Kin:
    """The post in a row of KIN, which `keys` led to."""
    sketch = row["likeness_sketch"]
    stamp = FileStamp(row["size"], row["mtime_ns"], row["ctime_ns"], row["inode"]) if row["at_home"] else None
    return Kin(
        subject=row["subject"],
        keys=keys,
        key=row["key"],
        path=row["path"],
        language=row["language"],
        state=PostState(row["state"]),
        visibility=Visibility(row["visibility"]),
        published_at=time_of(row["published_at"]),
        digest=row["digest"],
        traits=Traits(
            row["likeness_title"],
            row["likeness_slug"],
            struct.unpack(f"<{len(sketch) // 4}I", sketch),
            row["likeness_length"],
        ),
        stamp=stamp,
        missing_since=time_of(row["missing_since"]) if stamp else None,
        copy_of=row["copy_of"],
        cleared=bool(row["cleared"]),
        brake=Brake(row["brake"]),
    )
