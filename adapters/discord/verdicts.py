"""What Discord (or the network) answered -> one of our errors. A table of rows and a few rules; nothing is sent here.

Sources: docs topics/opcodes-and-status-codes for the codes; which exceptions leave discord.py 2.7.1, measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import aiohttp
import discord

from adapters.discord.meter import BAN_SECONDS, SHUT_OUT, from_cloudflare, scope_of, seconds_of
from bot.delivering.dead_ends import CHANNEL_MISSING
from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    MessageGone,
    OutcomeUnknown,
    PictureRefused,
    Reach,
    Rejected,
    Scope,
    TryLater,
)
from bot.texts import Reason, sentence

OUTAGE_SECONDS: Final = 600.0
THREADS_SECONDS: Final = 3600.0
EDITS_SECONDS: Final = 1200.0
"""A third of the hour in which a published message may be edited three times."""

TOKEN_REFUSED: Final = sentence("Discord refuses the token; check DISCORD_BOT_TOKEN in the developer portal, under Bot")

_PERMISSIONS: Final = sentence(
    "{reason}; in Discord open the channel's settings > Permissions > newsbell and allow View Channel, Send Messages, "
    "Embed Links and Attach Files (in a thread also Send Messages in Threads)"
)
LACKS_PINNING: Final = sentence(
    "newsbell may not pin here; in Discord open the channel's settings > Permissions > newsbell and allow Pin Messages"
)
LACKS_PERMISSION: Final = Reason(_PERMISSIONS, reason=sentence("newsbell lacks a permission here"))
_LACKS: Final = sentence(
    "newsbell lacks {rights} here; in Discord open the channel's settings > Permissions > newsbell and allow that"
)
_LACKS_IN_THREAD: Final = sentence(
    "newsbell lacks {rights} here; a thread has the permissions of its channel: in Discord open that channel's "
    "settings > Permissions > newsbell and allow it there"
)

LOCKED: Final = sentence("the thread is locked; unlock it, or subscribe its channel")

NOT_SEEN: Final = 50001
FORBIDDEN: Final = frozenset({NOT_SEEN, 50013})
"""The codes of what newsbell lacks a permission for (adapters.discord.rights finds out which)."""

CANNOT_ANSWER: Final = 160002
"""The code for a message that answers another one, where newsbell may not read those (Read Message History)."""

_TOO_LARGE: Final = 40005

_OF_PICTURES: Final = re.compile(r"\b(?:image|thumbnail|media|attachments|files)\b")
"""What Discord calls the field of a picture: `embeds.0.image.url`, `components.0.components.2.items.0.media`."""

_Kinds = type[Exception] | tuple[type[Exception], ...]


class Kind(Enum):
    """What a code means for a delivery."""

    WAIT = "wait"  # Discord asks for a pause here
    WAIT_EDITS = "wait-edits"  # … of this kind of call only
    WAIT_ALL = "wait-all"  # … of the whole bot
    LOST = "lost"
    GONE = "gone"
    PICTURE = "picture"  # most likely the picture's fault, if there was one
    REJECTED = "rejected"
    BOT = "bot"
    HARMLESS = "harmless"  # what was asked is done already, or nobody waits for it any more


def lacking(rights: str, *, in_thread: bool = False) -> Reason:
    """The reason that newsbell lacks these permissions, by their names in Discord's apps, and where to give them."""
    return Reason(_LACKS_IN_THREAD if in_thread else _LACKS, rights=rights)


@dataclass(frozen=True, slots=True)
class Row:
    """One code of Discord's. `reason` says what and the next step, for the middle of a sentence; seconds to wait."""

    code: int
    kind: Kind
    reason: str
    seconds: float | None = None


