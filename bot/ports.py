"""What the core needs of the outside world: adapters to platforms, and a store. Protocols and values only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.models import (
    Action,
    Announcement,
    Attempt,
    Category,
    Command,
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    Look,
    Place,
    Receipt,
    Reply,
    Selector,
    Shown,
    Subscription,
)
from bot.records import (
    Conclusion,
    FileRecord,
    FileStamp,
    Hold,
    Kin,
    KnownPost,
    PostState,
    Problem,
    Published,
    StampRow,
)

# --- platforms -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit of a platform: at most `amount` calls in any `seconds`, counted together for all that share `key`.

    `even` spreads the calls evenly over time instead of letting them come in bursts.
    """

    key: str
    amount: int
    seconds: float
    even: bool = False


class Pace(Protocol):
    """Where an adapter waits for its turn before a call that the platform counts."""

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False) -> None:
        """Return when a call under `rates` may go out now, and count it. `urgent` (a reply to a person) goes first."""


class Desk(Protocol):
    """Where adapters bring what people ask and what happens to chats."""

    async def answer(self, command: Command) -> Reply:
        """The reply to `command`. Never raises: what goes wrong is said in the reply."""

    async def complete(self, words: str, *, limit: int) -> list[Category]:
        """The existing categories that best fit what is typed so far, at most `limit`."""

    async def moved(self, destination: Destination, chat_id: str) -> None:
        """The chat of `destination` lives on under `chat_id` (Telegram: group to supergroup)."""

    async def rights_lost(self, destination: Destination, reason: str) -> None:
        """The bot can't write to the chat of `destination` any more, nor to its threads."""

    async def rights_regained(self, destination: Destination) -> None:
        """The bot may write to the chat of `destination` again."""


class Adapter(Protocol):
    """One platform. Every method that calls it raises a `bot.errors.DeliveryError` for what was no success.

    Life: `open` (the bot can send), `serve` (it listens, until cancelled), `close`.
    """

    platform: str
    bot: str  # the bot account's id; known once open

    async def open(self) -> None:
        """Log in. Raises BotRefused for a bad token and TryLater when the platform can't be reached."""

    async def serve(self, desk: Desk) -> None:
        """Bring commands and news of chats to `desk` until cancelled. Mends its own connection."""

    async def close(self) -> None:
        """Let go of everything. Safe to call at any time, also twice."""

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        """The limits under which a call of this kind to `destination` falls."""

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        """A short digest of what would be shown: equal fingerprints need no edit. Pure."""

    async def send(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        rung: int = 0,
        media_id: str = "",
        reply_to: str = "",
    ) -> Receipt:
        """Show `announcement` in `destination`.

        `nonce` is at most 25 characters; a platform that knows idempotency shows the same nonce once. `rung` is the
        index of the picture to use; past the end, none. `media_id` is that picture's id from an earlier receipt of this
        bot. `reply_to` is the message id to answer.
        """

    async def edit(
        self, announcement: Announcement, destination: Destination, look: Look, shown: Shown, *, rung: int = 0
    ) -> Receipt:
        """Make the messages of `shown` say `announcement`. A platform's "not modified" is a success."""

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Remove the messages of `shown`. Raises MessageGone when somebody was quicker."""

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin the message of `receipt` without a notification; pinned already, it stays so.

        Waits for its turn by itself, where the platform counts it. Raises MessageGone when it is not there any more,
        and Rejected with the mend where the bot may not pin.
        """

    async def settle(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
    ) -> Receipt | None:
        """What became of a send with unknown outcome: its receipt, or None if sending again with `nonce` is safe.

        Raises OutcomeUnknown where the platform gives no proof either way.
        """

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        """Say something about newsbell itself: a notice to a chat's owner or an operator."""


# --- memory ----------------------------------------------------------------------------------------------------------


class Stamps(Protocol):
    """What is remembered of the folder's files, as far as a scan needs it."""

    async def stamp_rows(self, *, after: str = "", limit: int) -> list[StampRow]:
        """The first `limit` remembered files behind the path `after` that are not away, by path (code point order)."""

    async def stamps_of(self, paths: Collection[str]) -> dict[str, FileStamp]:
        """The stamps of those of these files that are remembered and not away."""


