"""What piled up for a destination goes out as one digest (NEWSBELL_DIGEST). Inside one transaction each.

A digest is a subject like a post: one announcement, and a delivery for each destination that it goes to. The
deliveries that it covers are settled, with the digest noted down, so that nothing of them is sent again.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from bot.composing.digest import digest
from bot.models import Announcement, Lane, SubjectKind
from bot.records import UNHELD, Changes, Published
from state.revisions import FIRST_RUNG, latest, revise, write_announcement
from state.rows import announcement_of, moment
from state.turns import note_publication

# Never tried, and not breaking.
_PILED: Final = """
    deliveries.state = 'due' AND shown_revision IS NULL AND wanted != 0 AND nonce = '' AND tries = 0 AND lane = :lane
    AND (piled = 1 OR deliveries.created_at <= :before)
"""

# A group without an order of its own keeps that of its rows, and its bare columns are those of the row with the maximum
# (sqlite.org/lang_select.html#bareagg).
_PILES: Final = f"""
    SELECT destination, language, json_group_array(subject) AS subjects, options, max(position) FROM (
        SELECT deliveries.destination, deliveries.subject, deliveries.options, position, destinations.language
        FROM deliveries JOIN destinations ON destinations.id = deliveries.destination
        WHERE {_PILED} AND deliveries.subject IN (SELECT subject FROM posts) AND {{of}}
        ORDER BY deliveries.destination, position, deliveries.id)
    GROUP BY destination HAVING count(*) > :most
"""

_PILES_OF_ACTIVE: Final = _PILES.format(of="destinations.state = 'active'")
_PILES_OF_THESE: Final = _PILES.format(of="deliveries.destination IN (SELECT value FROM json_each(:only))")

_COVER: Final = f"""
    UPDATE deliveries SET state = 'settled', wanted = 0, piled = 0, digest = :digest, concluded_at = :now,
        reason = :reason
    WHERE destination IN (SELECT value FROM json_each(:destinations))
    AND subject IN (SELECT value FROM json_each(:subjects)) AND {_PILED}
"""

_SEND: Final = """
    INSERT INTO deliveries (destination, subject, platform, bot, wanted, state, parked, lane, position, due_at, options,
        created_at)
    SELECT id, :digest, platform, bot, 1, 'due', state != 'active', :lane, :position, :now, :options, :now
    FROM destinations WHERE id = :destination
"""

# What a person holds (newsbell hold) is told of as before.
_CATCH_UP: Final = """
    UPDATE digest_posts SET revision = :latest WHERE subject = :subject AND revision != :latest
        AND subject NOT IN (SELECT subject FROM posts WHERE brake = 'held')
        RETURNING digest
"""

# To what the newest revision that a chat has tells of the post.
_FALL_BACK: Final = """
    UPDATE digest_posts SET revision = shown.told FROM (
        SELECT digest, told, max(revision) FROM digest_told WHERE subject = :subject
            AND EXISTS (SELECT 1 FROM deliveries whole
                WHERE whole.subject = digest_told.digest AND whole.shown_revision = digest_told.revision)
        GROUP BY digest) AS shown
    WHERE digest_posts.digest = shown.digest AND subject = :subject AND digest_posts.revision != shown.told
    RETURNING digest
"""

_TELL: Final = """
    INSERT OR REPLACE INTO digest_told (digest, revision, subject, told)
    SELECT digest, :revision, subject, revision FROM digest_posts WHERE digest = :digest
"""

# An edit that waits for a word, and would change nothing.
_SETTLE_SAME: Final = """
    UPDATE deliveries SET state = 'settled', shown_revision = wanted, reason = '', concluded_at = :now
    WHERE subject = :digest AND state = 'held' AND nonce = '' AND wanted != 0 AND (
        SELECT content FROM announcements WHERE subject = :digest AND revision = wanted) = (
        SELECT content FROM announcements WHERE subject = :digest AND revision = shown_revision)
"""

_SAYS: Final = """
    SELECT content FROM digest_posts JOIN announcements USING (subject, revision) WHERE digest = ? ORDER BY position
"""

IN_A_DIGEST: Final = """
    EXISTS (SELECT 1 FROM digest_posts JOIN deliveries whole ON whole.subject = digest_posts.digest
        WHERE digest_posts.digest = {of}.digest AND digest_posts.subject = {of}.subject
        AND whole.destination = {of}.destination AND whole.state != 'failed')
