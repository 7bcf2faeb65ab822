"""What the core needs of a platform, and what an adapter may ask of the core."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from bot.errors import TryLater
from bot.models import (
    Action,
    Announcement,
    Command,
    Destination,
    Look,
    Offer,
    Receipt,
    Reply,
    Shown,
    Step,
)

MOST_LOOKS: Final = 16
"""Lost messages of a bot that are looked for at the same time: what is known to be unsent goes on meanwhile."""

SILENCE_SECONDS: Final = 1.0
"""So much of a silence a claimed delivery waits out; for a longer one it goes back, or a kill would make it unknown."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit of a platform: at most `amount` calls in any `seconds`, counted together for all that share `key`.

    `key` is one of the bot as a whole, or has a chat, or a thread, behind its first colon: "bot", "channel:456:send".
    `even` spreads the calls evenly over time instead of letting them come in bursts. `answered`: a call counts from its
    answer, for only then is it sure when it arrived.
    """

    key: str
    amount: int
    seconds: float
    even: bool = False
    answered: bool = False


class Pace(Protocol):
    """Where an adapter waits for its turn before a call that the platform counts."""

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, patience: float = math.inf) -> None:
        """Return when a call under `rates` may go out now, and count it. `urgent` (a reply to a person) goes first.

        Raises PutOff where the platform has asked for a silence that lasts longer than `patience` seconds.
        Where one of them is `answered`, say the `end` of the call: a chat waits for it, for some seconds at most.
        """

    def wait(self, rates: Sequence[Rate]) -> float:
        """For how many seconds an urgent call under `rates` would wait for its turn, as it looks now."""

    def end(self, rates: Sequence[Rate]) -> None:
        """The answer to a call under `rates` has come, or none will: it arrived before now."""

    async def heed(self, rates: Sequence[Rate], error: TryLater) -> None:
        """The platform answered a call with `error`, a flood: nothing goes out in its scope before its time.

        `rates` are all that lie in the scope, and the bot's own. Where it names no time, that is the first wait of
        newsbell's back-off; in the dispatcher, which counts its tries, the next one.
        """


@dataclass(frozen=True, slots=True)
class Trail:
    """What is known of the messages around a send whose outcome is not. Ids count up in the order of arrival."""

    floor: int | None  # the newest id known from before the send; None: none is known, or ids don't count one by one
    known: frozenset[int]  # ids behind the floor that are known to be other messages, ours or not
    newest: int  # the newest id known at all; 0: none
    shared: bool = False  # other chats of the bot use up ids of the same sequence
    crowded: bool = False  # another send to this chat has an unknown outcome, too
    twinned: bool = False  # one of those is about the same post: nothing tells the two messages apart
    floor_at: datetime | None = None  # when the floor became known


class Trails(Protocol):
    """Where an adapter remembers which messages stand in chats, beside those that it gives receipts for."""

    async def note(self, bot: str, messages: Collection[tuple[str, str]]) -> bool:
        """These messages, (chat id, message id), are there: one write. Says whether it could be remembered."""

    async def trail(self, destination: Destination, nonce: str, tried_at: datetime) -> Trail:
        """What is known around the send under `nonce` whose call began at `tried_at`."""

    async def is_lost(self, destination: Destination) -> bool:
        """Whether a send to this channel is unknown and looked for. Never raises: False where that can't be read.

        Never of a chat of another kind, as far as its kind is known.
        """


class Desk(Protocol):
    """Where adapters bring what people ask and what happens to chats."""

    async def answer(self, command: Command) -> Reply:
        """The reply to `command`. Never raises: what goes wrong is said in the reply."""

    async def language(self, command: Command) -> str:
        """The language in which `command` is answered. Never raises: if need be, it is that of the person."""

    async def offer(self, command: Command, option: str, *, limit: int) -> list[Offer]:
        """What somebody may mean who is typing an `option` of `command`, at most `limit`. Never raises.

        The words of `command` are what is typed of it so far, behind the setting where the option is its value.
        """

    async def shortened(self, name: str, words: str) -> str:
        """Words for a button that tell the command `name` the same, where `words` are too long for one.

        The same words where nothing is shorter.
        """

    async def moved(self, destination: Destination, chat_id: str) -> None:
        """The chat of `destination` lives on under `chat_id` (Telegram: group to supergroup)."""

    async def rights_lost(self, destination: Destination, reason: str) -> None:
        """The bot can't write to the chat of `destination` any more, nor to its threads."""

    async def rights_regained(self, destination: Destination) -> None:
        """The bot may write to the chat of `destination` again."""

    async def renamed(self, destination: Destination, title: str, *, kind: str = "") -> None:
        """The place is called `title` from now on, and is of another `kind` if that is named."""

    async def role_deleted(self, platform: str, role: str, name: str) -> None:
        """The role with the id `role`, which was called `name`, is no more: nobody can be mentioned by it."""

    async def stumbled(self, platform: str, what: str, error: Exception) -> None:
        """What came in, as `what` calls it in a sentence of bot.texts, could not be handled, by a mistake of ours.

        It is for the adapter to log it; here the operators are told of it, once a day.
        """


