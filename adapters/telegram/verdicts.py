"""What an answer of Telegram means for a delivery: one table of texts, one of broken exchanges.

Texts are those of tdlib/telegram-bot-api. PTB rewrites them (TOPIC_CLOSED arrives as "Topic_closed"): case is ignored.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final, NamedTuple

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from adapters.telegram.bodies import Phase
from adapters.telegram.transport import AnswerTooLargeError, Broken, Flood, ProxyUnusableError
from bot.delivering.dead_ends import ACCOUNT_DELETED, CHAT_MISSING, GROUP_DELETED
from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    DestinationMoved,
    MessageGone,
    OutcomeUnknown,
    PictureRefused,
    Reach,
    Rejected,
    Scope,
    TooLateToDelete,
    TryLater,
)
from bot.texts import Reason, sentence


class Row(NamedTuple):
    """A `fragment` of Telegram's text, in lower case, and what it means: the error, and the reason with its mend."""

    fragment: str
    error: type[DeliveryError]
    reason: str
    reach: Reach = Reach.WAY  # of a refused picture
    doubtful: bool = False  # seen in outages, told to healthy bots (PTB #3956): believed when it comes twice


# What chats' people are told is marked as a sentence, for they read it in their own language, on phones, and have never
# seen the number of a chat: what it is, and what to press where, by the names that Telegram's apps have for it.
REMOVED: Final = sentence(
    "the bot was removed from the chat; add it again: tap the chat's name, then Add Members (in a channel: Edit, "
    "Administrators, Add Admin)"
)
BLOCKED: Final = sentence(
    "the person blocked the bot; unblock it to go on: the button is at the bottom of the chat with the bot"
)
_AWAY: Final = sentence(
    "the bot is not in the chat any more; add it again: tap the chat's name, then Add Members (in a channel: Edit, "
    "Administrators, Add Admin)"
)
_NO_RIGHTS: Final = sentence(
    "the bot may not write there; make it an administrator who may post messages: tap the chat's name, then Edit, "
    "Administrators, and choose the bot"
)
_NO_TOPIC: Final = sentence(
    "the topic is not there any more; type /subscribe in another topic of the group, or in the group itself"
)
_CLOSED_TOPIC: Final = sentence(
    "the topic is closed; an administrator can reopen it by its menu (⋮), or type /subscribe in another topic of the "
    "group"
)
_LINK: Final = sentence("Telegram takes no button with this link; give the post a public http or https address")
_OUR_BUG: Final = sentence("{reason}; this is newsbell's mistake, please report it with the post")
_NO_PICTURES: Final = sentence("the chat takes no pictures from the bot; allow it to")
NO_PINNING: Final = sentence(
    "the bot may not pin there; make it an administrator who may pin messages (in a channel: edit messages): tap the "
    "chat's name, then Edit, Administrators, and choose the bot"
)
_TOO_LATE: Final = sentence("Telegram deletes no message older than 48 hours; remove it by hand")
_LOGGED_OUT: Final = sentence(
    "the bot was logged out of this Bot API server; set TELEGRAM_API_URL to the one that it has moved to (the way back "
    "to api.telegram.org is closed for ten minutes)"
)
SECOND: Final = sentence("another program uses the same bot; stop it, or give each its own token from @BotFather")

_HTTP_ALONE: Final = re.compile(r"\(40[14]\)")
"""PTB's words for an answer that has none of the Bot API's: "Not Found (404)"."""


def _our_bug(reason: str) -> Reason:
    return Reason(_OUR_BUG, reason=reason)


def _unloadable(reason: str) -> Reason:
    return Reason("Telegram could not load the picture from its address; {reason}", reason=reason)