class Posts(Stamps, Protocol):
    """The folder's files and the posts in them."""

    async def baseline_done(self) -> bool:
        """Whether the first scan of the folder has been completed once."""

    async def stamps(self) -> dict[str, FileStamp]:
        """The stamp of every remembered file that is not away, by path: all at once, so not for what runs for long."""

    async def record_baseline(self, records: Sequence[FileRecord], now: datetime) -> None:
        """Remember files and their posts as known. Nothing is announced."""

    async def finish_baseline(self, now: datetime) -> None:
        """The first scan is complete: from now on, what is new is news."""

    async def record_files(self, records: Sequence[FileRecord], now: datetime) -> None:
        """Remember files that are no posts, or can't be read (with their problem)."""

    async def kin(self, record: FileRecord) -> list[Kin]:
        """The known posts that the post of `record` may be, or may be a copy of: by its keys, its bytes, its looks."""

    async def take_in(
        self,
        record: FileRecord,
        announcement: Announcement,
        now: datetime,
        *,
        same: int | None = None,
        hold: Hold | None = None,
        release: bool = False,
        edits_since: datetime | None = None,
    ) -> Published:
        """Record the post of `record`, and, in the same transaction, a delivery for every destination that wants it.

        `same` is the subject that it is, UNSEEN if it is none; None: the post with its code, address or path.
        A known post whose announcement differs gets a new revision, and what is shown of it becomes due for an edit;
        messages from before `edits_since` stay as they are. `hold` records a new post as held instead of publishing
        it; `release` publishes one that was held. A post that was held as a copy and is taken in without `hold` is none
        any more.
        """

    async def send_to(
        self, record: FileRecord, announcement: Announcement, destinations: Sequence[Destination], now: datetime
    ) -> int:
        """Enqueue a post for these destinations, whatever they subscribed to; none that has it gets it again."""

    async def waiting(self, state: PostState) -> list[KnownPost]:
        """The posts in `state` (scheduled, held), by date, then path."""

    async def next_scheduled_at(self) -> datetime | None:
        """When the next scheduled post's time comes."""

    async def forget(self, paths: Collection[str], now: datetime) -> list[str]:
        """These files are away. Their messages stay; their paths are marked as missing. Returns those marked now."""

    async def find(self, text: str) -> KnownPost | None:
        """The post with this path, key or code."""

    async def latest(self, limit: int) -> list[KnownPost]:
        """Public posts, newest date first."""

    async def categories(self) -> list[Category]:
        """The categories of all public posts, most posts first."""

    async def problems(self) -> list[Problem]:
        """What can't be read in the folder now, by path."""

    async def counts(self) -> dict[str, int]:
        """How many posts there are in each state."""


class Archive(Posts, Protocol):
    """The posts, for people who look back at what became of them."""

    async def about(self, subjects: Collection[int]) -> dict[int, KnownPost]:
        """The posts with these subjects; those that are no posts are left out."""

    async def missing_since(self, path: str) -> datetime | None:
        """Since when a remembered file has been away from the folder; None: it is there, or was never seen."""


class Subscriptions(Protocol):
    """Who wants what."""

    async def add(self, subscription: Subscription, place: Place, person: str, now: datetime) -> bool:
        """Remember a subscription; False if it was there (its options and language are then replaced)."""

    async def remove(self, destination: Destination, selector: Selector | None) -> list[Subscription]:
        """Forget a subscription (None: all) and drop what only it wanted and is unsent. Returns what was removed."""

    async def of(self, destination: Destination) -> list[Subscription]:
        """The subscriptions of one destination, oldest first."""

    async def all(self) -> list[Subscription]:
        """Every subscription, by destination."""

    async def place(self, destination: Destination) -> Place | None:
        """What is known of a destination."""

    async def remember_bot(self, platform: str, bot: str) -> None:
        """The bot account that writes on a platform from now on."""

    async def bot_of(self, platform: str) -> str:
        """The bot account that wrote last on a platform; empty: none ever did."""

    async def places(self) -> list[Place]:
        """Every destination that is known."""

    async def remember(self, place: Place, now: datetime) -> None:
        """Know a destination, with its kind, title and language, before anything is sent to it."""

    async def set_state(
        self,
        destination: Destination,
        state: DestinationState,
        reason: str,
        now: datetime,
        *,
        was: DestinationState | None = None,
        threads: bool = False,
    ) -> list[Place]:
        """Pause, suspend or wake a destination (`threads`: and all of its chat's threads). Returns those changed.

        `was` leaves alone those in another state: what a person paused, no platform's news wakes or suspends.
        """

    async def move(self, destination: Destination, chat_id: str) -> None:
        """The chat has a new id: rewrite it, merging with what is already known under that id."""