class Adapter(Protocol):
    """One platform. Every method that calls it raises a `bot.errors.DeliveryError` for what was no success.

    Life: `open` (the bot can send), `serve` (it listens, until cancelled), `close`.
    """

    platform: str
    bot: str  # the bot account's id; known once open
    name: str  # what people there call the bot, "@newsbell_bot"; likewise
    topics_share_ids: bool  # all topics of a chat have their messages' ids in one sequence, so looks meet other sends
    shares_pictures: bool  # one upload serves all chats, by an id; else each chat is sent the bytes

    @property
    def deaf(self) -> str:
        """Why no commands are heard at this moment, and the mend; empty: they are, as far as is known."""

    async def open(self) -> None:
        """Log in. Raises BotRefused for a bad token and TryLater when the platform can't be reached."""

    async def serve(self, desk: Desk) -> None:
        """Bring commands and news of chats to `desk` until cancelled. Mends its own connection."""

    async def ask_why_deaf(self) -> str:
        """As `deaf`, by what the platform says to a bot that has logged in and does not listen.

        Raises a DeliveryError.
        """

    async def close(self) -> None:
        """Let go of everything. Safe to call at any time, also twice."""

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        """The limits under which a call of this kind to `destination` falls."""

    def prepare(self, announcement: Announcement, look: Look, *, rung: int = 0) -> None:
        """Make what a send of this is going to need, if that takes time: it may follow, and nothing is sent yet."""

    def picture(
        self, announcement: Announcement, look: Look, *, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        """The picture that a send, or an edit of `shown`, brings into the chat; None: it brings none."""

    async def fetch(self, step: Step) -> None:
        """Have the bytes of that picture at hand, if it is to be uploaded. Raises PictureRefused."""

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

        `nonce` is at most 25 characters; a platform that knows idempotency shows the same nonce once. `rung` is the one
        on the ladder of pictures (bot.picturing.ladder); past its end there is none. `media_id` is that picture's id
        from an earlier receipt of this bot, where such ids are shared. `reply_to` is the message id to answer. Raises
        NeverArrived where it was to repeat a send, and only found out that sending anew is safe.
        """

    async def edit(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        shown: Shown,
        *,
        rung: int = 0,
        media_id: str = "",
    ) -> Receipt:
        """Make the messages of `shown` say `announcement`. A platform's "not modified" is a success.

        Its receipt then has no `media_id` (None): which picture stands there was not said.
        """

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Remove the messages of `shown`. Raises MessageGone when somebody was quicker."""

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin the message of `receipt` without a notification; pinned already, it stays so.

        Waits for its turn by itself, where the platform counts it. Raises MessageGone when it is not there any more,
        and Rejected with the mend where the bot may not pin.
        """

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Take back a pin; not pinned any more, it stays so. Otherwise like `pin`."""

    async def settle(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
        rung: int = 0,
        unwanted: bool = False,
    ) -> Receipt | None:
        """What became of a send with unknown outcome: its receipt, or None if sending again with `nonce` is safe.

        `unwanted`: it is not to be sent again, but to go; None says then that it is not there, and never will be.
        Raises NeverArrived where sending anew is safe, TryLater where it has to be looked into once more, and
        OutcomeUnknown where the platform gives no proof either way.
        """

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        """Say something about newsbell itself: a notice to a chat's owner or an operator."""


@runtime_checkable
class Surveyor(Protocol):
    """An adapter that can tell beforehand what its bot lacks in a place."""

    async def obstacle(self, destination: Destination, looks: Collection[Look]) -> str:
        """What posts with these looks would run into there, and the mend, in English; empty: nothing is known of it.

        Raises a DeliveryError where the platform can't be asked.
        """


class Invitation(Protocol):
    """How a bot comes into chats where it can't be added by its name."""

    @property
    def link(self) -> str:
        """What somebody who manages the place opens; known once the adapter is open."""

    async def is_accepted(self) -> bool:
        """Whether the bot is anywhere. Raises a DeliveryError."""


@runtime_checkable
class Guest(Protocol):
    """An adapter whose bot has to be invited."""

    @property
    def invitation(self) -> Invitation:
        """To all places alike."""