TABLE: Final = (
    # -- the message is not there any more
    Row("message to edit not found", MessageGone, "the message was removed in the chat"),
    Row("message to delete not found", MessageGone, "the message was removed in the chat already"),
    Row("message_id_invalid", MessageGone, "the message was removed in the chat"),
    Row("message to pin not found", MessageGone, "the message was removed in the chat before it was pinned"),
    Row("message to unpin not found", MessageGone, "the message was removed in the chat before it was unpinned"),
    Row("message was immediately deleted", MessageGone, "the message was sent and at once removed in the chat"),
    # -- the picture; before the rights, for a chat that takes no pictures still takes text
    Row("not enough rights to send photos", PictureRefused, _NO_PICTURES, reach=Reach.CHAT),
    Row("chat_send_photos_forbidden", PictureRefused, _NO_PICTURES, reach=Reach.CHAT),
    Row("chat_send_media_forbidden", PictureRefused, _NO_PICTURES, reach=Reach.CHAT),
    Row("wrong http url specified", PictureRefused, _unloadable(sentence("is it a public http or https one?"))),
    Row("wrong file identifier", PictureRefused, _unloadable(sentence("or does not know it any more"))),
    Row("failed to get http url content", PictureRefused, _unloadable(sentence("can it be opened from anywhere?"))),
    Row("wrong type of the web page content", PictureRefused, _unloadable(sentence("what is there is no picture"))),
    Row("can't upload file by url", PictureRefused, _unloadable(sentence("by address it takes 5 MB at most"))),
    Row(
        "rich_message_photo",
        PictureRefused,
        "Telegram could not load the picture into an article; can it be opened from anywhere?",
    ),
    Row("image_process_failed", PictureRefused, "Telegram can't read the picture; save it as JPEG or PNG"),
    Row("photo_invalid_dimensions", PictureRefused, "the picture's sides are too long for Telegram; shrink it"),
    Row("request entity too large", PictureRefused, "the picture's file is too large; Telegram takes 10 MB"),
    # -- the destination
    Row("bot was kicked", DestinationLost, REMOVED),
    Row("bot is not a member", DestinationLost, _AWAY),
    Row("channel_private", DestinationLost, _AWAY),
    Row("group chat was deleted", DestinationLost, GROUP_DELETED),
    Row(
        "group chat was upgraded",
        DestinationLost,
        sentence("the group has become a supergroup; type /subscribe there once more"),
    ),
    Row("bot was blocked by the user", DestinationLost, BLOCKED),
    Row(
        "can't initiate conversation",
        DestinationLost,
        sentence("the person has not started the bot yet; that person has to open it and press Start"),
    ),
    Row("user is deactivated", DestinationLost, ACCOUNT_DELETED),
    Row("chat not found", DestinationLost, CHAT_MISSING),
    Row("message thread not found", DestinationLost, _NO_TOPIC),
    Row("topic_deleted", DestinationLost, _NO_TOPIC),
    Row("topic_closed", DestinationLost, _CLOSED_TOPIC),
    Row("chat_write_forbidden", DestinationLost, _NO_RIGHTS, doubtful=True),
    Row("have no rights to send", DestinationLost, _NO_RIGHTS, doubtful=True),
    Row("not enough rights to send", DestinationLost, _NO_RIGHTS, doubtful=True),
    Row("need administrator rights", DestinationLost, _NO_RIGHTS, doubtful=True),
    Row("chat_admin_required", DestinationLost, _NO_RIGHTS, doubtful=True),
    Row("chat_restricted", DestinationLost, _NO_RIGHTS, doubtful=True),
    Row("chat_send_plain_forbidden", DestinationLost, _NO_RIGHTS, doubtful=True),
    # -- what will never be taken
    Row("not enough rights to manage pinned messages", Rejected, NO_PINNING),
    Row("not enough rights to pin a message", Rejected, NO_PINNING),
    Row("message can't be edited", Rejected, "Telegram lets the bot change this message no more"),
    Row("message can't be deleted", TooLateToDelete, _TOO_LATE),
    Row("message_delete_forbidden", TooLateToDelete, _TOO_LATE),
    Row("message is too long", Rejected, _our_bug(sentence("the text is too long for Telegram"))),
    Row("message_too_long", Rejected, _our_bug(sentence("the text is too long for Telegram"))),
    Row("caption is too long", Rejected, _our_bug(sentence("the caption is too long for Telegram"))),
    Row("message text is empty", Rejected, _our_bug(sentence("the text is empty"))),
    Row("entities_too_long", Rejected, _our_bug(sentence("the text has too much markup"))),
    Row("can't parse entities", Rejected, _our_bug(sentence("the markup is broken"))),
    Row("button_data_invalid", Rejected, _our_bug(sentence("a button carries too much"))),
    Row("button_url_invalid", Rejected, _LINK),
    Row("inline keyboard button url", Rejected, _LINK),
    Row("query is too old", Rejected, "the button was pressed too long ago; press it again"),
    # -- not about a message at all
    Row("terminated by other getupdates request", TryLater, SECOND),
    Row("logged out", TryLater, _LOGGED_OUT),
    Row("webhook is active", TryLater, "a webhook takes the bot's commands; it has to be removed before polling"),
)


