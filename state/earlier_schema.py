"""The migrations up to number 22, never changed. What each table holds: state.schema, which goes on from here."""

from __future__ import annotations

from typing import Final

from state.first_schema import FIRST

_NOTICES: Final = (
    """CREATE TABLE notices (
        id INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        language TEXT NOT NULL,
        cause TEXT NOT NULL, -- the same one is told a person once a day; empty: as often as it is written
        message TEXT NOT NULL, -- a sentence of bot.texts, in English
        terms TEXT NOT NULL, -- its values, as JSON
        due_at TEXT, -- none: it was told, or given up
        written_at TEXT NOT NULL
    )""",
    "CREATE INDEX notices_due ON notices (platform, due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX notices_by_cause ON notices (cause, written_at)",
    # When those who subscribed, and when the operators, were told that it is suspended.
    "ALTER TABLE destinations ADD COLUMN owners_told_at TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE destinations ADD COLUMN operators_told_at TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX destinations_suspended ON destinations (platform, bot, state_since) WHERE state = 'suspended'",
)

_BRAKES: Final = (
    "ALTER TABLE posts ADD COLUMN brake TEXT NOT NULL DEFAULT ''",  # held, taken: a person's word (state.brakes)
    "CREATE INDEX posts_braked ON posts (brake, path) WHERE brake != ''",
    "ALTER TABLE deliveries ADD COLUMN braked INTEGER NOT NULL DEFAULT 0",  # 1: held by that word
    # Nothing of a held post becomes due, whatever makes it so: a retry, an edit, a call that comes back.
    """CREATE TRIGGER deliveries_braked AFTER UPDATE OF state ON deliveries
        WHEN NEW.state = 'due' AND NEW.wanted != 0
            AND EXISTS (SELECT 1 FROM posts WHERE subject = NEW.subject AND brake = 'held' AND state != 'withdrawn')
        BEGIN
            UPDATE deliveries SET state = 'held', braked = 1, reason = 'newsbell hold was said' WHERE id = NEW.id;
        END""",
)

_TRIALS: Final = (
    # 1: one of its deliveries is tried although it is suspended (state.trials); when that was begun last.
    "ALTER TABLE destinations ADD COLUMN on_trial INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE destinations ADD COLUMN tried_at TEXT NOT NULL DEFAULT ''",
)

_PRUNING: Final = (
    "CREATE INDEX announcements_revised ON announcements (created_at) WHERE revision > 1",
    "CREATE INDEX media_by_time ON media (at)",
    "CREATE INDEX publications_by_subject ON publications (subject)",
)

_PAUSES: Final = (
    "ALTER TABLE destinations ADD COLUMN paused_until TEXT NOT NULL DEFAULT ''",  # empty: until a person's word
    "CREATE INDEX destinations_paused ON destinations (paused_until) WHERE paused_until != ''",
)

_HANDOVERS: Final = (
    "ALTER TABLE bots ADD COLUMN follows TEXT NOT NULL DEFAULT ''",  # it waits for a word to take over this one's chats
)

_PAGES: Final = (
    "ALTER TABLE posts ADD COLUMN page TEXT NOT NULL DEFAULT ''",  # the public page that a waiting post waits for
    "ALTER TABLE posts ADD COLUMN page_until TEXT NOT NULL DEFAULT ''",  # and until when at the latest
)

_COOLDOWNS: Final = (
    """CREATE TABLE cooldowns (
        platform TEXT NOT NULL,
        rate TEXT NOT NULL, -- the key under which the pacer counts
        until TEXT NOT NULL,
        PRIMARY KEY (platform, rate)
    ) WITHOUT ROWID""",
    # A call that was cut off counts from its end: so late it may have arrived.
    "DROP INDEX attempts_by_time",
    "CREATE INDEX attempts_by_end ON attempts (platform, ended_at)",
)

