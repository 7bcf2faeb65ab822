"""What the core needs of a store. What a method finds is what was committed when it was asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from bot.models import (
    Action,
    Announcement,
    Attempt,
    Category,
    Delivery,
    DeliveryState,
    Destination,
    OnUnknown,
    Subscription,
    Withdrawn,
)
from bot.ports.naming import NamedPosts
from bot.ports.platforms import Trail
from bot.records import (
    UNHELD,
    Brake,
    Braked,
    Changes,
    Conclusion,
    FileRecord,
    FileStamp,
    FolderId,
    Gone,
    HeldEdits,
    Hold,
    Kin,
    KnownPost,
    NextUp,
    Pin,
    PostState,
    Problem,
    Published,
    StampRow,
)


class LateChange(NamedTuple):
    """A known post whose file changed a short while ago."""

    subject: int
    public: bool  # False: it is public no more since then
    at: datetime


class Stamps(Protocol):
    """What is remembered of the folder's files, as far as a scan needs it."""

    async def stamp_rows(self, *, after: str = "", limit: int) -> list[StampRow]:
        """The first `limit` remembered files behind the path `after` that are not away, by path (code point order)."""

    async def stamps_of(self, paths: Collection[str]) -> dict[str, FileStamp]:
        """The stamps of those of these files that are remembered and not away."""

    async def folder(self) -> FolderId | None:
        """Which folder stood at the path when it was last believed to hold the posts; None: any is."""

    async def believe(self, folder: FolderId | None) -> None:
        """This folder holds the posts; None: whichever the next scan finds."""


class Posts(Stamps, NamedPosts, Protocol):
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
        changes: Changes = UNHELD,
        old: bool = False,
        page_until: datetime | None = None,
        piles_until: datetime | None = None,
    ) -> Published:
        """Record the post of `record`, and, in the same transaction, a delivery for every destination that wants it.

        `same` is the subject that it is, UNSEEN if it is none; None: the post with its code, address or path.
        A known post whose announcement differs gets a new revision, and what is shown of it becomes due for an edit;
        one that is public no more is withdrawn, and one that is public again comes back: `changes` says how. `hold`
        records a new post as held instead of publishing it; `release` publishes one that was held; `old` says of a new
        one that it was there before newsbell, so that it is known as after a baseline. A post that was held as a copy
        and is taken in without `hold` is none any more. With `page_until`, what would be published waits for its page
        until then at most; from the first time on, so that an edit does not prolong it.
        With `piles_until` the deliveries of what is published wait until then, or for `Deliveries.gather`; those of
        breaking posts do not.
        """

    async def send_to(
        self, record: FileRecord, announcement: Announcement, destinations: Sequence[Destination], now: datetime
    ) -> int:
        """Enqueue a post for these destinations, whatever they subscribed to; none that has it gets it again."""

    async def last_said(self, subject: int) -> Announcement | None:
        """What was said last of a post; None: nothing ever was."""

    async def hand_out(self, subject: int, first: Announcement | None, to: Sequence[Destination], now: datetime) -> int:
        """The same of a public post as it was last said, or else as `first` says; nobody else's message changes."""

    async def waiting(self, state: PostState) -> list[KnownPost]:
        """The posts in `state` (scheduled, held) whose files are there, by date, then path."""

    async def next_scheduled_at(self) -> datetime | None:
        """When the next scheduled post's time comes."""

    async def forget(self, paths: Collection[str], now: datetime) -> list[str]:
        """These files are away: their paths are marked as missing. Returns those marked now."""

    async def gone_together(self, within: timedelta) -> set[int]:
        """The posts `withdraw_missing` is about, if any, and all others whose files went away `within` that of them."""

    async def count_known(self, going: Collection[int], *, since: datetime, new_since: datetime) -> tuple[int, int]:
        """How many posts are `going`, or have a file, or had it `since` then; and how many of them are no new ones.

        New ones were seen first after `new_since`, but not before newsbell, nor before all that are `going`: what was
        there earlier than these did not come with what took them away. What was away and came back after `new_since`
        is new in any case.
        """

    async def changed_since(self, since: datetime) -> list[LateChange]:
        """The posts, known or sent, that were edited or unpublished since."""

    async def news_since(self, since: datetime) -> dict[str, datetime]:
        """The paths of the posts that went out since, each with the time: those that nobody had held before."""

    async def note_mass(self, began_at: datetime | None) -> None:
        """A mass of changes is held, and being taken in since then; None: it was taken in to its end."""

    async def mass_began_at(self) -> datetime | None:
        """When the mass was begun that was not taken in to its end; None: there is none."""

    async def withdraw_missing(self, now: datetime, changes: Changes = UNHELD) -> list[Gone]:
        """Withdraw those posts as `changes` say, and schedule none of them any more; what came of each."""

    async def leaving(self) -> list[KnownPost]:
        """The posts that are public no more, and whose messages wait for a person's word to be taken back."""

    async def leave(self, subject: int, how: Withdrawn, now: datetime) -> int:
        """That word was given: take the messages of such a post back; how many."""

    async def doubles(self, of: Collection[str] | None = None) -> dict[str, FileStamp]:
        """Files that were refused, or are held, for being the post at one of the paths `of` (None: at any)."""

    async def unread(self) -> set[str]:
        """The paths of files that were there at the baseline and could not be read, then or since."""

    async def holders(self, digests: Collection[str]) -> dict[str, set[int]]:
        """The subjects of the posts that were last read from bytes with these digests."""

    async def latest(self, limit: int, now: datetime) -> list[KnownPost]:
        """Public posts, newest date first: none that was hidden since, or that waits to be taken back."""

    async def latest_for(self, destination: Destination, now: datetime) -> KnownPost | None:
        """The newest of these that the subscriptions of a destination ask for, and no person stopped."""

    async def wish_for(self, subject: int, destination: Destination) -> Subscription | None:
        """Under which of its subscriptions a destination gets a post; None: it does not ask for it."""

    async def categories(self) -> list[Category]:
        """The categories of all public posts, most posts first."""

    async def languages(self) -> list[str]:
        """The languages of all public posts, most posts first."""

    async def problems(self) -> list[Problem]:
        """What can't be read in the folder now, by path."""

    async def counts(self) -> dict[str, int]:
        """How many posts there are in each state."""