class Cause(NamedTuple):
    """How an exchange broke: the `phase` that it was in, the `kind` of error that ended it, and what that means."""

    phase: Phase
    kind: type[Exception]
    error: type[DeliveryError]
    reason: str


CAUSES: Final = (  # of each phase the first that fits, and the last fits all: certainty comes from the phase alone
    Cause(Phase.QUEUED, TimeoutError, TryLater, "all connections to Telegram are busy"),
    Cause(Phase.QUEUED, Exception, TryLater, "the request was not made"),
    Cause(Phase.LEAVING, aiohttp.ConnectionTimeoutError, TryLater, "Telegram can't be reached in time"),
    Cause(
        Phase.LEAVING,
        ProxyUnusableError,
        TryLater,
        "newsbell speaks with http:// and https:// proxies only; see HTTPS_PROXY and ALL_PROXY",
    ),
    Cause(Phase.LEAVING, aiohttp.ClientProxyConnectionError, TryLater, "the proxy can't be reached"),
    Cause(Phase.LEAVING, aiohttp.ClientHttpProxyError, TryLater, "the proxy does not lead to Telegram"),
    Cause(
        Phase.LEAVING,
        aiohttp.ClientConnectorCertificateError,
        TryLater,
        "the certificate can't be checked; are the system's CA certificates installed, and is the clock right?",
    ),
    Cause(Phase.LEAVING, aiohttp.ClientConnectorSSLError, TryLater, "no safe connection to Telegram comes about (TLS)"),
    Cause(Phase.LEAVING, aiohttp.ClientConnectorDNSError, TryLater, "Telegram's address can't be looked up (DNS)"),
    Cause(Phase.LEAVING, aiohttp.ClientConnectorError, TryLater, "Telegram can't be reached"),
    Cause(Phase.LEAVING, Exception, TryLater, "the connection broke before anything was sent"),
    Cause(
        Phase.WRITING, TimeoutError, TryLater, "the request did not get through in time; the request never left whole"
    ),
    Cause(
        Phase.WRITING,
        Exception,
        TryLater,
        "the connection broke while the request was sent; the request never left whole",
    ),
    Cause(Phase.WRITTEN, TimeoutError, OutcomeUnknown, "Telegram did not answer in time"),
    Cause(Phase.WRITTEN, aiohttp.ServerDisconnectedError, OutcomeUnknown, "Telegram hung up without an answer"),
    Cause(Phase.WRITTEN, aiohttp.ClientResponseError, OutcomeUnknown, "what answered does not speak HTTP"),
    Cause(Phase.WRITTEN, Exception, OutcomeUnknown, "the connection broke before Telegram answered"),
    Cause(Phase.ANSWERING, TimeoutError, OutcomeUnknown, "the rest of Telegram's answer did not come in time"),
    Cause(Phase.ANSWERING, AnswerTooLargeError, OutcomeUnknown, "the answer is too large to be Telegram's"),
    Cause(Phase.ANSWERING, Exception, OutcomeUnknown, "the connection broke in the middle of Telegram's answer"),
)


class _InOurWords:
    """No generator, which costs six times as much: it stands around each send."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TelegramError):
            raise verdict(error) from error


_IN_OUR_WORDS: Final = _InOurWords()


def in_our_words() -> _InOurWords:
    """Let what Telegram answers inside of this block come out as a bot.errors.DeliveryError."""
    return _IN_OUR_WORDS


def verdict(error: TelegramError) -> DeliveryError:
    """What `error` means for a delivery. For "message is not modified", which is none, ask `is_unchanged` first."""
    match error:
        case Flood():
            return TryLater("Telegram asks the bot to wait", error.seconds, flood=True, scope=Scope.UNSAID)
        case ChatMigrated():
            return DestinationMoved("the group has become a supergroup", str(error.new_chat_id))
        case InvalidToken() | EndPointNotFound():
            return _of_token(error)
        case Broken():
            cause = cause_of(error)
            return cause.error(cause.reason)
    if error.__cause__ is None and (row := row_of(error)):
        return _of_row(row)
    return _of_kind(error)


def row_of(error: TelegramError) -> Row | None:
    """The first row of the table whose fragment stands in the text of `error`."""
    text = str(error).lower()
    return next((row for row in TABLE if row.fragment in text), None)


def cause_of(error: Broken) -> Cause:
    """The first cause of the table that fits."""
    return next(cause for cause in CAUSES if error.phase is cause.phase and issubclass(error.kind, cause.kind))


def left_at(lost: OutcomeUnknown) -> float:
    """When the call that has just ended so had been written whole, by the loop's clock: no sooner has it its effect.

    Where that is not known, or a server failed that may still act on it, that is now.
    """
    written_at = lost.__cause__.written_at if isinstance(lost.__cause__, Broken) else None
    return asyncio.get_running_loop().time() if written_at is None else written_at


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused because the message says just that already: a success."""
    return isinstance(error, BadRequest) and "message is not modified" in str(error).lower()


