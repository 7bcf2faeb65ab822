"""Nouns to rows and back: the one place that knows how each is written down."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

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
    Outcome,
    Picture,
    Place,
    Receipt,
    Selector,
    SelectorKind,
    Shown,
    Span,
    Subscription,
)
from bot.records import KnownPost, PostState


def moment(at: datetime) -> str:
    """The stored form of an aware time: UTC, always with microseconds, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(stored: str | None) -> datetime | None:
    """The time stored as `stored`."""
    return datetime.fromisoformat(stored) if stored else None


def announcement_text(announcement: Announcement) -> str:
    """An announcement as JSON; empty fields are left out."""
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
    )


def _lean(noun: Span | Picture) -> dict[str, Any]:
    """The fields of a small noun that say something."""
    return {name: value for name in noun.__slots__ if (value := getattr(noun, name))}


@lru_cache(maxsize=1024)
def look_of(options: str) -> Look:
    """The Look of stored options; many deliveries share one."""
    return Look.from_options(json.loads(options))


DELIVERY = """
    deliveries.*, destinations.chat_id, destinations.thread_id, destinations.on_unknown
    FROM deliveries JOIN destinations ON destinations.id = deliveries.destination
"""
"""What a query selects to make a Delivery of each row."""


def delivery_of(row: sqlite3.Row) -> Delivery:
    """The delivery in a row of DELIVERY."""
    shown = None
    if row["shown_revision"] is not None:
        receipt = Receipt(tuple(json.loads(row["message_ids"])), row["media_id"])
        shown = Shown(row["shown_revision"], row["shown_fingerprint"], receipt)
    return Delivery(
        id=row["id"],
        subject=row["subject"],
        destination=Destination(row["platform"], row["chat_id"], row["thread_id"], row["bot"]),
        destination_id=row["destination"],
        wanted=row["wanted"],
        shown=shown,
        state=DeliveryState(row["state"]),
        lane=Lane(row["lane"]),
        position=row["position"],
        due_at=datetime.fromisoformat(row["due_at"]),
        tries=row["tries"],
        rung=row["rung"],
        nonce=row["nonce"],
        tried_at=time_of(row["tried_at"]),
        tried=row["tried"],
        look=look_of(row["options"]),
        reason=row["reason"],
        resend_unknown=row["on_unknown"] == "resend",
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
        options=json.loads(row["options"]),
    )


KNOWN_POST = """
    posts.*,
    (SELECT coalesce(max(revision), 0) FROM announcements WHERE subject = posts.subject) AS revision,
    (SELECT json_group_array(display) FROM post_selectors WHERE subject = posts.subject AND kind = 'category')
        AS categories
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
    )
