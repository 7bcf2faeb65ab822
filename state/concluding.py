"""Attempts have ended: their traces, the deliveries' new states, and what it means for destinations and the bot.

All of it runs inside one transaction, so that nothing is half known after a crash.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final

from bot.delivering.conclusions import HOLDS_UP
from bot.delivering.decisions import ARRIVES_WITHIN
from bot.models import Destination, Lane, Outcome, Withdrawn
from bot.records import Conclusion
from state import trials
from state.clocks import forgive
from state.crossposts import enqueue
from state.discussions import close_later, open_later
from state.messages import note
from state.moving import CHANNELS_OF_THEIR_OWN, forget_messages, move_chat
from state.rows import moment

# Each conclusion is one row of a JSON array, and each table is written by one statement for all of them: a statement
# gives the interpreter's lock back for as long as it runs, and the event loop wants that lock. What many say alike, as
# the sends of a post do, is unpacked once: to unpack a field costs more than to write it. The rows are matched with
# deliveries that still exist: a merge of two chats may have dropped one while its call was in the air.
_ENDED: Final = """
    WITH common AS MATERIALIZED (
        SELECT key AS number, value ->> 0 AS platform, value ->> 1 AS action, value ->> 2 AS outcome,
            value ->> 3 AS epoch, value ->> 4 AS detail, value ->> 5 AS shown, value ->> 6 AS fingerprint,
            value ->> 7 AS may_be_gone, value ->> 8 AS state, value ->> 9 AS wanted, value ->> 10 AS gone,
            value ->> 11 AS tries, value ->> 12 AS rung, value ->> 13 AS nonce, value ->> 14 AS unproven,
            value ->> 15 AS reason, value ->> 16 AS arrives_until
        FROM json_each(:common)),
    ended AS (
        SELECT value ->> 0 AS id, value ->> 2 AS chat, value ->> 4 AS began_at, value ->> 5 AS at,
            value ->> 6 AS due_at, value ->> 7 AS message_ids, value ->> 8 AS media_id, common.*
        FROM json_each(:rows) CROSS JOIN common ON number = value ->> 1)
"""

_ATTEMPTS: Final = f"""
    {_ENDED}
    INSERT INTO attempts (delivery, platform, chat, action, outcome, began_at, ended_at, epoch, detail)
        SELECT ended.id, ended.platform, chat, action, outcome, began_at, at, ended.epoch, detail
        FROM ended CROSS JOIN deliveries ON deliveries.id = ended.id
"""

_EDIT_IS_HELD: Final = """
    deliveries.edit_held != '' AND ended.shown IS NOT NULL AND NOT ended.gone
        AND deliveries.wanted NOT IN (0, ended.wanted)
"""
"""The wish moved on while the call was in the air, and what shows in the chat is edited at a person's word only."""

_STILL_WAITED_FOR: Final = """
    coalesce((SELECT max(iif(deliveries.state = 'unknown', waits_until, min(due_at, waits_until))) FROM deliveries
        WHERE deliveries.destination = destinations.id AND nonce != '' AND shown_revision IS NULL
        AND (deliveries.state = 'unknown' OR deliveries.state = 'due' AND deliveries.id != :delivery)), '')
"""
"""While it is unknown what became of a send, this one or another, nothing shortens the wait of its destination.

For another one that is to be repeated it waits until that is due: from then on each goes in its order (state.heads).
"""

_IS_KEPT: Final = """
    deliveries.wanted = 0 AND deliveries.goes = 'keep' AND ended.shown IS NOT NULL
"""
"""Its post was withdrawn while the send was in the air, and what arrived stays (NEWSBELL_WITHDRAWN=keep)."""

_MAY_BE_THERE: Final = "ended.shown IS NULL AND ended.nonce || ended.unproven != ''"
_NEVER_CAME: Final = "ended.shown IS NULL AND ended.nonce || ended.unproven = ''"

_NONCE: Final = "iif(deliveries.wanted = 0, ended.nonce || ended.unproven, ended.nonce)"

_IS_REFUSED: Final = f"(ended.state = 'failed' OR ended.state = 'held' AND {_NEVER_CAME})"
"""For what it said: what is wanted instead is another thing."""