"""
"""Whether a digest tells, or is to tell, of the post of a delivery."""

Terms = dict[str, str | int | None]


def set_limit(connection: sqlite3.Connection, most: int) -> None:
    """Above how many posts a destination gets a digest instead; 0: never."""
    connection.execute("INSERT OR REPLACE INTO digesting (id, most) VALUES (1, ?)", (most,))


def gather(connection: sqlite3.Connection, now: datetime, *, before: datetime | None = None) -> int:
    """See bot.ports.Deliveries.gather."""
    terms: Terms = {"before": moment(before) if before else ""}
    gathered = _gather(connection, _PILES_OF_ACTIVE, terms, now)
    connection.execute(
        "UPDATE deliveries SET piled = 0, due_at = CASE state WHEN 'due' THEN :now ELSE due_at END WHERE piled = 1",
        {"now": moment(now)},
    )
    return gathered


def gather_for(connection: sqlite3.Connection, destinations: Collection[int], now: datetime) -> None:
    """These destinations receive again: what waited for them goes out, much of it as a digest."""
    if destinations:
        terms: Terms = {"before": moment(now), "only": json.dumps(list(destinations))}
        _gather(connection, _PILES_OF_THESE, terms, now)


def count(connection: sqlite3.Connection, subject: int) -> tuple[int, int]:
    """How many chats have a digest that a post is in, or are to get one; and where an edit of it waits for a word."""
    digests, held = connection.execute(
        """SELECT count(*), count(*) FILTER (WHERE state = 'held' AND shown_revision IS NOT NULL OR edit_held != '')
            FROM deliveries WHERE wanted != 0 AND subject IN (SELECT digest FROM digest_posts WHERE subject = ?)""",
        (subject,),
    ).fetchone()
    return digests, held


def follow(
    connection: sqlite3.Connection, subject: int, now: datetime, changes: Changes = UNHELD
) -> Sequence[Published]:
    """A post says something else now: so do the digests that it is in, but for one that a person holds."""
    terms = {"subject": subject, "latest": latest(connection, subject)}
    return [_revise(connection, whole, now, changes) for (whole,) in connection.execute(_CATCH_UP, terms).fetchall()]


def fall_back(connection: sqlite3.Connection, subject: int, now: datetime) -> None:
    """A person holds a post: its digests tell of it as before, also where an edit is due or waits for a word.

    One that waits and has nothing left to change waits no more.
    """
    for (whole,) in connection.execute(_FALL_BACK, {"subject": subject}).fetchall():
        _revise(connection, whole, now)
        connection.execute(_SETTLE_SAME, {"digest": whole, "now": moment(now)})


def leave(connection: sqlite3.Connection, subject: int, now: datetime, *, unsent_only: bool = False) -> list[int]:
    """A post is in no digest any more (`unsent_only`: in none that nobody has yet); one that is empty goes, too.

    Where an edit of a digest waits for a word, it comes along: what is not public any more must not stand so long.
    Returns the digests that it was in.
    """
    left = [
        row["digest"]
        for row in _digests_of(connection, subject)
        if not unsent_only or _is_unsent(connection, row["digest"])
    ]
    for whole in left:
        connection.execute("DELETE FROM digest_posts WHERE digest = ? AND subject = ?", (whole, subject))
        _rewrite(connection, whole, now)
        _let_go(connection, whole, now)
    return left


def release(connection: sqlite3.Connection, subject: int, now: datetime) -> int:
    """A person's word for a post: the digests that it is in say what it says now; how many messages that makes due."""
    following = sum(revised.deliveries for revised in follow(connection, subject, now))
    return following + sum(_let_go(connection, row["digest"], now) for row in _digests_of(connection, subject))


def take_out(connection: sqlite3.Connection, subject: int, now: datetime) -> None:
    """A post leaves the digests that nobody has yet, and waits on its own for those who were to get them.

    Where its digest was given up, the post is, too. What it left earlier stays so: it was withdrawn then, and if it
    came back, as a copy.
    """
    given_up = connection.execute(
        """SELECT whole.reason, deliveries.id FROM deliveries JOIN deliveries whole
                ON whole.subject = deliveries.digest AND whole.destination = deliveries.destination
            WHERE deliveries.subject = ? AND whole.state = 'failed'""",
        (subject,),
    ).fetchall()
    left = leave(connection, subject, now, unsent_only=True)
    connection.execute(
        """UPDATE deliveries SET wanted = ?, state = 'due', due_at = ?, digest = 0, reason = ''
            WHERE subject = ? AND digest IN (SELECT value FROM json_each(?))""",
        (latest(connection, subject), moment(now), subject, json.dumps(left)),
    )
    connection.executemany(
        "UPDATE deliveries SET state = 'failed', braked = 0, reason = ? WHERE id = ? AND digest = 0",
        [tuple(row) for row in given_up],
    )


def _gather(connection: sqlite3.Connection, piles: str, terms: Terms, now: datetime) -> int:
    """Turn piles into digests; how many destinations get one."""
    row = connection.execute("SELECT most FROM digesting").fetchone()
    if row is None or not row["most"]:
        return 0
    terms |= {"lane": Lane.POST, "most": row["most"], "now": moment(now)}
    # Who waits for the same posts in the same language shares a digest.
    groups: dict[tuple[str, str], list[sqlite3.Row]] = defaultdict(list)
    for pile in connection.execute(piles, terms):
        groups[pile["subjects"], pile["language"]].append(pile)
    for (subjects, language), alike in groups.items():
        _send_together(connection, json.loads(subjects), alike, terms, language=language, now=now)
    return sum(map(len, groups.values()))