class Archive(Posts, Protocol):
    """The posts, for people who look back at what became of them, or put the brakes on."""

    async def about(self, subjects: Collection[int]) -> dict[int, KnownPost]:
        """The posts with these subjects; those that are no posts are left out."""

    async def braked(self, brake: Brake) -> list[KnownPost]:
        """The posts for which a person put this brake on, by path."""

    async def hold(self, subject: int, now: datetime) -> Braked:
        """Nothing more of a post is sent until it is freed: what is due waits, and so does what becomes due.

        Messages go away all the same when their post does.
        """

    async def take_back(self, subject: int, how: Withdrawn, now: datetime) -> Braked:
        """What is unsent of a post is not sent, and its messages go, as `how` says; no edit of its file undoes that."""

    async def free(self, subject: int, now: datetime) -> int:
        """Take the brake off: what it held is due, and what else of the post and its digests waited; how many."""

    async def missing_since(self, path: str) -> datetime | None:
        """Since when a remembered file has been away from the folder; None: it is there, or was never seen."""


class Deliveries(Protocol):
    """What is to be done, and what was done."""

    async def due(self, platform: str, bot: str, now: datetime, *, limit: int, skip: Collection[int]) -> list[Delivery]:
        """The first due delivery of each writable destination, by lane and turn; `skip` names destination ids.

        Publications share the turns of a lane, and an eighth of `limit` is left to edits.
        """

    async def next_up(
        self,
        platform: str,
        bot: str,
        now: datetime,
        *,
        room: int,
        looks: int,
        skip: Collection[int],
        dark: Collection[int] = (),
    ) -> NextUp:
        """What a dispatcher asks for at once: what is `unknown`, what else is `due`, and when more will be.

        Of both nothing for destinations in `skip`; at most as many unknown as may be looked into (`looks`), and as much
        that is due as there is `room` for. Where a subject in `dark` is next, nothing is due: it waits for its picture.
        """

    async def claim(
        self,
        nonces: Mapping[int, str],
        *,
        epoch: int,
        now: datetime,
        meanwhile: Callable[[Sequence[Delivery]], object] | None = None,
        rungs: Mapping[int, tuple[int, int]] = MappingProxyType({}),
    ) -> list[Delivery]:
        """Mark deliveries as being tried, before their calls: all in one commit, each id with its nonce.

        Returns those that still were due, as they stand now. `meanwhile` is called with them while the disk writes.
        `rungs` name the revision and the rung of what is tried otherwise than it was written down before.
        """

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        """Record attempts and what they change: all of them, or, where it raises, none."""

    async def orphans(self, epoch: int, now: datetime) -> int:
        """Make every claim of an older epoch unknown, and say how many there were."""

    async def clock_set_back(self, platform: str, by: timedelta, now: datetime) -> None:
        """The clock was set back `by` so much since something was tried: what waits there waits no longer for that."""

    async def unknown(self, platform: str, bot: str, now: datetime, *, limit: int) -> list[Delivery]:
        """Deliveries whose outcome is not known and whose time to be settled has come."""

    async def announcement(self, subject: int, revision: int) -> Announcement:
        """What is said about `subject` at `revision`."""

    async def message_about(self, post: str, delivery: Delivery, language: str) -> str:
        """The id of the message that shows another `post` where `delivery` goes; empty: there is none.

        `post` is a code, a path or a comparable address. Of its translations the one in `language` goes first.
        """

    async def attempts_since(self, platform: str, since: datetime) -> list[tuple[Destination, Action, datetime]]:
        """The calls made for deliveries since, oldest first: the pacer's memory.

        Each at its end: so late it may have arrived.
        """

    async def note_reply(self, platform: str, rates: Collection[str], now: datetime) -> None:
        """A reply went out, counted under the rates with these keys."""

    async def note_messages(
        self, platform: str, bot: str, messages: Collection[tuple[str, str]], now: datetime
    ) -> None:
        """Messages, (chat id, message id), of anybody stand in chats; those of deliveries are noted by `conclude`.

        `prune` forgets what is older than a day, but for the newest of each chat.
        """

    async def trail(self, destination: Destination, nonce: str, tried_at: datetime) -> Trail:
        """What is known around the send under `nonce` whose call began at `tried_at`."""

    async def is_lost(self, destination: Destination) -> bool:
        """Whether a send to the chat, if it is a channel or of no known kind, is unknown and may be looked for now."""

    async def replies_since(self, platform: str, since: datetime) -> list[tuple[list[str], datetime]]:
        """The replies since, oldest first, by the keys of their rates: the rest of the pacer's memory."""

    async def note_silence(self, platform: str, rates: Collection[str], until: datetime, now: datetime) -> None:
        """The platform asked for silence under the rates with these keys."""

    async def silences(self, platform: str, now: datetime) -> list[tuple[str, datetime]]:
        """The keys of the rates under which the platform asked for silence, and until when; those that are over not."""

    async def bot_waits_until(self, platform: str, bot: str) -> datetime | None:
        """Until when the whole bot has been asked to wait."""

    async def media_id(self, platform: str, bot: str, source: str) -> str:
        """The re-usable id of a picture at the platform; empty: none."""

    async def remember_media(self, platform: str, bot: str, source: str, media_id: str, now: datetime) -> None:
        """Keep the re-usable id of a picture."""

    async def pins(self, platform: str, bot: str) -> list[Pin]:
        """Every message that newsbell has pinned, and not unpinned since."""

    async def pin(self, delivery: int) -> Pin | None:
        """The pinned message of a delivery, if it has one."""

    async def note_pin(self, pin: Pin, now: datetime) -> None:
        """A message is being pinned, or is pinned for another reason."""

    async def forget_pin(self, delivery: int) -> None:
        """The message of a delivery is pinned no more."""

    async def shown_in(self, destination: Destination, *, limit: int) -> list[tuple[Delivery, Announcement]]:
        """What stands in a chat, newest last."""

    async def of_post(self, subject: int) -> list[tuple[Delivery, list[Attempt]]]:
        """Every delivery of a post with its attempts, oldest first: the trace."""

    async def listing(self, states: Collection[DeliveryState], *, limit: int) -> list[Delivery]:
        """Deliveries in these states, newest first."""

    async def digest_above(self, posts: int) -> None:
        """Above how many posts that piled up for a destination it gets one digest instead; 0: never."""

    async def gather(self, now: datetime, *, before: datetime | None = None) -> int:
        """Let what was piled up go out now, or as digests; how many destinations get one.

        What waits since `before` counts as piled up, too. What waits for a place that receives again is gathered in the
        transaction that wakes it.
        """

    async def hold_refused(self, subject: int, revision: int, platform: str, reason: str) -> int:
        """Let what is unsent of a post on a platform wait for a person's word, for `reason`; how many wait now.

        What was given up for the same reason waits with it. Where another revision is wanted by now, nothing waits.
        """

    async def retry(
        self,
        states: Collection[DeliveryState],
        now: datetime,
        *,
        only: Collection[int] | None = None,
        on_unknown: OnUnknown = OnUnknown.RESEND,
    ) -> int:
        """Make failed or held deliveries due again (`only`: those with these ids); returns how many.

        A send of which it is not known whether it arrived is looked for first, unless it is held because that was of
        no use; `on_unknown` is the site's.
        """

    async def with_ids(self, ids: Collection[int]) -> list[Delivery]:
        """The deliveries with these ids; those that do not exist are left out."""

    async def held_edits(self) -> list[HeldEdits]:
        """The edits that wait for a person's word, by reason."""

    async def release_edits(self, now: datetime) -> int:
        """That word was given: what is shown follows its post now; how many messages."""

    async def removed_by_hand(self, delivery: int, now: datetime) -> bool:
        """A person removed the message, or did not find it; False: it is not held for that."""

    async def shut(self) -> int:
        """How many messages that are to be taken back stand in chats that are suspended or paused."""

    async def unproven(self) -> int:
        """How many messages wait for a person's word, for nobody can tell whether they arrived."""

    async def counts(self) -> dict[tuple[str, str], int]:
        """How many deliveries there are, by (platform, state)."""