class Deliveries(Protocol):
    """What is to be done, and what was done."""

    async def due(self, platform: str, bot: str, now: datetime, *, limit: int, skip: Collection[int]) -> list[Delivery]:
        """The first due delivery of each writable destination, by lane and position; `skip` names destination ids."""

    async def next_due_at(self, platform: str, bot: str, now: datetime) -> datetime | None:
        """When something that is not due yet will be."""

    async def claim(self, delivery: Delivery, *, nonce: str, epoch: int, now: datetime) -> Delivery | None:
        """Mark as being tried, before the call. None if it is no longer due; else the delivery as it stands now."""

    async def conclude(self, conclusion: Conclusion) -> None:
        """Record an attempt and what it changes."""

    async def orphans(self, epoch: int, now: datetime) -> int:
        """Make every claim of an older epoch unknown, and say how many there were."""

    async def unknown(self, platform: str, bot: str, now: datetime, *, limit: int) -> list[Delivery]:
        """Deliveries whose outcome is not known and whose time to be settled has come."""

    async def announcement(self, subject: int, revision: int) -> Announcement:
        """What is said about `subject` at `revision`."""

    async def message_about(self, post: str, delivery: Delivery, language: str) -> str:
        """The id of the message that shows another `post` where `delivery` goes; empty: there is none.

        `post` is a code, a path or a comparable address. Of its translations the one in `language` goes first.
        """

    async def attempts_since(self, platform: str, since: datetime) -> list[tuple[Destination, Action, datetime]]:
        """The calls made for deliveries since, oldest first: the pacer's memory."""

    async def note_reply(self, platform: str, rates: Collection[str], now: datetime) -> None:
        """A reply went out, counted under the rates with these keys."""

    async def replies_since(self, platform: str, since: datetime) -> list[tuple[list[str], datetime]]:
        """The replies since, oldest first, by the keys of their rates: the rest of the pacer's memory."""

    async def bot_waits_until(self, platform: str, bot: str) -> datetime | None:
        """Until when the whole bot has been asked to wait."""

    async def media_id(self, platform: str, bot: str, source: str) -> str:
        """The re-usable id of a picture at the platform; empty: none."""

    async def remember_media(self, platform: str, bot: str, source: str, media_id: str, now: datetime) -> None:
        """Keep the re-usable id of a picture."""

    async def shown_in(self, destination: Destination, *, limit: int) -> list[tuple[Delivery, Announcement]]:
        """What stands in a chat, newest last."""

    async def of_post(self, subject: int) -> list[tuple[Delivery, list[Attempt]]]:
        """Every delivery of a post with its attempts, oldest first: the trace."""

    async def listing(self, states: Collection[DeliveryState], *, limit: int) -> list[Delivery]:
        """Deliveries in these states, newest first."""

    async def retry(
        self, states: Collection[DeliveryState], now: datetime, *, only: Collection[int] | None = None
    ) -> int:
        """Make failed or held deliveries due again (`only`: those with these ids); returns how many."""

    async def counts(self) -> dict[tuple[str, str], int]:
        """How many deliveries there are, by (platform, state)."""


class Store(Protocol):
    """The memory of newsbell: three shelves in one database."""

    @property
    def posts(self) -> Archive:
        """The folder's files and the posts in them."""

    @property
    def subscriptions(self) -> Subscriptions:
        """Who wants what."""

    @property
    def deliveries(self) -> Deliveries:
        """What is to be done, and what was done."""

    async def begin_epoch(self, now: datetime) -> int:
        """Take the sending lock for this process and count a new owner epoch. Raises InstanceRunning."""

    def on_change(self, call: Callable[[], None]) -> None:
        """Call `call` in the event loop after commits, of this process or another, that may have made something due."""

    async def backup(self, path: str) -> None:
        """Copy the database to `path` while it is in use."""

    async def close(self) -> None:
        """Finish what is queued and let go of the database and the lock."""