ROWS: Final = (
    Row(10003, Kind.LOST, CHANNEL_MISSING),
    Row(10004, Kind.LOST, sentence("newsbell is not on this server any more; invite it again")),
    Row(10008, Kind.GONE, "the message is not there any more: somebody deleted it"),
    Row(10013, Kind.LOST, "there is no channel and no person with this id"),
    Row(10015, Kind.REJECTED, "the webhook is not there any more: somebody deleted it"),
    Row(10062, Kind.HARMLESS, "the answer came after Discord's three seconds"),
    Row(20016, Kind.WAIT, "the channel's slow mode asks for a pause"),
    Row(20022, Kind.WAIT_EDITS, "this announcement was edited too often; Discord asks for a pause", EDITS_SECONDS),
    Row(20028, Kind.WAIT, "too much is written in this channel; Discord asks for a pause"),
    Row(20029, Kind.WAIT, "too much is written on this server; Discord asks for a pause"),
    Row(30046, Kind.WAIT_EDITS, "messages older than an hour were edited too often; Discord asks for a pause"),
    Row(30003, Kind.REJECTED, "the channel has as many pinned messages as Discord allows; unpin an old one"),
    Row(40001, Kind.BOT, "Discord does not authorize the bot; check DISCORD_BOT_TOKEN in the developer portal"),
    Row(40004, Kind.WAIT_ALL, "Discord has switched off sending for a while", OUTAGE_SECONDS),
    Row(_TOO_LARGE, Kind.PICTURE, "the file is too large for Discord (10 MiB)"),
    Row(40033, Kind.HARMLESS, "the message is published already"),
    Row(40060, Kind.HARMLESS, "the command was answered already"),
    Row(40067, Kind.LOST, "this forum wants a tag on every post; in its settings switch off Require Tags"),
    Row(NOT_SEEN, Kind.LOST, lacking("View Channel")),
    Row(50005, Kind.REJECTED, "the message is somebody else's, and only they may change it"),
    Row(50006, Kind.REJECTED, "there is nothing to show: the message would be empty"),
    Row(
        50007,
        Kind.REJECTED,
        "this person takes no direct messages from newsbell; in Discord's privacy settings allow them",
    ),
    Row(
        50008,
        Kind.LOST,
        sentence("this kind of channel takes no messages; subscribe a text channel, or a thread of it"),
    ),
    Row(50013, Kind.LOST, LACKS_PERMISSION),
    Row(50024, Kind.LOST, "this kind of channel takes no messages of this sort; subscribe a text channel"),
    Row(50027, Kind.REJECTED, "the webhook's token is not valid any more"),
    Row(50035, Kind.PICTURE, "Discord does not accept the message"),
    Row(50083, Kind.LOST, sentence("the thread is archived; open it again, or subscribe its channel")),
    Row(CANNOT_ANSWER, Kind.REJECTED, lacking("Read Message History")),
    Row(160004, Kind.HARMLESS, "the message has its thread already"),
    Row(160005, Kind.LOST, LOCKED),
    Row(160006, Kind.WAIT, "the server has as many active threads as it may; archive some", THREADS_SECONDS),
    Row(220001, Kind.REJECTED, "Discord wants the name of a thread for this channel"),
)

_BY_CODE: Final = {row.code: row for row in ROWS}


def verdict(error: Exception, *, picture: bool = False, scope: Scope = Scope.ROUTE) -> DeliveryError:
    """Which of our errors `error` is; `picture` says that the message had one, which may be to blame.

    `scope` is that of the last 429, for discord.py tells of a long one only how long it is.
    """
    if isinstance(error, discord.RateLimited):
        return TryLater("Discord asks for a pause", error.retry_after, flood=True, scope=scope)
    for kinds, rule in _BY_EXCEPTION:
        if isinstance(error, kinds):
            return rule(error, picture)
    # The request was answered, and discord.py could not read the answer.
    return OutcomeUnknown(Reason("Discord's answer could not be understood ({error})", error=type(error).__name__))


def code_of(error: DeliveryError) -> int:
    """Discord's code behind an error of ours; 0: there is none."""
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException) else 0


def harmless(error: discord.HTTPException) -> str:
    """Why nothing needs to be done about `error`; empty if something does."""
    row = _BY_CODE.get(error.code)
    return row.reason if row and row.kind is Kind.HARMLESS else ""


