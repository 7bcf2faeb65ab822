"""Deliveries are claimed: many at once, in one commit, before the first of their calls begins (DESIGN 4.1)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.models import Delivery
from state.messages import note_claim
from state.rows import DELIVERY, deliveries_of, moment
from state.trials import WRITABLE
from state.turns import take

# In one row, too, and by a look of its own: RETURNING costs more. Nobody else writes between the two.
_CLAIMABLE: Final = f"""
    SELECT json_group_object(mine.key, mine.value) FROM json_each(:nonces) AS mine
    CROSS JOIN deliveries ON deliveries.id = CAST(mine.key AS INTEGER)
    WHERE +deliveries.state = 'due' AND due_at <= :now
    AND EXISTS (SELECT 1 FROM destinations WHERE destinations.id = destination AND {WRITABLE})
"""

# A send that is repeated under its nonce says what it said the first time, and is still looked for from that time on.
# It is none that is to go by now: what may be there of that is unknown (state.concluding, state.withdrawing).
_CLAIM: Final = """
    UPDATE deliveries SET state = 'claimed', epoch = :epoch, nonce = mine.value,
        tried_at = CASE WHEN nonce = '' THEN :now ELSE tried_at END,
        tried = CASE WHEN nonce = '' THEN wanted ELSE tried END
    FROM json_each(:claimed) AS mine WHERE deliveries.id = CAST(mine.key AS INTEGER)
"""

# The rung that its call takes is known before the call, or nobody could tell after a crash what was to be shown.
_CLIMB: Final = """
    UPDATE deliveries SET rung = mine.value ->> 1 FROM json_each(:rungs) AS mine
    WHERE deliveries.id = CAST(mine.key AS INTEGER) AND wanted = mine.value ->> 0
    AND deliveries.id IN (SELECT CAST(key AS INTEGER) FROM json_each(:claimed))
"""

_CLAIMED: Final = f"SELECT {DELIVERY} WHERE deliveries.id IN (SELECT CAST(key AS INTEGER) FROM json_each(:claimed))"


def claim(
    connection: sqlite3.Connection,
    nonces: Mapping[int, str],
    epoch: int,
    now: datetime,
    rungs: Mapping[int, tuple[int, int]],
) -> list[Delivery]:
    """See bot.ports.Deliveries.claim."""
    terms = {"nonces": json.dumps(nonces), "epoch": epoch, "now": moment(now)}
    [terms["claimed"]] = connection.execute(_CLAIMABLE, terms).fetchone()
    connection.execute(_CLAIM, terms)
    if rungs:
        connection.execute(_CLIMB, terms | {"rungs": json.dumps(rungs)})
    deliveries = deliveries_of(connection, _CLAIMED, terms)
    take(connection, [one.id for one in deliveries])
    note_claim(connection, {(one.destination.platform, one.destination.bot) for one in deliveries}, now)
    return deliveries
