"""A chat has a new id: its destinations, subscriptions and deliveries follow, merging with what is known there already.

On Telegram a group becomes a supergroup (telegram.md 6.4). Its old messages are read on there, but have no ids in the
new chat: the bot can change them no more, and the same numbers may mean other messages now, ours or anybody's.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from bot.models import Destination
from state.digesting import IN_A_DIGEST
from state.guestbook import guests_moved
from state.pins import pins_left_behind

CHANNELS_OF_THEIR_OWN: Final = frozenset({"discord"})
"""The platforms on which a thread can also be written to by its id alone, so that it may be known by two names."""

OUT_OF_REACH: Final = "it was shown before the group became a supergroup, where the bot can't change it any more"

# As if somebody had removed it in the chat: it is neither edited nor sent again.
FORGET: Final = """
    UPDATE deliveries SET shown_revision = NULL, shown_fingerprint = '', wanted = 0, removed = 1,
        state = 'settled', nonce = '', reason = :reason
    WHERE shown_revision IS NOT NULL
"""

# Of two deliveries of the same post the one stays that went further: what readers may have seen is not sent again.
_DROP_THE_LESSER: Final = f"""
    DELETE FROM deliveries WHERE destination = :new AND shown_revision IS NULL AND removed = 0
    AND state NOT IN ('claimed', 'unknown') AND NOT {IN_A_DIGEST.format(of="deliveries")} AND EXISTS (
        SELECT 1 FROM deliveries old WHERE old.destination = :old AND old.subject = deliveries.subject
        AND old.copy = deliveries.copy
        AND (old.removed = 1 OR old.state IN ('claimed', 'unknown') OR {IN_A_DIGEST.format(of="old")}))
"""

# A person's word goes before the platform's, and what the new chat allows before what the old one did.
_JOIN: Final = """
    UPDATE destinations SET
        title = CASE destinations.title WHEN '' THEN old.title ELSE destinations.title END,
        language = CASE destinations.language WHEN '' THEN old.language ELSE destinations.language END,
        on_unknown = CASE destinations.on_unknown WHEN '' THEN old.on_unknown ELSE destinations.on_unknown END,
        reason = CASE WHEN old.state = 'paused' AND destinations.state != 'paused' THEN old.reason
            ELSE destinations.reason END,
        state_since = CASE WHEN old.state = 'paused' AND destinations.state != 'paused' THEN old.state_since
            ELSE destinations.state_since END,
        paused_until = CASE WHEN old.state = 'paused' AND destinations.state != 'paused' THEN old.paused_until
            ELSE destinations.paused_until END,
        state = CASE old.state WHEN 'paused' THEN 'paused' ELSE destinations.state END
    FROM (SELECT * FROM destinations WHERE id = :old) AS old WHERE destinations.id = :new
"""


def move_chat(connection: sqlite3.Connection, destination: Destination, chat_id: str) -> None:
    """Give a chat and its threads the new id, to which the old one leads from now on. Doing it twice is no harm.

    A move to itself changes nothing: a destination that is merged with itself would be gone.
    """
    if chat_id == destination.chat_id:
        return
    old = (destination.platform, destination.bot, destination.chat_id)
    rows = connection.execute(
        "SELECT id, thread_id FROM destinations WHERE platform = ? AND bot = ? AND chat_id = ?", old
    ).fetchall()
    for row in rows:
        connection.execute(f"{FORGET} AND destination = :old", {"old": row["id"], "reason": OUT_OF_REACH})
        pins_left_behind(connection, row["id"])
        target = connection.execute(
            "SELECT id FROM destinations WHERE platform = ? AND bot = ? AND chat_id = ? AND thread_id = ?",
            (destination.platform, destination.bot, chat_id, row["thread_id"]),
        ).fetchone()
        if target is None:
            _rename(connection, row["id"], chat_id)
        else:
            merge(connection, row["id"], target["id"])
    guests_moved(connection, destination, chat_id)
    _note_move(connection, destination, chat_id)


def moved_to(connection: sqlite3.Connection, destination: Destination) -> Destination:
    """See bot.ports.Subscriptions."""
    row = connection.execute(
        "SELECT new_id FROM moves WHERE platform = ? AND bot = ? AND chat_id = ?",
        (destination.platform, destination.bot, destination.chat_id),
    ).fetchone()
    return replace(destination, chat_id=row["new_id"]) if row else destination


def _note_move(connection: sqlite3.Connection, chat: Destination, chat_id: str) -> None:
    """Each old id leads to the last one at once, which leads nowhere."""
    terms = {"platform": chat.platform, "bot": chat.bot, "old": chat.chat_id, "new": chat_id}
    of_bot = "platform = :platform AND bot = :bot"
    connection.execute(f"DELETE FROM moves WHERE {of_bot} AND chat_id = :new", terms)
    connection.execute(f"UPDATE moves SET new_id = :new WHERE {of_bot} AND new_id = :old", terms)
    connection.execute(
        """INSERT INTO moves (platform, bot, chat_id, new_id) VALUES (:platform, :bot, :old, :new)
            ON CONFLICT DO UPDATE SET new_id = excluded.new_id""",
        terms,
    )


def forget_messages(connection: sqlite3.Connection, delivery: int) -> None:
    """The chat got its new id while the call was in the air: what that showed stands in the old one."""
    connection.execute(f"{FORGET} AND id = :id", {"id": delivery, "reason": OUT_OF_REACH})


def _rename(connection: sqlite3.Connection, destination: int, chat_id: str) -> None:
    """The refusals of the old chat say nothing of the new one."""
    connection.execute(
        """UPDATE destinations SET chat_id = ?, kind = 'supergroup', waits_until = '', on_trial = 0,
                reason = CASE state WHEN 'suspended' THEN '' ELSE reason END,
                state = CASE state WHEN 'suspended' THEN 'active' ELSE state END
            WHERE id = ?""",
        (chat_id, destination),
    )


def unite(connection: sqlite3.Connection, thread: Destination, key: int) -> None:
    """A thread becomes known by its channel and its id: what was known by the id alone is the same, or posts double."""
    if not thread.thread_id or thread.platform not in CHANNELS_OF_THEIR_OWN:
        return
    alone = connection.execute(
        "SELECT id FROM destinations WHERE platform = ? AND bot = ? AND chat_id = ? AND thread_id = ''",
        (thread.platform, thread.bot, thread.thread_id),
    ).fetchone()
    if alone:
        merge(connection, alone["id"], key)


def merge(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Let a destination take over what belongs to another. Of two equal subscriptions its own stays."""
    both = {"old": old, "new": new}
    connection.execute(_JOIN, both)
    connection.execute(_DROP_THE_LESSER, both)
    for table in ("subscriptions", "deliveries"):
        connection.execute(f"UPDATE OR IGNORE {table} SET destination = :new WHERE destination = :old", both)
    connection.execute(
        """UPDATE deliveries SET (bot, parked) = (SELECT bot, state != 'active' FROM destinations WHERE id = :new)
            WHERE destination = :new""",
        both,
    )
    connection.execute("DELETE FROM destinations WHERE id = :old", both)
