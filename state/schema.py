"""The tables, as ordered and named migrations. A migration that was released is never changed: a new one follows it.

Times are text, ISO 8601 in UTC with microseconds, so that they sort and read alike. Booleans are 0 and 1.

What is where::

    files          every file of the watched folder: its stamp, its digest, and its problem if it has one
    subjects       what messages can be about; posts are subjects with an identity (post_keys) and selectors
    announcements  what is said about a subject, one row a revision
    publications   each fan-out of a subject; its id is the position of the deliveries that it made
    destinations   where messages go, and whether they may; subscriptions say which posts
    deliveries     one row for each (destination, subject, copy): wanted against shown
    attempts       append-only: what was tried and what came of it
    owners         one row for each process that took the sending lock: the epochs of claims
    crossposts     messages in announcement channels that are to be published for followers, and were lately
    turns          how far each lane's deliveries have come (state.turns)
    cooldowns      where a platform asked for silence, by the keys of the pacer's rates
    bots, media    per bot account: cool-down, and the re-usable ids of pictures
    messages       message ids that are known to stand in chats, anybody's (state.messages)
    notices        what operators and owners of chats are told about newsbell itself
"""

from __future__ import annotations

from typing import Final

_FIRST: Final = (
    """CREATE TABLE roots (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        baseline_at TEXT
    )""",
    """CREATE TABLE subjects (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        created_at TEXT NOT NULL
    )""",
    """CREATE TABLE posts (
        subject INTEGER PRIMARY KEY REFERENCES subjects(id),
        key TEXT NOT NULL,
        path TEXT NOT NULL,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        state TEXT NOT NULL,
        visibility TEXT NOT NULL,
        published_at TEXT,
        first_seen_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '', -- why it is held
        copy_of INTEGER NOT NULL DEFAULT 0, -- held as a copy of this subject
        gone INTEGER NOT NULL DEFAULT 0, -- 1: its file is away, and it was withdrawn for that
        leaving INTEGER NOT NULL DEFAULT 0, -- 1: is public no more, and its messages wait for a person's word
        cleared INTEGER NOT NULL DEFAULT 0, -- 1: a person said that it is no copy
        digest TEXT NOT NULL, -- of the bytes that it was last read from
        likeness_title TEXT NOT NULL, -- the rest is what a renamed file or a copy is recognised by
        likeness_slug TEXT NOT NULL,
        likeness_length INTEGER NOT NULL,
        likeness_sketch BLOB NOT NULL,
        likeness_first INTEGER, -- the sketch's two smallest hashes; none: the text is too short
        likeness_second INTEGER
    )""",
    "CREATE INDEX posts_by_original ON posts (copy_of) WHERE copy_of != 0",
    "CREATE INDEX posts_by_date ON posts (published_at)",
    "CREATE INDEX posts_by_digest ON posts (digest)",
    "CREATE INDEX posts_by_title ON posts (likeness_title)",
    "CREATE INDEX posts_by_slug ON posts (likeness_slug)",
    "CREATE INDEX posts_by_first ON posts (likeness_first)",
    "CREATE INDEX posts_by_second ON posts (likeness_second)",
    "CREATE INDEX posts_by_path ON posts (path)",
    "CREATE INDEX posts_by_state ON posts (state, published_at, path)",
    """CREATE TABLE post_keys (
        key TEXT PRIMARY KEY,
        subject INTEGER NOT NULL REFERENCES posts(subject)
    ) WITHOUT ROWID""",
    "CREATE INDEX post_keys_by_subject ON post_keys (subject)",
    """CREATE TABLE post_selectors (
        subject INTEGER NOT NULL REFERENCES posts(subject),
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        display TEXT NOT NULL,
        PRIMARY KEY (subject, kind, value)
    ) WITHOUT ROWID""",
    """CREATE TABLE files (
        root INTEGER NOT NULL REFERENCES roots(id),
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        digest TEXT NOT NULL,
        subject INTEGER REFERENCES posts(subject),
        problem_line INTEGER,
        problem_what TEXT,
        problem_mend TEXT,
        refused_for INTEGER NOT NULL DEFAULT 0, -- no post of its own: it is this subject, which lies elsewhere
        unread INTEGER NOT NULL DEFAULT 0, -- 1: it was there before newsbell, and could not be read since
        missing_since TEXT,
        PRIMARY KEY (root, path)
    ) WITHOUT ROWID""",
    "CREATE INDEX files_refused ON files (refused_for) WHERE refused_for != 0",
    "CREATE INDEX files_missing ON files (root, subject) WHERE missing_since IS NOT NULL",
    "CREATE INDEX files_unread ON files (root, path) WHERE unread = 1",
    """CREATE TABLE announcements (
        subject INTEGER NOT NULL REFERENCES subjects(id),
        revision INTEGER NOT NULL,
        content TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (subject, revision)
    ) WITHOUT ROWID""",
    """CREATE TABLE publications (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subject INTEGER NOT NULL REFERENCES subjects(id),
        copy INTEGER NOT NULL,
        at TEXT NOT NULL
    )""",
    """CREATE TABLE destinations (
        id INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        thread_id TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'active',
        reason TEXT NOT NULL DEFAULT '',
        state_since TEXT NOT NULL,
        waits_until TEXT NOT NULL DEFAULT '',
        on_unknown TEXT NOT NULL DEFAULT 'resend',
        created_at TEXT NOT NULL,
        UNIQUE (platform, bot, chat_id, thread_id)
    )""",
    "CREATE INDEX destinations_waiting ON destinations (platform, bot, waits_until) WHERE state = 'active'",
    """CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY,
        destination INTEGER NOT NULL REFERENCES destinations(id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        display TEXT NOT NULL,
        language TEXT NOT NULL DEFAULT '',
        filters TEXT NOT NULL DEFAULT '{}',
        options TEXT NOT NULL DEFAULT '{}',
        created_by TEXT NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (destination, kind, value)
    )""",
    "CREATE INDEX subscriptions_by_selector ON subscriptions (kind, value)",
    """CREATE TABLE owners (
        epoch INTEGER PRIMARY KEY AUTOINCREMENT,
        pid INTEGER NOT NULL,
        host TEXT NOT NULL,
        began_at TEXT NOT NULL
    )""",
    """CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        destination INTEGER NOT NULL REFERENCES destinations(id) ON DELETE CASCADE,
        subject INTEGER NOT NULL REFERENCES subjects(id),
        copy INTEGER NOT NULL DEFAULT 0,
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        wanted INTEGER NOT NULL,
        shown_revision INTEGER,
        shown_fingerprint TEXT NOT NULL DEFAULT '',
        message_ids TEXT NOT NULL DEFAULT '[]',
        media_id TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL,
        parked INTEGER NOT NULL DEFAULT 0, -- 1: its destination is paused or suspended
        lane TEXT NOT NULL,
        position INTEGER NOT NULL,
        due_at TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        rung INTEGER NOT NULL DEFAULT 0,
        nonce TEXT NOT NULL DEFAULT '',
        epoch INTEGER NOT NULL DEFAULT 0,
        tried_at TEXT,
        tried INTEGER NOT NULL DEFAULT 0,
        options TEXT NOT NULL DEFAULT '{}',
        reason TEXT NOT NULL DEFAULT '',
        leaving INTEGER NOT NULL DEFAULT 0, -- 1: held, for its post is leaving
        removed INTEGER NOT NULL DEFAULT 0, -- 1: somebody removed the message in the chat
        created_at TEXT NOT NULL,
        concluded_at TEXT,
        UNIQUE (destination, subject, copy)
    )""",
    # What stands before a closed door is out of this index, so that a long line there costs the others nothing.
    "CREATE INDEX deliveries_due ON deliveries (platform, bot, lane, position, id) WHERE state = 'due' AND parked = 0",
    """CREATE TRIGGER deliveries_parked AFTER UPDATE OF state ON destinations WHEN OLD.state != NEW.state BEGIN
        UPDATE deliveries SET parked = (NEW.state != 'active') WHERE destination = NEW.id;
    END""",
    "CREATE INDEX deliveries_line ON deliveries (destination, lane, position, id) WHERE state = 'due'",
    "CREATE INDEX deliveries_timer ON deliveries (platform, bot, due_at) WHERE state = 'due'",
    "CREATE INDEX deliveries_unknown ON deliveries (platform, bot, due_at) WHERE state = 'unknown'",
    "CREATE INDEX deliveries_claimed ON deliveries (epoch) WHERE state = 'claimed'",
    "CREATE INDEX deliveries_by_subject ON deliveries (subject)",
    """CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        delivery INTEGER REFERENCES deliveries(id) ON DELETE SET NULL, -- none: a reply, or its delivery was dropped
        platform TEXT NOT NULL,
        chat TEXT NOT NULL, -- the destination as written; of a reply, empty
        rates TEXT NOT NULL DEFAULT '[]', -- of a reply: the keys under which the pacer counted it
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        began_at TEXT NOT NULL,
        ended_at TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        detail TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX attempts_by_delivery ON attempts (delivery)",
    "CREATE INDEX attempts_by_time ON attempts (platform, began_at)",
    """CREATE TABLE bots (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        waits_until TEXT NOT NULL DEFAULT '',
        opened INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (platform, bot)
    ) WITHOUT ROWID""",
    """CREATE TABLE messages (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        sequence TEXT NOT NULL, -- the chats that count together: a chat's id; empty: all that count in one
        message_id INTEGER NOT NULL,
        at TEXT NOT NULL, -- when newsbell learned of it
        PRIMARY KEY (platform, bot, sequence, message_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX messages_by_time ON messages (at)",
    """CREATE TABLE media (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        source TEXT NOT NULL,
        media_id TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (platform, bot, source)
    ) WITHOUT ROWID""",
)

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

MIGRATIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("0001_first", _FIRST),
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
)
"""Each migration's name and its statements, in order."""