def is_away(error: TelegramError) -> bool:
    """Whether the bot is not in the chat any more; that may be there all the same, and let it in again."""
    return isinstance(error, Forbidden) and str(verdict(error)) in {REMOVED, _AWAY}


def is_gone(error: TelegramError) -> bool:
    """Whether there is no such chat any more, or was none."""
    return str(verdict(error)) in {GROUP_DELETED, CHAT_MISSING}


def has_no_text(error: TelegramError) -> bool:
    """Whether the text of a message was to be edited that has a caption instead, below a picture."""
    return isinstance(error, BadRequest) and "there is no text in the message" in str(error).lower()


def has_no_caption(error: TelegramError) -> bool:
    """Whether the caption of a message was to be edited that shows no picture."""
    return isinstance(error, BadRequest) and "there is no caption in the message" in str(error).lower()


def is_unknown_method(error: TelegramError) -> bool:
    """Whether the server does not know the method that PTB's generic request named: it is older than the method."""
    return isinstance(error, EndPointNotFound) and "method not found" in str(error.__cause__).lower()


def is_about_content(error: TelegramError) -> bool:
    """Whether a message was refused for what it says, which the table does not foresee or calls our mistake."""
    if not isinstance(error, BadRequest) or is_unchanged(error) or has_no_text(error) or has_no_caption(error):
        return False
    row = row_of(error)
    return row is None or (isinstance(row.reason, Reason) and row.reason.message == _OUR_BUG)


def _of_token(error: InvalidToken | EndPointNotFound) -> DeliveryError:
    """401 and 404 are the same to PTB (reference: 4.2): only in the Bot API's own words they are about the token."""
    if isinstance(error.__cause__, InvalidToken):  # at the start, and for methods that it does not know, PTB puts words
        # of its own around it, and the token
        error = error.__cause__
    text = str(error).lower()
    if "method not found" in text:
        return Rejected("the Bot API server does not know what newsbell asks of it; update that server")
    if "api-id" in text:
        return BotRefused("the Bot API server was started with a wrong --api-id or --api-hash; mend them there")
    if error.__cause__ is not None or _HTTP_ALONE.search(text):
        return TryLater("what answers there is no Bot API server; check TELEGRAM_API_URL, and any proxy before it")
    return BotRefused(
        "Telegram does not know the bot's token; set TELEGRAM_BOT_TOKEN to the one that @BotFather shows"
        " (with a server of your own, see TELEGRAM_API_URL, too)"
    )


def _of_row(row: Row) -> DeliveryError:
    if row.error is DestinationLost:
        return DestinationLost(row.reason, doubtful=row.doubtful)
    if row.error is PictureRefused:
        return PictureRefused(row.reason, reach=row.reach)
    return row.error(row.reason)


def _of_kind(error: TelegramError) -> DeliveryError:
    """The verdict on a text that the table does not know. BadRequest is a NetworkError to PTB: it is asked first."""
    match error:
        case BadRequest():
            return Rejected(Reason("Telegram refuses the message: “{answer}”", answer=str(error)))
        case Forbidden():
            return DestinationLost(Reason("Telegram lets the bot write there no more: “{answer}”", answer=str(error)))
        case Conflict():
            return TryLater(SECOND)
        case NetworkError():
            return OutcomeUnknown("Telegram's server failed while it had the request")
    return OutcomeUnknown("Telegram gave an answer that can't be read")