_CHANGES: Final = f"""
    {_ENDED}
    UPDATE deliveries SET
        shown_revision = ended.shown, shown_fingerprint = ended.fingerprint, message_ids = ended.message_ids,
        media_id = ended.media_id, may_be_gone = ended.may_be_gone,
        arrives_until = max(deliveries.arrives_until, ended.arrives_until),
        state = CASE WHEN {_EDIT_IS_HELD} THEN 'held' WHEN {_IS_KEPT} THEN 'settled' WHEN ended.gone THEN ended.state
            -- What is to go, and surely never came, is done with. What may have come is looked for first.
            WHEN deliveries.wanted = 0 AND {_NEVER_CAME} THEN 'settled'
            WHEN deliveries.wanted = 0 AND {_MAY_BE_THERE} AND ended.state = 'due' THEN 'unknown'
            -- The wish may have moved on while the call was in the air: then there is something left to do.
            WHEN deliveries.wanted = ended.wanted THEN ended.state
            WHEN {_MAY_BE_THERE} AND 0 IN (deliveries.wanted, ended.wanted) THEN 'unknown'
            WHEN ended.state = 'settled' OR {_IS_REFUSED} THEN 'due'
            ELSE ended.state END,
        lane = CASE WHEN ended.shown IS NULL THEN lane ELSE '{Lane.EDIT}' END,
        turn = CASE WHEN ended.shown IS NULL THEN turn ELSE 0 END,
        wanted = CASE WHEN ended.gone THEN 0 WHEN {_IS_KEPT} THEN ended.shown ELSE deliveries.wanted END,
        removed = removed OR ended.gone,
        -- A deletion may overtake an edit without an answer (see the trigger deliveries_overtaken).
        due_at = CASE WHEN deliveries.wanted = 0 AND ended.wanted != 0 AND deliveries.goes = 'delete'
            AND ended.arrives_until != '' THEN ended.at ELSE ended.due_at END,
        tries = CASE WHEN deliveries.wanted = ended.wanted THEN ended.tries ELSE 0 END,
        -- What may have come is looked for as what it was, whatever is wanted by now.
        rung = CASE WHEN deliveries.wanted = ended.wanted OR ended.shown IS NULL AND {_NONCE} != '' THEN ended.rung
            ELSE 0 END,
        nonce = {_NONCE}, concluded_at = ended.at,
        reason = CASE WHEN {_EDIT_IS_HELD} THEN deliveries.edit_held ELSE ended.reason END,
        edit_held = CASE WHEN ended.nonce = '' THEN '' ELSE deliveries.edit_held END
    FROM ended
    WHERE deliveries.id = ended.id
"""


_SPECIAL: Final = """
    SELECT deliveries.id, deliveries.destination, destinations.chat_id != value ->> 3 AS renamed FROM json_each(:rows)
    CROSS JOIN deliveries ON deliveries.id = value ->> 0
    CROSS JOIN destinations ON destinations.id = deliveries.destination
    WHERE destinations.chat_id != value ->> 3 OR destinations.on_trial = 1
"""
"""Those whose chat is known by another id than when the call began, and those that were let through for a trial."""


def conclude(connection: sqlite3.Connection, conclusions: Sequence[Conclusion]) -> None:
    """See bot.ports.Deliveries.conclude."""
    ended = _as_terms(conclusions)
    connection.execute(_ATTEMPTS, ended)
    connection.execute(_CHANGES, ended)
    _note_messages(connection, conclusions)
    sent = [one for one in conclusions if one.delivery.shown is None and one.shown is not None]
    enqueue(connection, sent)
    open_later(connection, sent)
    close_later(connection, [one for one in conclusions if one.delivery.shown is not None and one.shown is None])
    special = {row["id"]: row for row in connection.execute(_SPECIAL, ended)}
    for one in conclusions:
        case = special.get(one.delivery.id)
        if case is None:
            _write_destination(connection, one)
        elif case["renamed"] and one.delivery.destination.platform not in CHANNELS_OF_THEIR_OWN:
            forget_messages(connection, one.delivery.id)  # what the old chat answered says nothing of the new one
        else:  # a thread that is known by its channel now is still that thread
            here = replace(one, delivery=replace(one.delivery, destination_id=case["destination"]))
            _write_destination(connection, here)
            trials.end(connection, here)
    for one in conclusions:
        if one.bot_waits_until is not None:
            _write_bot(connection, one.delivery.destination, one.bot_waits_until)
        if one.move_to:
            move_chat(connection, one.delivery.destination, one.move_to)


def _as_terms(conclusions: Sequence[Conclusion]) -> dict[str, str]:
    """What `_ENDED` unpacks: of each what is its own, and with which number it shares the rest."""
    common: dict[tuple[object, ...], int] = {}
    rows = [_own(one, common.setdefault(_shared(one), len(common))) for one in conclusions]
    return {"rows": json.dumps(rows), "common": json.dumps([*common])}


def _own(conclusion: Conclusion, number: int) -> tuple[object, ...]:
    attempt, destination, shown = conclusion.attempt, conclusion.delivery.destination, conclusion.shown
    return (
        conclusion.delivery.id,
        number,
        str(destination),
        destination.chat_id,
        moment(attempt.began_at),
        moment(attempt.ended_at),
        moment(conclusion.due_at),
        shown.receipt.message_ids if shown else (),
        (shown.receipt.media_id or "") if shown else "",
    )


def _shared(conclusion: Conclusion) -> tuple[object, ...]:
    delivery, attempt, shown = conclusion.delivery, conclusion.attempt, conclusion.shown
    return (
        delivery.destination.platform,
        attempt.action,
        attempt.outcome,
        attempt.epoch,
        attempt.detail,
        shown.revision if shown else None,
        shown.fingerprint if shown else "",
        bool(shown and shown.may_be_gone),
        conclusion.state,
        delivery.wanted,
        conclusion.gone,
        conclusion.tries,
        conclusion.rung,
        conclusion.nonce,
        conclusion.unproven,
        conclusion.reason,
        moment(conclusion.arrives_until) if conclusion.arrives_until else "",
    )


