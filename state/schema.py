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

MIGRATIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
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
)
"""Each migration's name and its statements, in order."""