_DIGESTS: Final = (
    """CREATE TABLE digests (
        subject INTEGER PRIMARY KEY REFERENCES subjects(id),
        language TEXT NOT NULL
    )""",
    """CREATE TABLE digest_posts (
        digest INTEGER NOT NULL REFERENCES digests(subject),
        position INTEGER NOT NULL,
        subject INTEGER NOT NULL REFERENCES posts(subject),
        PRIMARY KEY (digest, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX digest_posts_by_subject ON digest_posts (subject)",
    # One row: above how many posts the process that sends makes a digest.
    "CREATE TABLE digesting (id INTEGER PRIMARY KEY CHECK (id = 1), most INTEGER NOT NULL)",
    "ALTER TABLE deliveries ADD COLUMN piled INTEGER NOT NULL DEFAULT 0",  # 1: due later, so that it may be gathered
    "ALTER TABLE deliveries ADD COLUMN digest INTEGER NOT NULL DEFAULT 0",  # settled, for it is in this digest
    "CREATE INDEX deliveries_piled ON deliveries (piled) WHERE piled = 1",
)

_CROSSPOSTS: Final = (
    """CREATE TABLE crossposts (
        id INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        message_id TEXT NOT NULL,
        due_at TEXT NOT NULL, -- not before; the latest one holds for its whole channel
        done_at TEXT, -- none: it is still to be published
        written_at TEXT NOT NULL
    )""",
    "CREATE INDEX crossposts_by_chat ON crossposts (platform, bot, chat_id, done_at)",
    "CREATE INDEX crossposts_by_time ON crossposts (written_at)",
)

_TURNS: Final = (
    # The smallest goes first in its lane, so that publications share the pace (state.turns); 0: at once.
    "ALTER TABLE deliveries ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX deliveries_due",
    "CREATE INDEX deliveries_due ON deliveries (platform, bot, lane, turn, id) WHERE state = 'due' AND parked = 0",
    """CREATE TABLE turns (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        lane TEXT NOT NULL,
        turn INTEGER NOT NULL, -- that was taken last
        PRIMARY KEY (platform, bot, lane)
    ) WITHOUT ROWID""",
)

_CALLED: Final = (
    # Sends that were called and are not known to have arrived, or are called at this moment: few among all that is due.
    "CREATE INDEX deliveries_called ON deliveries (destination) WHERE nonce != '' AND shown_revision IS NULL",
)

_TOLD_REASONS: Final = (
    # Of which reason for its suspension those who subscribed, and the operators, were told last.
    "ALTER TABLE destinations ADD COLUMN owners_told_of TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE destinations ADD COLUMN operators_told_of TEXT NOT NULL DEFAULT ''",
)

_FAN_OUT: Final = (
    # All that a post asks of subscriptions, in the order of their destinations.
    "DROP INDEX subscriptions_by_selector",
    "CREATE INDEX subscriptions_by_selector ON subscriptions (kind, value, destination, language, options)",
)

_WORDS: Final = (
    # What commands beside the process that sends were told, for its log.
    """CREATE TABLE words (
        id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        what TEXT NOT NULL,
        said_at TEXT NOT NULL
    )""",
)

_HELD_EDITS: Final = (
    # Why the edit that follows a call in the air waits for a person's word (state.held).
    "ALTER TABLE deliveries ADD COLUMN edit_held TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX deliveries_edit_held ON deliveries (subject) WHERE edit_held != ''",
)

_POLICIES: Final = (
    # Nobody could set it before. Empty: as the site has it (NEWSBELL_ON_UNKNOWN).
    "ALTER TABLE destinations DROP COLUMN on_unknown",
    "ALTER TABLE destinations ADD COLUMN on_unknown TEXT NOT NULL DEFAULT ''",
)

_LOST_CALLS: Final = (
    # Until when an edit or a deletion without an answer may still be done; 1: a deletion may have been.
    "ALTER TABLE deliveries ADD COLUMN arrives_until TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE deliveries ADD COLUMN may_be_gone INTEGER NOT NULL DEFAULT 0",
    # No edit goes before that, whatever makes it due: the lost call would overwrite it. A deletion may.
    """CREATE TRIGGER deliveries_overtaken AFTER UPDATE OF due_at, arrives_until ON deliveries
        WHEN NEW.due_at < NEW.arrives_until AND NEW.wanted != 0 AND NEW.shown_revision IS NOT NULL
        BEGIN
            UPDATE deliveries SET due_at = NEW.arrives_until WHERE id = NEW.id;
        END""",
)

_GOES: Final = (
    # How its message goes once nothing is wanted, as NEWSBELL_WITHDRAWN calls it.
    "ALTER TABLE deliveries ADD COLUMN goes TEXT NOT NULL DEFAULT 'delete'",
    # To mark a message is an edit as well.
    "DROP TRIGGER deliveries_overtaken",
    """CREATE TRIGGER deliveries_overtaken AFTER UPDATE OF due_at, arrives_until ON deliveries
        WHEN NEW.due_at < NEW.arrives_until AND NEW.shown_revision IS NOT NULL
            AND (NEW.wanted != 0 OR NEW.goes = 'mark')
        BEGIN
            UPDATE deliveries SET due_at = NEW.arrives_until WHERE id = NEW.id;
        END""",
)

_FOLDERS: Final = (
    # Its device and inode, "66:1234", when it was last believed; empty: whichever folder is there is believed.
    "ALTER TABLE roots ADD COLUMN folder TEXT NOT NULL DEFAULT ''",
)

_COPIES: Final = (
    # A copy is numbered by those that its chat had (state.matching).
    "ALTER TABLE publications DROP COLUMN copy",
)

EARLIER: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("0001_first", FIRST),
    ("0002_notices", _NOTICES),
    ("0003_brakes", _BRAKES),
    ("0004_trials", _TRIALS),
    ("0005_pruning", _PRUNING),
    ("0006_pauses", _PAUSES),
    ("0007_handovers", _HANDOVERS),
    ("0008_pages", _PAGES),
    ("0009_cooldowns", _COOLDOWNS),
    ("0010_digests", _DIGESTS),
    ("0011_crossposts", _CROSSPOSTS),
    ("0012_turns", _TURNS),
    ("0013_called", _CALLED),
    ("0014_told_reasons", _TOLD_REASONS),
    ("0015_fan_out", _FAN_OUT),
    ("0016_words", _WORDS),
    ("0017_held_edits", _HELD_EDITS),
    ("0018_policies", _POLICIES),
    ("0019_lost_calls", _LOST_CALLS),
    ("0020_goes", _GOES),
    ("0021_folders", _FOLDERS),
    ("0022_copies", _COPIES),
)
"""Each migration's name and its statements, in order."""