def _note_messages(connection: sqlite3.Connection, conclusions: Sequence[Conclusion]) -> None:
    """Remember the messages that were sent: which ids stand in the chats now."""
    for (platform, bot), sent in groupby(
        (one for one in conclusions if one.delivery.shown is None and one.shown is not None),
        key=lambda one: (one.delivery.destination.platform, one.delivery.destination.bot),
    ):
        messages = [
            (one.delivery.destination.chat_id, message_id, one.attempt.ended_at)
            for one in sent
            for message_id in (one.shown.receipt.message_ids if one.shown else ())
        ]
        note(connection, platform, bot, messages)


def _write_bot(connection: sqlite3.Connection, destination: Destination, waits_until: datetime) -> None:
    connection.execute(
        """INSERT INTO bots (platform, bot, waits_until) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET waits_until = max(waits_until, excluded.waits_until)""",
        (destination.platform, destination.bot, moment(waits_until)),
    )


def _write_destination(connection: sqlite3.Connection, conclusion: Conclusion) -> None:
    destination = conclusion.delivery.destination_id
    if conclusion.destination_waits_until is not None:
        place, outcome = conclusion.delivery.destination, conclusion.attempt.outcome
        # A flood wait is the chat's: all of its topics wait with it, and none, for whatever it waits, any shorter.
        # What was put off says nothing of what others wait for.
        reach = "chat_id = (SELECT chat_id FROM destinations WHERE id = :id) AND platform = :platform AND bot = :bot"
        connection.execute(
            f"""UPDATE destinations SET waits_until = max(:until, iif(:longer, waits_until, {_STILL_WAITED_FOR}))
                WHERE id = :id OR :spreads AND {reach}""",
            {
                "until": moment(conclusion.destination_waits_until),
                "delivery": conclusion.delivery.id,
                "id": destination,
                "longer": outcome in (Outcome.FLOOD, Outcome.PUT_OFF),
                "spreads": outcome is Outcome.FLOOD and place.platform not in CHANNELS_OF_THEIR_OWN,
                "platform": place.platform,
                "bot": place.bot,
            },
        )
    if conclusion.suspend:
        connection.execute(
            """UPDATE destinations SET state = 'suspended', reason = ?, state_since = ?
                WHERE id = ? AND state = 'active'""",
            (conclusion.suspend, moment(conclusion.attempt.ended_at), destination),
        )


def make_unknown(connection: sqlite3.Connection, epoch: int, now: datetime) -> int:
    """See bot.ports.Deliveries.orphans."""
    forgive(connection, now)
    # A send that was to be repeated under its nonce may be too old for that by now: it is looked into first.
    connection.execute(
        "UPDATE deliveries SET state = 'unknown' WHERE state = 'due' AND nonce != '' AND shown_revision IS NULL"
    )
    # An edit or a deletion is simply done again: twice does no harm. Only a send has to be settled.
    lost = connection.execute(
        """UPDATE deliveries SET due_at = ?,
                state = CASE WHEN shown_revision IS NULL AND tried != 0 THEN 'unknown'
                    WHEN edit_held != '' AND wanted != 0 AND shown_revision IS NOT NULL THEN 'held' ELSE 'due' END,
                reason = CASE WHEN edit_held != '' AND wanted != 0 AND shown_revision IS NOT NULL THEN edit_held
                    ELSE 'newsbell ended while this was being sent' END,
                edit_held = CASE WHEN shown_revision IS NULL AND tried != 0 THEN edit_held ELSE '' END,
                nonce = CASE WHEN shown_revision IS NULL AND tried != 0 THEN nonce ELSE '' END
            WHERE state = 'claimed' AND epoch < ?
            RETURNING id, destination, shown_revision, tried, tried_at, epoch, state, goes""",
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
    _doubt_shown(connection, lost, now)
    # Nobody was held up while newsbell was away, and what became of each is found out from now on.
    connection.execute(
        """UPDATE destinations SET waits_until = max(waits_until, ?)
            WHERE id IN (SELECT destination FROM deliveries WHERE state = 'unknown')""",
        (moment(now + HOLDS_UP),),
    )
    return len(lost)


def _doubt_shown(connection: sqlite3.Connection, lost: Sequence[sqlite3.Row], now: datetime) -> None:
    """An edit or a deletion that was in the air may have been done, or still be: nobody knows what the chat shows."""
    connection.executemany(
        """UPDATE deliveries SET shown_fingerprint = '', may_be_gone = may_be_gone OR ?, arrives_until = ?
            WHERE id = ? AND shown_revision IS NOT NULL""",
        [(_action(row) == "delete", moment(_arrives_until(row, now)), row["id"]) for row in lost],
    )


def _arrives_until(row: sqlite3.Row, now: datetime) -> datetime:
    return min(datetime.fromisoformat(row["tried_at"]), now) + ARRIVES_WITHIN


def _action(row: sqlite3.Row) -> str:
    if row["tried"] == 0:
        return "edit" if row["goes"] == Withdrawn.MARK else "delete"
    return "send" if row["shown_revision"] is None else "edit"
