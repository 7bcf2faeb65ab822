"""An attempt has ended: its trace, the delivery's new state, and what it means for the destination and the bot.

Each runs inside one transaction, so that nothing is half known after a crash.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from datetime import datetime

from bot.delivering.conclusions import HOLDS_UP
from bot.models import Lane, Outcome
from bot.records import Conclusion
from state import trials
from state.messages import note
from state.moving import forget_messages, move_chat
from state.rows import moment

log = logging.getLogger(__name__)


def conclude(connection: sqlite3.Connection, conclusion: Conclusion) -> None:
    """See bot.ports.Deliveries.conclude."""
    delivery, attempt = conclusion.delivery, conclusion.attempt
    now_in = connection.execute(
        "SELECT chat_id FROM deliveries JOIN destinations ON destinations.id = destination WHERE deliveries.id = ?",
        (delivery.id,),
    ).fetchone()
    if now_in is None:
        return  # a merge of two chats dropped it while the call was in the air
    connection.execute(
        """INSERT INTO attempts (delivery, platform, chat, action, outcome, began_at, ended_at, epoch, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            delivery.id,
            delivery.destination.platform,
            str(delivery.destination),
            attempt.action.value,
            attempt.outcome.value,
            moment(attempt.began_at),
            moment(attempt.ended_at),
            attempt.epoch,
            attempt.detail,
        ),
    )
    _write_delivery(connection, conclusion)
    if now_in["chat_id"] == delivery.destination.chat_id:
        _write_destination(connection, conclusion)
    else:  # what the old chat answered says nothing of the new one
        forget_messages(connection, delivery.id)
    if delivery.shown is None and conclusion.shown is not None:
        place = delivery.destination
        sent = [(place.chat_id, message_id) for message_id in conclusion.shown.receipt.message_ids]
        note(connection, place.platform, place.bot, sent, attempt.ended_at)
    if conclusion.bot_waits_until is not None:
        destination = delivery.destination
        connection.execute(
            """INSERT INTO bots (platform, bot, waits_until) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET waits_until = max(waits_until, excluded.waits_until)""",
            (destination.platform, destination.bot, moment(conclusion.bot_waits_until)),
        )
    if conclusion.move_to:
        move_chat(connection, delivery.destination, conclusion.move_to)


def _write_delivery(connection: sqlite3.Connection, conclusion: Conclusion) -> None:
    shown = conclusion.shown
    connection.execute(
        """UPDATE deliveries SET
                shown_revision = :shown, shown_fingerprint = :fingerprint, message_ids = :ids, media_id = :media,
                -- The wish may have moved on while the call was in the air: then there is something left to do.
                state = CASE WHEN :state IN ('settled', 'failed') AND wanted != :wanted AND NOT :gone THEN 'due'
                    ELSE :state END,
                lane = CASE WHEN :shown IS NULL THEN lane ELSE :edit END,
                wanted = CASE WHEN :gone THEN 0 ELSE wanted END,
                removed = removed OR :gone,
                due_at = :due_at,
                tries = CASE WHEN wanted = :wanted THEN :tries ELSE 0 END,
                rung = CASE WHEN wanted = :wanted THEN :rung ELSE 0 END,
                nonce = :nonce, reason = :reason, concluded_at = :now
            WHERE id = :id""",
        {
            "id": conclusion.delivery.id,
            "shown": shown.revision if shown else None,
            "fingerprint": shown.fingerprint if shown else "",
            "ids": json.dumps(list(shown.receipt.message_ids)) if shown else "[]",
            "media": shown.receipt.media_id if shown else "",
            "state": conclusion.state.value,
            "wanted": conclusion.delivery.wanted,
            "gone": conclusion.gone,
            "edit": Lane.EDIT,
            "due_at": moment(conclusion.due_at),
            "tries": conclusion.tries,
            "rung": conclusion.rung,
            "nonce": conclusion.nonce,
            "reason": conclusion.reason,
            "now": moment(conclusion.attempt.ended_at),
        },
    )