def _language_of(connection: sqlite3.Connection, subjects: Sequence[int]) -> str:
    """The language of most of these posts."""
    rows = connection.execute(
        "SELECT language FROM posts WHERE subject IN (SELECT value FROM json_each(?))", (json.dumps(subjects),)
    )
    counted: Counter[str] = Counter(row["language"] for row in rows)
    return counted.most_common(1)[0][0]


def _send_together(
    connection: sqlite3.Connection,
    subjects: Sequence[int],
    piles: Sequence[sqlite3.Row],
    terms: Terms,
    *,
    language: str,
    now: datetime,
) -> None:
    """One digest of these posts, for each destination that has such a pile."""
    subject = connection.execute(
        "INSERT INTO subjects (kind, created_at) VALUES (?, ?)", (SubjectKind.DIGEST, moment(now))
    ).lastrowid
    assert subject is not None
    language = language or _language_of(connection, subjects)
    connection.execute("INSERT INTO digests (subject, language) VALUES (?, ?)", (subject, language))
    connection.executemany(
        "INSERT INTO digest_posts (digest, position, subject, revision) VALUES (?, ?, ?, ?)",
        [(subject, position, post, latest(connection, post)) for position, post in enumerate(subjects)],
    )
    revision = write_announcement(connection, subject, _compose(connection, subject, now), now)
    connection.execute(_TELL, {"digest": subject, "revision": revision})
    position = note_publication(connection, subject, now)
    covering = {
        "digest": subject,
        "reason": f"it is in a digest of {len(subjects)} posts",
        "destinations": json.dumps([pile["destination"] for pile in piles]),
        "subjects": json.dumps(subjects),
    }
    connection.execute(_COVER, terms | covering)
    each = {"digest": subject, "position": position, "lane": Lane.POST, "now": moment(now)}
    connection.executemany(
        _SEND, [each | {"options": pile["options"], "destination": pile["destination"]} for pile in piles]
    )


def _compose(connection: sqlite3.Connection, subject: int, now: datetime) -> Announcement:
    """What a digest says of the posts that are in it."""
    language = connection.execute("SELECT language FROM digests WHERE subject = ?", (subject,)).fetchone()["language"]
    return digest([announcement_of(row["content"]) for row in connection.execute(_SAYS, (subject,))], language, now)


def _revise(connection: sqlite3.Connection, subject: int, now: datetime, changes: Changes = UNHELD) -> Published:
    revised = revise(connection, subject, _compose(connection, subject, now), now, changes)
    connection.execute(_TELL, {"digest": subject, "revision": revised.revision})
    return revised


def _rewrite(connection: sqlite3.Connection, subject: int, now: datetime) -> None:
    if connection.execute("SELECT 1 FROM digest_posts WHERE digest = ?", (subject,)).fetchone():
        _revise(connection, subject, now)
        return
    connection.execute(
        f"""UPDATE deliveries SET wanted = 0, rung = {FIRST_RUNG}, tries = 0, lane = :edit,
                reason = 'none of its posts is public',
                due_at = CASE WHEN state IN ('claimed', 'unknown') THEN due_at ELSE :now END,
                state = CASE WHEN state IN ('claimed', 'unknown') THEN state
                    WHEN shown_revision IS NOT NULL THEN 'due' WHEN nonce != '' THEN 'unknown' ELSE 'settled' END
            WHERE subject = :subject AND wanted != 0""",
        {"edit": Lane.EDIT, "now": moment(now), "subject": subject},
    )


def _let_go(connection: sqlite3.Connection, subject: int, now: datetime) -> int:
    """The edit of a digest waits for no word any more; how many messages that makes due."""
    connection.execute("UPDATE deliveries SET edit_held = '' WHERE subject = ? AND edit_held != ''", (subject,))
    return connection.execute(
        """UPDATE deliveries SET state = 'due', due_at = ?, tries = 0, reason = ''
            WHERE subject = ? AND state = 'held' AND shown_revision IS NOT NULL""",
        (moment(now), subject),
    ).rowcount


def _digests_of(connection: sqlite3.Connection, subject: int) -> list[sqlite3.Row]:
    return connection.execute("SELECT digest FROM digest_posts WHERE subject = ?", (subject,)).fetchall()


def _is_unsent(connection: sqlite3.Connection, subject: int) -> bool:
    """Whether no delivery of a digest was ever tried."""
    return not connection.execute(
        """SELECT 1 FROM deliveries WHERE subject = ? AND (shown_revision IS NOT NULL OR nonce != ''
            OR state IN ('claimed', 'unknown'))""",
        (subject,),
    ).fetchone()
