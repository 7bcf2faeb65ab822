"""Which bot account writes on a platform, and what becomes of the chats when it is another one.

Message ids, picture ids and rights are each bot's own. So another bot asks for a person's word before it writes, and
then takes over the destinations with their subscriptions and what is unsent; what the old one showed is let be.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.models import OnUnknown
from bot.records import Handover
from state.guestbook import handed_over
from state.moving import FORGET, merge
from state.rows import moment

ANOTHERS: Final = "another bot has shown it, so this one can't change it"

_LAST: Final = "SELECT bot FROM bots WHERE platform = ? AND opened > 0 ORDER BY opened DESC LIMIT 1"

_OLD_PLACES: Final = "SELECT id FROM destinations WHERE platform = :platform AND bot = :old"

RESENDS: Final = """
    (SELECT coalesce(nullif(on_unknown, ''), :on_unknown) FROM destinations WHERE id = destination) = 'resend'
"""
"""Of a delivery: where no proof can be had, it is sent again. `on_unknown` is the site's."""

# What the old bot may have sent, nobody can find out any more: the destination's policy decides (DESIGN 4.1).
_UNSETTLED: Final = f"""
    UPDATE deliveries SET nonce = '', tries = 0, rung = iif(wanted = tried, rung, 0),
        state = CASE WHEN state NOT IN ('unknown', 'claimed') THEN state
            WHEN {RESENDS} THEN 'due' ELSE 'held' END
    WHERE destination IN ({_OLD_PLACES}) AND (nonce != '' OR state IN ('unknown', 'claimed'))
"""

# The rights of the old bot say nothing of the new one's.
_RENAME: Final = """
    UPDATE destinations SET bot = :new, waits_until = '', on_trial = 0, owners_told_at = '', operators_told_at = '',
        reason = CASE state WHEN 'suspended' THEN '' ELSE reason END,
        state_since = CASE state WHEN 'suspended' THEN :now ELSE state_since END,
        state = CASE state WHEN 'suspended' THEN 'active' ELSE state END
    WHERE platform = :platform AND bot = :old
"""


def bot_of(connection: sqlite3.Connection, platform: str) -> str:
    """See bot.ports.Subscriptions.bot_of."""
    row = connection.execute(_LAST, (platform,)).fetchone()
    return row["bot"] if row else ""


def remember(connection: sqlite3.Connection, platform: str, bot: str) -> str:
    """See bot.ports.Subscriptions.remember_bot."""
    last = bot_of(connection, platform)
    if (
        last not in ("", bot)
        and connection.execute(f"{_OLD_PLACES} LIMIT 1", {"platform": platform, "old": last}).fetchone()
    ):
        connection.execute(
            """INSERT INTO bots (platform, bot, follows) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET follows = excluded.follows WHERE follows != excluded.follows""",
            (platform, bot, last),
        )
        return last
    _open(connection, platform, bot)
    return ""


def waiting(connection: sqlite3.Connection) -> list[Handover]:
    """See bot.ports.Subscriptions.handovers."""
    rows = connection.execute(
        """SELECT platform, bot, follows, (SELECT count(*) FROM destinations
                WHERE destinations.platform = bots.platform AND destinations.bot = follows) AS chats
            FROM bots WHERE follows != '' ORDER BY platform, bot"""
    )
    return [Handover(row["platform"], row["follows"], row["bot"], row["chats"]) for row in rows]


def hand_over(connection: sqlite3.Connection, now: datetime, on_unknown: OnUnknown) -> list[Handover]:
    """See bot.ports.Subscriptions.hand_over."""
    done = waiting(connection)
    for each in done:
        terms = {"platform": each.platform, "old": each.old, "new": each.new, "now": moment(now), "reason": ANOTHERS}
        connection.execute(f"{FORGET} AND destination IN ({_OLD_PLACES})", terms)
        connection.execute(_UNSETTLED, terms | {"on_unknown": on_unknown})
        for old, new in _clashes(connection, terms):
            merge(connection, old, new)
        connection.execute(f"UPDATE deliveries SET bot = :new WHERE destination IN ({_OLD_PLACES})", terms)
        connection.execute(_RENAME, terms)
        handed_over(connection, terms)
        _open(connection, each.platform, each.new)
    return done


def _clashes(connection: sqlite3.Connection, terms: dict[str, str]) -> list[tuple[int, int]]:
    """Destinations that the new bot has as well, from an earlier time of its own."""
    rows = connection.execute(
        """SELECT old.id AS old, new.id AS new FROM destinations old JOIN destinations new
                ON new.platform = old.platform AND new.chat_id = old.chat_id AND new.thread_id = old.thread_id
            WHERE old.platform = :platform AND old.bot = :old AND new.bot = :new""",
        terms,
    )
    return [(row["old"], row["new"]) for row in rows]


def _open(connection: sqlite3.Connection, platform: str, bot: str) -> None:
    """The bot writes there from now on; no other one waits for a word to do so."""
    connection.execute("UPDATE bots SET follows = '' WHERE platform = ? AND follows != ''", (platform,))
    connection.execute(
        """INSERT INTO bots (platform, bot, opened) SELECT ?, ?, coalesce(max(opened), 0) + 1 FROM bots WHERE 1
            ON CONFLICT DO UPDATE SET opened = excluded.opened""",
        (platform, bot),
    )