def _never_arrived(_error: Exception, _picture: bool) -> DeliveryError:
    return TryLater("Discord can't be reached; is the network up?")


def _broke_off(error: Exception, _picture: bool) -> DeliveryError:
    broke = sentence("the connection to Discord broke off before the answer came ({error})")
    return OutcomeUnknown(Reason(broke, error=type(error).__name__))


def _of_answer(error: discord.HTTPException, picture: bool) -> DeliveryError:
    if error.status == 429 and from_cloudflare(error.response.headers):
        seconds = seconds_of(error.response.headers) or BAN_SECONDS
        return TryLater(SHUT_OUT, seconds, flood=True, scope=Scope.BOT)
    if row := _BY_CODE.get(error.code):
        return _BY_KIND[row.kind](row, error, picture)
    return _of_status(error, picture)


def _of_status(error: discord.HTTPException, picture: bool) -> DeliveryError:
    """For codes that the table does not know."""
    said = _said(error)
    match error.status:
        case 401:
            return BotRefused(TOKEN_REFUSED)
        case 403:
            return DestinationLost(Reason(_PERMISSIONS, reason=Reason("Discord forbids it: “{answer}”", answer=said)))
        case 413:
            return _refused(_BY_CODE[_TOO_LARGE], error, picture)
        case 429:
            scope = scope_of(error.response.headers)
            return TryLater("Discord asks for a pause", seconds_of(error.response.headers), flood=True, scope=scope)
        case status if status >= 500:
            return OutcomeUnknown(Reason("Discord has trouble of its own ({status})", status=status))
    return Rejected(Reason("Discord does not accept it: “{answer}”", answer=said))


def _refused(row: Row, error: discord.HTTPException, picture: bool) -> DeliveryError:
    """With Discord's own words, which name the field: if it is another one, the message is tried without a picture."""
    said = _said(error)
    reason = Reason("{reason}: “{answer}”", reason=row.reason, answer=said)
    if not picture:
        return Rejected(reason)
    is_about_it = row.code == _TOO_LARGE or _OF_PICTURES.search(said)
    return PictureRefused(reason, reach=Reach.WAY if is_about_it else Reach.CHAT)


def _pause(row: Row, error: discord.HTTPException, scope: Scope) -> DeliveryError:
    return TryLater(row.reason, seconds_of(error.response.headers) or row.seconds, flood=True, scope=scope)


_BY_KIND: Final[dict[Kind, Callable[[Row, discord.HTTPException, bool], DeliveryError]]] = {
    Kind.WAIT: lambda row, error, _picture: _pause(row, error, Scope.DESTINATION),
    Kind.WAIT_EDITS: lambda row, error, _picture: _pause(row, error, Scope.ROUTE),
    Kind.WAIT_ALL: lambda row, error, _picture: _pause(row, error, Scope.BOT),
    Kind.LOST: lambda row, _error, _picture: DestinationLost(row.reason),
    Kind.GONE: lambda row, _error, _picture: MessageGone(row.reason),
    Kind.PICTURE: _refused,
    Kind.REJECTED: lambda row, _error, _picture: Rejected(row.reason),
    Kind.BOT: lambda row, _error, _picture: BotRefused(row.reason),
    Kind.HARMLESS: lambda row, _error, _picture: Rejected(row.reason),
}


_BY_EXCEPTION: Final[tuple[tuple[_Kinds, Callable[[Any, bool], DeliveryError]], ...]] = (
    (DeliveryError, lambda error, _picture: error),
    (discord.LoginFailure, lambda _error, _picture: BotRefused(TOKEN_REFUSED)),
    (discord.HTTPException, _of_answer),
    ((aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError), _never_arrived),
    ((aiohttp.ClientError, TimeoutError, OSError), _broke_off),
)
"""The first that fits counts: what never arrived is also a kind of what broke off."""


def _said(error: discord.HTTPException) -> str:
    """Discord's own words on one line."""
    return " ".join(error.text.split())[:300] or f"{error.status}"
