"""Suspended places: one delivery at a time is let through to find out whether the right is back, and the rest waits.

A place on trial is still suspended. Its first waiting delivery alone stands among those that are due, and what comes of
it decides (DESIGN 4.4: "resumed by itself when the right returns").
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from bot.models import Action, DeliveryState, Outcome
from bot.records import Conclusion
from state import digesting
from state.rows import moment

WRITABLE: Final = "(destinations.state = 'active' OR destinations.state = 'suspended' AND destinations.on_trial = 1)"
"""Of a destination: one of its deliveries may be tried now."""

# The longer a door has been closed, the less often it is knocked at: after a quarter of that time. Where the clock was
# set back since, nobody knows when the last time was: it is knocked at now, and counted from now on.
_BEGIN: Final = """
    UPDATE destinations SET on_trial = 1, tried_at = :now, state_since = min(state_since, :now), waits_until = ''
    WHERE id IN (
        SELECT id FROM destinations WHERE state = 'suspended' AND platform = :platform AND bot = :bot
        AND (max(state_since, tried_at) > :now OR max(state_since, tried_at) <= :quiet_since AND (:starting OR
            julianday(:now) - julianday(max(state_since, tried_at)) >= (julianday(:now) - julianday(state_since)) / 4))
        AND EXISTS (SELECT 1 FROM deliveries WHERE destination = destinations.id AND due_at <= :now
            AND deliveries.state IN ('due', 'unknown'))
        ORDER BY max(state_since, tried_at) LIMIT :limit)
    RETURNING id
"""

_LET_THROUGH: Final = """
    UPDATE deliveries SET parked = 0 WHERE id = (
        SELECT id FROM deliveries WHERE destination = ? AND state = 'due' AND due_at <= ?
        ORDER BY lane, position, id LIMIT 1)
"""

_PARK: Final = """
    UPDATE deliveries SET parked = 1 WHERE destination = ? AND parked = 0
    AND EXISTS (SELECT 1 FROM destinations WHERE id = destination AND state != 'active')
"""

GIVEN_UP: Final = "it could not be delivered for {days} days: {reason}"

# What is to be taken back is never given up, and an edit counts from when it was written.
_GIVE_UP: Final = """
    UPDATE deliveries SET state = 'failed', concluded_at = :now, reason = (
        SELECT replace(replace(:given_up, '{days}', :days), '{reason}', reason)
            FROM destinations WHERE id = destination)
    WHERE state IN ('due', 'unknown') AND max(created_at, due_at) <= :before AND wanted != 0
    AND NOT EXISTS (SELECT 1 FROM announcements WHERE announcements.subject = deliveries.subject
        AND shown_revision IS NOT NULL AND revision = wanted AND announcements.created_at > :before)
    AND destination IN (
        SELECT id FROM destinations WHERE state = 'suspended' AND platform = :platform AND bot = :bot
            AND state_since <= :before)
"""

_DONE: Final = frozenset({Outcome.SENT, Outcome.EDITED, Outcome.DELETED})


def begin(
    connection: sqlite3.Connection,
    platform: str,
    bot: str,
    now: datetime,
    *,
    pause: timedelta,
    limit: int,
    starting: bool,
) -> int:
    """See bot.ports.Subscriptions.try_suspended."""
    terms = {
        "platform": platform,
        "bot": bot,
        "now": moment(now),
        "quiet_since": moment(now - pause),
        "limit": limit,
        "starting": starting,
    }
    tried = connection.execute(_BEGIN, terms).fetchall()
    connection.executemany(_LET_THROUGH, [(row["id"], moment(now)) for row in tried])
    return len(tried)


def end(connection: sqlite3.Connection, conclusion: Conclusion) -> None:
    """What an attempt says about its destination, if that was on trial."""
    destination = conclusion.delivery.destination_id
    if not connection.execute("SELECT 1 FROM destinations WHERE id = ? AND on_trial = 1", (destination,)).fetchone():
        return
    ended_at = moment(conclusion.attempt.ended_at)
    if conclusion.attempt.outcome in _DONE:
        connection.execute(
            """UPDATE destinations SET on_trial = 0, state = 'active', reason = '', state_since = ?
                WHERE id = ? AND state = 'suspended'""",
            (ended_at, destination),
        )
        digesting.gather_for(connection, [destination], conclusion.attempt.ended_at)
    elif conclusion.suspend or _ends_without_proof(conclusion):
        connection.execute(
            "UPDATE destinations SET on_trial = 0, reason = coalesce(nullif(?, ''), reason) WHERE id = ?",
            (conclusion.suspend, destination),
        )
        connection.execute(_PARK, (destination,))
    elif conclusion.attempt.action is Action.PROBE and conclusion.state is DeliveryState.DUE:
        # It is to be sent after all, and whatever was let through may stand behind it now.
        connection.execute(_PARK, (destination,))
        connection.execute(_LET_THROUGH, (destination, max(ended_at, moment(conclusion.due_at))))


def _ends_without_proof(conclusion: Conclusion) -> bool:
    """Whether a call was refused for now. Neither a look into a lost message nor what was put off says that."""
    if conclusion.attempt.action is Action.PROBE or conclusion.attempt.outcome is Outcome.PUT_OFF:
        return False
    return conclusion.state is not DeliveryState.DUE or conclusion.due_at > conclusion.attempt.ended_at


def give_up(connection: sqlite3.Connection, platform: str, bot: str, now: datetime, before: datetime) -> int:
    """See bot.ports.Subscriptions.give_up_suspended."""
    terms = {
        "platform": platform,
        "bot": bot,
        "now": moment(now),
        "before": moment(before),
        "days": (now - before).days,
        "given_up": GIVEN_UP,
    }
    return connection.execute(_GIVE_UP, terms).rowcount
