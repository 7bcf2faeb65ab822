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
    discussions    threads under messages that are to be opened, are open, or are to be closed
    turns          how far each lane's deliveries have come (state.turns)
    cooldowns      where a platform asked for silence, by the keys of the pacer's rates
    bots, media    per bot account: cool-down, and the re-usable ids of pictures
    messages       message ids that are known to stand in chats, anybody's (state.messages)
    notices        what operators and owners of chats are told about newsbell itself
    profiles       what platforms were told about the bot itself
    words          what commands beside the process that sends were told, for its log
    welcomes       chats that were welcomed, each once; keepers: who connected them (state.guestbook)
    people         what those who came to newsbell speak (state.guestbook)
    operators      who became one by a one-time code; codes: those that were made; guesses: wrong ones (state.operators)
"""

from __future__ import annotations

from typing import Final

from state.earlier_schema import EARLIER

_LOBBY: Final = (
    """CREATE TABLE welcomes (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        welcomed_at TEXT NOT NULL,
        waits_for TEXT NOT NULL DEFAULT '', -- the person who could not be told; empty: it was told
        PRIMARY KEY (platform, bot, chat_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX welcomes_waiting ON welcomes (platform, bot, waits_for) WHERE waits_for != ''",
    """CREATE TABLE keepers (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        person TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (platform, bot, person, chat_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE operators (
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (platform, person)
    ) WITHOUT ROWID""",
    """CREATE TABLE codes (
        digest TEXT PRIMARY KEY, -- of the code, which is written down nowhere
        until TEXT NOT NULL,
        used_by TEXT NOT NULL DEFAULT '' -- "telegram:123"; empty: nobody has used it
    ) WITHOUT ROWID""",
    "CREATE TABLE guesses (person TEXT NOT NULL, at TEXT NOT NULL)",  # wrong codes of the last hour
)

_PROFILES: Final = (
    """CREATE TABLE profiles (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        part TEXT NOT NULL, -- "commands default km", "webhook"
        digest TEXT NOT NULL, -- of what was told
        told_at TEXT NOT NULL,
        PRIMARY KEY (platform, bot, part)
    ) WITHOUT ROWID""",
)

_UNWANTED: Final = (
    # 1: its chat unsubscribed from it, so that no edit of its post brings it back (state.matching).
    "ALTER TABLE deliveries ADD COLUMN unwanted INTEGER NOT NULL DEFAULT 0",
)

_PINS: Final = (
    """CREATE TABLE pins (
        delivery INTEGER PRIMARY KEY REFERENCES deliveries(id) ON DELETE CASCADE,
        message_id TEXT NOT NULL,
        rotates INTEGER NOT NULL, -- 1: the subscription wants it, and the next post takes its place
        at TEXT NOT NULL
    )""",
)

_RUNGS: Final = (
    # A rung was the index of a picture; now one that is not a file has two, its bytes and its address.
    """UPDATE deliveries SET rung = rung + (
        SELECT count(*) FROM announcements, json_each(announcements.content, '$.pictures') AS picture
        WHERE announcements.subject = deliveries.subject AND announcements.revision = deliveries.tried
        AND picture.key < deliveries.rung AND picture.value ->> 'file' IS NULL)
    WHERE rung > 0""",
)

_MASSES: Final = (
    # When its file changed last, of a post that was known or sent; empty: it did not.
    "ALTER TABLE posts ADD COLUMN changed_at TEXT NOT NULL DEFAULT ''",
    # Of the mass of changes that is being taken in (state.masses); empty: there is none.
    "ALTER TABLE roots ADD COLUMN mass_began_at TEXT NOT NULL DEFAULT ''",
    # 1: held with the mass of edits that made its chat want the post (state.joining).
    "ALTER TABLE deliveries ADD COLUMN joins INTEGER NOT NULL DEFAULT 0",
)

_PEOPLE: Final = (
    """CREATE TABLE people (
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        language TEXT NOT NULL, -- of their own app, one of ours; empty: another one
        PRIMARY KEY (platform, person)
    ) WITHOUT ROWID""",
)

_MOVES: Final = (
    # Groups that became supergroups: menus in private chats name the old id for ever.
    """CREATE TABLE moves (
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        new_id TEXT NOT NULL,
        PRIMARY KEY (platform, bot, chat_id)
    ) WITHOUT ROWID""",
)

_TOPICS: Final = (
    # Names of topics as they were heard, the newest last (state.guestbook). They are the same for every bot.
    """CREATE TABLE topics (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        platform TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        thread_id TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (platform, chat_id, thread_id)
    )""",
)

_MENUS: Final = (
    # A press in a menu counts the posts of each category and language (state.offering): not one post is read for it.
    "CREATE INDEX post_selectors_by_category ON post_selectors (value, display) WHERE kind = 'category'",
    "CREATE INDEX posts_by_language ON posts (state, language)",
)

_OFFERED: Final = (
    # An index that begins with the state drew queries by path and state away from that of the paths.
    "DROP INDEX posts_by_language",
    "CREATE INDEX posts_by_language ON posts (language, state)",
)

_DISCUSSIONS: Final = (
    """CREATE TABLE discussions (
        delivery INTEGER PRIMARY KEY REFERENCES deliveries(id) ON DELETE CASCADE,
        platform TEXT NOT NULL,
        bot TEXT NOT NULL,
        chat_id TEXT NOT NULL,
        message_id TEXT NOT NULL,
        wants TEXT NOT NULL, -- open, close; empty: nothing, it is open
        due_at TEXT NOT NULL,
        written_at TEXT NOT NULL
    )""",
    "CREATE INDEX discussions_by_chat ON discussions (platform, bot, chat_id, due_at) WHERE wants != ''",
    "CREATE INDEX discussions_by_time ON discussions (written_at) WHERE wants = 'open'",
)

_COMMANDERS: Final = (
    """CREATE TABLE commanders (
        platform TEXT NOT NULL,
        server TEXT NOT NULL,
        role TEXT NOT NULL,
        PRIMARY KEY (platform, server)
    ) WITHOUT ROWID""",
)

_SIGNED: Final = (
    # What a webhook wrote is published with a permission that what the bot wrote needs not.
    "ALTER TABLE crossposts ADD COLUMN signed INTEGER NOT NULL DEFAULT 0",
)

_SERVER_LANGUAGES: Final = (
    """CREATE TABLE server_languages (
        platform TEXT NOT NULL,
        server TEXT NOT NULL,
        language TEXT NOT NULL,
        PRIMARY KEY (platform, server)
    ) WITHOUT ROWID""",
)

_SPREAD: Final = (
    # What became of the message since says whether it is still to be published; none: nobody knows.
    "ALTER TABLE crossposts ADD COLUMN delivery INTEGER REFERENCES deliveries(id) ON DELETE SET NULL",
    "CREATE INDEX crossposts_by_delivery ON crossposts (delivery)",
)

_CLAIMED_AT: Final = (
    # When the bot's newest claim was made; what is heard after it is written down as no older (state.messages).
    "ALTER TABLE bots ADD COLUMN claimed_at TEXT NOT NULL DEFAULT ''",
    """UPDATE bots SET claimed_at = ifnull((SELECT max(tried_at) FROM deliveries
        WHERE deliveries.platform = bots.platform AND nonce != '' AND shown_revision IS NULL), '')""",
)

_LEAVING: Final = (
    # 1, besides: its call was in the air, or its outcome unknown, when its post left. If it is to be sent after all, be
    # it for the first time or under its nonce, it is held like the others (state.withdrawing).
    """CREATE TRIGGER deliveries_leaving AFTER UPDATE OF state ON deliveries
        WHEN NEW.leaving = 1 AND NEW.state = 'due' AND NEW.wanted != 0 AND NEW.shown_revision IS NULL
        BEGIN
            UPDATE deliveries SET state = 'held', reason = (SELECT reason FROM posts WHERE subject = NEW.subject)
                WHERE id = NEW.id;
        END""",
)

_BACK: Final = (
    # When the post's file came back after it had been away; empty: it never was (state.withdrawing.count_known).
    "ALTER TABLE posts ADD COLUMN back_at TEXT NOT NULL DEFAULT ''",
)

_LISTED: Final = (
    # The revision of the post that its digest tells of: where a person holds the post, not the last one.
    "ALTER TABLE digest_posts ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
    """UPDATE digest_posts SET revision = ifnull((SELECT max(revision) FROM announcements
        WHERE announcements.subject = digest_posts.subject), 0)""",
)

_TOLD: Final = (
    # The revision of each post that a revision of a digest tells of, for as long as that one is kept.
    """CREATE TABLE digest_told (
        digest INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        subject INTEGER NOT NULL REFERENCES posts(subject),
        told INTEGER NOT NULL,
        PRIMARY KEY (digest, revision, subject),
        FOREIGN KEY (digest, revision) REFERENCES announcements(subject, revision) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    "CREATE INDEX digest_told_by_subject ON digest_told (subject)",
    # Until now a digest told the last one.
    """INSERT INTO digest_told (digest, revision, subject, told)
        SELECT digest, whole.revision, post.subject, max(post.revision) FROM digest_posts
        JOIN announcements AS whole ON whole.subject = digest
        JOIN announcements AS post ON post.subject = digest_posts.subject AND post.created_at <= whole.created_at
        GROUP BY digest, whole.revision, post.subject""",
)

MIGRATIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    *EARLIER,
    ("0023_lobby", _LOBBY),
    ("0024_profiles", _PROFILES),
    ("0025_unwanted", _UNWANTED),
    ("0026_pins", _PINS),
    ("0027_rungs", _RUNGS),
    ("0028_masses", _MASSES),
    ("0029_people", _PEOPLE),
    ("0030_moves", _MOVES),
    ("0031_topics", _TOPICS),
    ("0032_menus", _MENUS),
    ("0033_offered", _OFFERED),
    ("0034_discussions", _DISCUSSIONS),
    ("0035_commanders", _COMMANDERS),
    ("0036_signed", _SIGNED),
    ("0037_server_languages", _SERVER_LANGUAGES),
    ("0038_spread", _SPREAD),
    ("0039_claimed_at", _CLAIMED_AT),
    ("0040_leaving", _LEAVING),
    ("0041_back", _BACK),
    ("0042_listed", _LISTED),
    ("0043_told", _TOLD),
)
"""Each migration's name and its statements, in order."""
