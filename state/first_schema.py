"""The tables as newsbell began with them: migration 0001_first, never changed. What each table holds: state.schema."""

from __future__ import annotations

from typing import Final

FIRST: Final = (
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
