"""A post becomes deliveries: everything here runs inside the one transaction that records the post (DESIGN 4.1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.models import Announcement, Destination, Lane, Post, Visibility
from bot.publishing.standing import next_state
from bot.records import HELD_BY_WORD, UNHELD, Brake, Changes, FileRecord, Hold, News, PostState, Published
from state import digesting
from state.brakes import brake_of
from state.joining import fan_out, join, who_wants
from state.masses import note_change
from state.matching import NEXT_COPY, THE_WISH
from state.offering import IS_PUBLIC
from state.recording import (
    find_post,
    first_state,
    insert_post,
    move_file,
    note_bytes,
    note_return,
    record_file,
    update_post,
)
from state.revisions import differs, is_held, latest, revise, write_announcement
from state.rows import moment
from state.subscriptions import id_of
from state.turns import note_publication
from state.upcoming import awaited_by
from state.withdrawing import bring_back, bring_back_in, leaves, withdraw


def take_in(
    connection: sqlite3.Connection,
    root: int,
    record: FileRecord,
    announcement: Announcement,
    now: datetime,
    *,
    same: int | None,
    hold: Hold | None,
    release: bool,
    changes: Changes,
    old: bool,
    page_until: datetime | None,
    piles_until: datetime | None,
    resting: Mapping[str, str],
) -> Published:
    """See bot.ports.Posts.take_in. `resting` are the bots that have nothing to do, by platform."""
    post = record.post
    if post is None:
        raise ValueError(f"{record.path} holds no post")
    subject = find_post(connection, post) if same is None else same or None
    brake = brake_of(connection, subject)
    if subject is not None and brake is Brake.TAKEN:
        return _only_follow(connection, root, subject, record, announcement=announcement, now=now, changes=changes)
    if brake is Brake.HELD:
        hold, release = Hold(HELD_BY_WORD, firm=True), False
    before = _state(connection, subject, hold)
    leaving = leaves(connection, subject)
    unchanged = subject is not None and _same_bytes(connection, subject, record)
    waits = page_until is not None
    after = first_state(post, now) if old else next_state(before, post, now, hold=hold, release=release, waits=waits)
    if (changes.hold or leaving) and after is PostState.WITHDRAWN and before is PostState.PUBLISHED:
        after = before  # until a person's word, nothing has happened to it
    wanted_before: set[int] = set()
    if subject is None:
        subject = insert_post(connection, record, after, now)
    else:
        wanted_before = who_wants(connection, subject) if before is PostState.PUBLISHED and not unchanged else set()
        _update(connection, root, subject, record, after, now=now, changed=before in _SENT and not unchanged)
    record_file(connection, root, record, subject)
    _note_hold(connection, subject, after, hold, release=release)
    _note_page(connection, subject, after, post.url, page_until)

    if after is PostState.PUBLISHED and before is not PostState.PUBLISHED:
        return _publish(connection, subject, announcement, post, now=now, piles_until=piles_until, resting=resting)
    revision = latest(connection, subject)
    if revision and before in _SENT and post.visibility is not Visibility.PUBLIC:
        return _withdraw(connection, subject, revision, now, changes, leaving=leaving)
    if revision and before in _SENT:
        back = bring_back(connection, subject, revision, now)
        if unchanged:
            return Published(subject, News.UNCHANGED, revision, back)
        revised = _follow(connection, subject, announcement, now, changes)
        is_out = before is PostState.PUBLISHED
        return join(connection, revised, post, wanted_before, now, hold=changes.hold) if is_out else revised
    is_old = old and after is PostState.KNOWN
    return Published(subject, News.OLD if is_old else _NEWS[after], revision, 0)


_NEWS = {
    PostState.KNOWN: News.UNCHANGED,
    PostState.PUBLISHED: News.UNCHANGED,
    PostState.UNPUBLISHED: News.UNPUBLISHED,
    PostState.SCHEDULED: News.SCHEDULED,
    PostState.HELD: News.HELD,
    PostState.WAITING: News.WAITING,
    PostState.WITHDRAWN: News.WITHDRAWN,
}

_SENT = (PostState.KNOWN, PostState.PUBLISHED)


def _only_follow(
    connection: sqlite3.Connection,
    root: int,
    subject: int,
    record: FileRecord,
    *,
    announcement: Announcement,
    now: datetime,
    changes: Changes,
) -> Published:
    """A person took the post back: its file brings nothing back. What was sent by hand since then follows it."""
    post, state = record.post, _state(connection, subject)
    assert post is not None
    assert state is not None
    unchanged, revision = _same_bytes(connection, subject, record), latest(connection, subject)
    leaving = leaves(connection, subject)
    _update(connection, root, subject, record, state, now=now, changed=state in _SENT and not unchanged)
    record_file(connection, root, record, subject)
    if not revision or unchanged:
        return Published(subject, News.UNCHANGED, revision, 0)
    if post.visibility is not Visibility.PUBLIC:
        return _withdraw(connection, subject, revision, now, changes, leaving=leaving)
    return _follow(connection, subject, announcement, now, changes)


def _update(
    connection: sqlite3.Connection,
    root: int,
    subject: int,
    record: FileRecord,
    state: PostState,
    *,
    now: datetime,
    changed: bool,
) -> None:
    """A known post is as its file says now; `changed`: that counts as an edit, or as a withdrawal."""
    note_return(connection, root, subject, now)
    move_file(connection, root, subject, record.path, now)
    update_post(connection, subject, record, state)
    if changed:
        note_change(connection, subject, now)


def _withdraw(
    connection: sqlite3.Connection, subject: int, revision: int, now: datetime, changes: Changes, *, leaving: str
) -> Published:
    """A post is public no more. One that is `leaving` already waits on for its word, however often it is saved."""
    messages = withdraw(connection, subject, changes.withdrawn, now, hold=leaving or changes.hold)
    if leaving:
        return Published(subject, News.UNCHANGED, revision, 0)
    return Published(subject, News.WITHDRAWN, revision, messages, held=bool(changes.hold))


def _follow(
    connection: sqlite3.Connection, subject: int, announcement: Announcement, now: datetime, changes: Changes
) -> Published:
    """The messages of a post say what its file says now, and so do the digests that it is in; or they are held."""
    revised = revise(connection, subject, announcement, now, changes)
    digests = digesting.follow(connection, subject, now, changes)
    return replace(
        revised,
        deliveries=revised.deliveries + sum(digest.deliveries for digest in digests),
        old=revised.old + sum(digest.old for digest in digests),
        held=bool(changes.hold) and is_held(connection, subject, changes.hold),
    )


def _publish(
    connection: sqlite3.Connection,
    subject: int,
    announcement: Announcement,
    post: Post,
    *,
    now: datetime,
    piles_until: datetime | None,
    resting: Mapping[str, str],
) -> Published:
    """A post is news: it goes to everybody who wants it, or, if it was withdrawn, to all who do not have it still."""
    before = revision = latest(connection, subject)
    if not before or differs(connection, subject, announcement):
        revision = write_announcement(connection, subject, announcement, now)
        digesting.follow(connection, subject, now)
    back = bring_back(connection, subject, revision, now) if before else 0
    new = fan_out(connection, subject, revision, post, now, piles_until=piles_until)
    # Of what nobody has got yet nothing is to be changed: others than those who get it need not look.
    platforms = None if before else awaited_by(connection, resting, moment(now))
    back_again = back if before else None
    return Published(subject, News.NEW, revision, back + new, back=back_again, platforms=platforms)


def enqueue_for(
    connection: sqlite3.Connection,
    root: int,
    record: FileRecord,
    announcement: Announcement,
    *,
    destinations: Sequence[Destination],
    now: datetime,
) -> int:
    """See bot.ports.Posts.send_to."""
    assert record.post is not None
    subject = find_post(connection, record.post)
    if subject is None:
        subject = insert_post(connection, record, PostState.KNOWN, now)
    unchanged = _same_bytes(connection, subject, record)
    note_bytes(connection, subject, record)
    record_file(connection, root, record, subject)
    revision = latest(connection, subject)
    if not revision:
        revision = write_announcement(connection, subject, announcement, now)
    elif not unchanged or _state(connection, subject) not in _SENT:
        # Edited just now, or while nothing of it was sent: whoever has it gets the edit as well.
        revision = _follow(connection, subject, announcement, now, UNHELD).revision
    return _hand(connection, subject, revision, destinations, now)


def hand_out(
    connection: sqlite3.Connection,
    subject: int,
    first: Announcement | None,
    to: Sequence[Destination],
    now: datetime,
) -> int:
    """See bot.ports.Posts.hand_out."""
    is_public = connection.execute(
        f"SELECT 1 FROM posts WHERE subject = :subject AND brake = '' AND {IS_PUBLIC}",
        {"subject": subject, "now": moment(now)},
    ).fetchone()
    if not is_public:
        return 0
    revision = latest(connection, subject)
    if not revision and first is not None:
        revision = write_announcement(connection, subject, first, now)
    return _hand(connection, subject, revision, to, now) if revision else 0


def _hand(
    connection: sqlite3.Connection, subject: int, revision: int, destinations: Sequence[Destination], now: datetime
) -> int:
    """Enqueue a revision for those of the destinations that do not have the post; how many."""
    position = note_publication(connection, subject, now)
    keys = [key for destination in destinations if (key := id_of(connection, destination)) is not None]
    enqueued = 0
    for key in keys:
        enqueued += _send_again(connection, subject, key, now) + bring_back_in(connection, key, subject, revision, now)
        enqueued += connection.execute(
            f"""INSERT INTO deliveries
                (destination, subject, copy, platform, bot, wanted, state, parked, lane, position, due_at, options,
                created_at)
                SELECT id, :subject, {NEXT_COPY}, platform, bot, :revision, 'due', state != 'active', :lane, :position,
                    :now, ifnull((SELECT options FROM ({THE_WISH})), '{{}}'), :now
                FROM destinations WHERE id = :destination AND NOT EXISTS (
                    SELECT 1 FROM deliveries WHERE destination = :destination AND subject = :subject
                    AND (wanted != 0 OR shown_revision IS NOT NULL OR state IN ('claimed', 'unknown')
                        OR {digesting.IN_A_DIGEST.format(of="deliveries")}))""",
            {
                "subject": subject,
                "revision": revision,
                "lane": Lane.POST,
                "position": position,
                "now": moment(now),
                "destination": key,
            },
        ).rowcount
    return enqueued


def _send_again(connection: sqlite3.Connection, subject: int, destination: int, now: datetime) -> int:
    """Make due what was given up there before anything was shown: it is asked for again.

    What may be there already, though nobody knows, is looked for first. That its post leaves holds it no more.
    """
    return connection.execute(
        """UPDATE deliveries SET state = iif(nonce = '', 'due', 'unknown'), due_at = ?, tries = 0, leaving = 0,
                reason = ''
            WHERE subject = ? AND destination = ? AND state = 'failed' AND shown_revision IS NULL AND wanted != 0""",
        (moment(now), subject, destination),
    ).rowcount


def _state(connection: sqlite3.Connection, subject: int | None, hold: Hold | None = None) -> PostState | None:
    row = connection.execute("SELECT state, copy_of FROM posts WHERE subject = ?", (subject,)).fetchone()
    if row is None:
        return None
    before = PostState(row["state"])
    # What was held as a copy, and is looked at again without being one, is new.
    return None if before is PostState.HELD and row["copy_of"] and hold is None else before


def _note_hold(
    connection: sqlite3.Connection, subject: int, after: PostState, hold: Hold | None, *, release: bool
) -> None:
    """Why a post is held; a person's word is remembered, so that it is not asked for twice."""
    if after is PostState.HELD and hold is not None:
        connection.execute(
            "UPDATE posts SET reason = ?, copy_of = ? WHERE subject = ?", (hold.reason, hold.copy_of, subject)
        )
    elif after is not PostState.HELD:
        connection.execute(
            "UPDATE posts SET reason = '', cleared = cleared OR (copy_of != 0 AND ?), copy_of = 0 WHERE subject = ?",
            (release, subject),
        )


def _note_page(
    connection: sqlite3.Connection, subject: int, after: PostState, url: str | None, until: datetime | None
) -> None:
    """Which page a post waits for, and until when: from the first time on, however often it is edited meanwhile."""
    if after is PostState.WAITING and until is not None:
        connection.execute(
            "UPDATE posts SET page = ?, page_until = iif(page_until = '', ?, page_until) WHERE subject = ?",
            (url, moment(until), subject),
        )
    else:
        connection.execute(
            "UPDATE posts SET page = '', page_until = '' WHERE subject = ? AND page_until != ''", (subject,)
        )


def _same_bytes(connection: sqlite3.Connection, subject: int, record: FileRecord) -> bool:
    """Only changed bytes start an edit: an upgrade that words things differently edits nothing (DESIGN 3).

    A new path is a change as well: the link may go by it.
    """
    row = connection.execute("SELECT path, digest FROM posts WHERE subject = ?", (subject,)).fetchone()
    return (row["path"], row["digest"]) == (record.path, record.digest)
