"""What the log says of posts: one line for each thing that an editor would notice."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from bot.clock import Clock
from bot.models import Visibility, Withdrawn
from bot.records import FileRecord, Gone, News, Problem, Published

log = logging.getLogger(__name__)

FEW: Final = 5
"""Files that went away at once, above which the log has one line for all."""

NAMED: Final = 3
"""Of them."""

WHY_NOT_PUBLIC: Final = {
    Visibility.DRAFT: "it is a draft",
    Visibility.UNLISTED: "it is unlisted",
    Visibility.EXPIRED: "it has expired",
    Visibility.EXCLUDED: "its front matter keeps it from newsbell",
}


def tell_news(record: FileRecord, published: Published, clock: Clock) -> None:
    """Say what became of a post that was taken in, with times by the site's `clock`."""
    post, news, deliveries = record.post, published.news, published.deliveries
    why = WHY_NOT_PUBLIC.get(post.visibility, "") if post else ""
    match news:
        case News.NEW:
            log.info("%s", _new(record.path, deliveries, published.back))
        case News.EDITED:
            log.info("edited: %s; %s", record.path, _follow(deliveries))
        case News.SCHEDULED:
            at = post.published_at if post else None
            log.info("scheduled: %s for %s", record.path, clock.minute(at) if at else "later")
        case News.WAITING:
            log.info("%s waits for its page: %s", record.path, post and post.url)
        case News.UNPUBLISHED:
            log.info("not public yet: %s (%s)", record.path, why)
        case News.OLD:
            log.info(
                "%s can be read now; it was there before newsbell, so it is not sent (to send it: newsbell send %s)",
                record.path,
                record.path,
            )
        case News.WITHDRAWN:
            log.info("not public any more: %s (%s), messages that this is about: %d", record.path, why, deliveries)
        case News.HELD | News.UNCHANGED:
            log.debug("%s: %s", news, record.path)
    for warning in post.warnings if post else ():
        log.warning("%s: %s", record.path, warning)


def _new(path: str, deliveries: int, back: int | None) -> str:
    """A post that comes back is new only where none of its messages stands."""
    new = deliveries - (back or 0)
    goes = f"goes to {new} destination{'' if new == 1 else 's'}"
    if back is None or (new and not back):
        return f"new: {path} {goes}"
    return f"back: {path}; {_follow(back)}{f', and it {goes}' if new else ''}"


def _follow(messages: int) -> str:
    if not messages:
        return "no message changes"
    return "1 message follows" if messages == 1 else f"{messages} messages follow"


def tell_problems(records: Iterable[FileRecord]) -> None:
    """Say what can't be read, where, and how to mend it."""
    for record in records:
        if problem := record.problem:
            place = f"{problem.path}:{problem.line}" if problem.line else problem.path
            log.warning("%s: %s; %s", place, problem.what, problem.mend)


def tell_ignored(ignored: Iterable[Problem | None]) -> None:
    """Say which files the site's generator leaves out, and why."""
    for each in ignored:
        if each:
            log.warning("%s: %s; %s", each.path, each.what, each.mend)


def tell_forgotten(paths: Collection[str]) -> None:
    """Say which files went away; many at once are one line."""
    if len(paths) > FEW:
        log.info("%d files are gone from the folder (%s)", len(paths), _first_of(paths))
        return
    for path in paths:
        log.info("%s is gone from the folder", path)


def tell_withdrawn(gone: Sequence[Gone], withdrawn: Withdrawn) -> None:
    """Say what becomes of the messages of posts that went away; many at once are one line."""
    for held in (False, True):
        alike = [each for each in gone if each.messages and each.held is held]
        if len(alike) > FEW:
            fate = _fate(sum(each.messages for each in alike), withdrawn, held=held)
            log.info("%d posts are withdrawn (%s); %s", len(alike), _first_of([each.path for each in alike]), fate)
            continue
        for each in alike:
            log.info("%s is withdrawn; %s", each.path, _fate(each.messages, withdrawn, held=held))


def _first_of(paths: Iterable[str]) -> str:
    return ", ".join(islice(paths, NAMED)) + ", …"


def _fate(messages: int, withdrawn: Withdrawn, *, held: bool) -> str:
    count = "1 message" if messages == 1 else f"{messages} messages"
    if held or withdrawn is Withdrawn.KEEP:
        return f"{count} {'stays' if messages == 1 else 'stay'}"
    fate = "deleted" if withdrawn is Withdrawn.DELETE else "marked as withdrawn"
    return f"{count} {'is' if messages == 1 else 'are'} being {fate}"


def tell_moved(old: str, new: str, *, sent: bool) -> None:
    """Say that a file is a post that is known, and perhaps `sent`."""
    log.info("moved: %s is %s now%s", old, new, "; it is not sent again" if sent else "")


def tell_dated(record: FileRecord, now: datetime, clock: Clock) -> None:
    """Say that a post that was sent was given a date to come, which an editor may expect to send it anew."""
    if record.post and record.post.published_at and record.post.lies_ahead(now):
        log.warning(
            "%s was sent already, so its new date (%s) sends nothing: its messages stay. To have it sent then instead:"
            " newsbell takeback %s, and newsbell release %s",
            *(record.path, clock.minute(record.post.published_at), record.path, record.path),
        )


def tell_copy(path: str, original: str) -> None:
    """Say that a new post is held, for it looks like a copy."""
    log.warning(
        "%s is held, for it looks like a copy of %s; remove it or give it a title of its own, or, to send it all the"
        " same: newsbell send --held",
        path,
        original,
    )


def tell_old_edit(path: str, messages: int) -> None:
    """Say that messages are too old to follow their post by themselves."""
    log.warning(
        "%s was edited; messages too old to follow it by themselves (NEWSBELL_EDIT_DAYS): %d; they stay as they are"
        " until you say: newsbell release %s",
        path,
        messages,
        path,
    )


def tell_held(held: int, reason: str) -> None:
    """Say that new posts wait for a person's word."""
    posts = "1 new post is" if held == 1 else f"{held} new posts are"
    log.warning("%s held (%s); to send what is held, now or at its date: newsbell send --held", posts, reason)