def _write_destination(connection: sqlite3.Connection, conclusion: Conclusion) -> None:
    destination = conclusion.delivery.destination_id
    if conclusion.destination_waits_until is not None:
        # A flood wait is the chat's: all of its topics wait with it.
        reach = "chat_id = (SELECT chat_id FROM destinations WHERE id = :id) AND platform = :platform AND bot = :bot"
        connection.execute(
            f"UPDATE destinations SET waits_until = :until WHERE id = :id OR :flood AND {reach}",
            {
                "until": moment(conclusion.destination_waits_until),
                "id": destination,
                "flood": conclusion.attempt.outcome is Outcome.FLOOD,
                "platform": conclusion.delivery.destination.platform,
                "bot": conclusion.delivery.destination.bot,
            },
        )
    if conclusion.suspend:
        connection.execute(
            """UPDATE destinations SET state = 'suspended', reason = ?, state_since = ?
                WHERE id = ? AND state = 'active'""",
            (conclusion.suspend, moment(conclusion.attempt.ended_at), destination),
        )
    trials.end(connection, conclusion)


def make_unknown(connection: sqlite3.Connection, epoch: int, now: datetime) -> int:
    """See bot.ports.Deliveries.orphans."""
    forgive_waits_of_another_clock(connection, now)
    # A send that was to be repeated under its nonce may be too old for that by now: it is looked into first.
    connection.execute(
        "UPDATE deliveries SET state = 'unknown' WHERE state = 'due' AND nonce != '' AND shown_revision IS NULL"
    )
    # An edit or a deletion is simply done again: twice does no harm. Only a send has to be settled.
    lost = connection.execute(
        """UPDATE deliveries SET due_at = ?, reason = 'newsbell ended while this was being sent',
                state = CASE WHEN shown_revision IS NULL AND tried != 0 THEN 'unknown' ELSE 'due' END,
                nonce = CASE WHEN shown_revision IS NULL AND tried != 0 THEN nonce ELSE '' END
            WHERE state = 'claimed' AND epoch < ?
            RETURNING id, destination, shown_revision, tried, tried_at, epoch, state""",
        (moment(now), epoch),
    ).fetchall()
    for row in lost:
        connection.execute(
            """INSERT INTO attempts (delivery, platform, chat, action, outcome, began_at, ended_at, epoch, detail)
                SELECT ?, platform, platform || ':' || chat_id || iif(thread_id = '', '', '/' || thread_id),
                    ?, 'unknown', ?, ?, ?, 'newsbell ended while the call was in the air'
                FROM destinations WHERE id = ?""",
            (row["id"], _action(row), row["tried_at"], moment(now), row["epoch"], row["destination"]),
        )
        if row["state"] == "unknown":
            connection.execute(
                "UPDATE destinations SET waits_until = ? WHERE id = ?",
                (moment(now + HOLDS_UP), row["destination"]),
            )
    return len(lost)


def forgive_waits_of_another_clock(connection: sqlite3.Connection, now: datetime) -> None:
    """The clock was set back since the last attempt: what waits for a time of the old one would wait too long."""
    last = connection.execute("SELECT max(ended_at) AS at FROM attempts").fetchone()["at"]
    if last is None or last <= moment(now):
        return
    log.warning("the clock was set back to before the last attempt (%s); what waits is tried at once", last)
    connection.execute("UPDATE destinations SET waits_until = ''")
    connection.execute("UPDATE bots SET waits_until = ''")
    connection.execute("DELETE FROM cooldowns")
    connection.execute(
        "UPDATE deliveries SET due_at = :now WHERE due_at > :now AND state IN ('due', 'unknown')", {"now": moment(now)}
    )


def _action(row: sqlite3.Row) -> str:
    if row["tried"] == 0:
        return "delete"
    return "send" if row["shown_revision"] is None else "edit"
