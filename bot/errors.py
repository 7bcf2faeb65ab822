"""Every error of newsbell, and what whoever catches it should do next.

::

    NewsbellError
    ├── SettingsError            tell the person all the mistakes at once; exit 2
    ├── FolderError              the watched folder can't be looked at; say why, and look again
    ├── PostError                tell the editor where and how to mend; look again when the file changes
    │   ├── IncompletePost       the file is being written; look again soon, tell nobody yet
    │   └── IgnoredPost          the site itself leaves the file out: warn the editor, and go on without it
    ├── StoreError               the database can't be used; say why and what to do
    │   ├── StoreBusy            somebody else holds it; try again
    │   ├── StoreFull            the disk takes nothing more; the service waits for room, a command says so and ends
    │   ├── StoreTooNew          made by a later newsbell; install that one or restore a backup
    │   └── InstanceRunning      another newsbell holds the lock of the database or of a token; exit 3, name its pid
    └── DeliveryError            what came of one call to a platform; bot.delivering.decisions maps each to what follows
        ├── TryLater             not sent; try again, after `retry_after` where the platform named it
        │   └── NeverArrived     what was looked for is not there: send it as if it had never been tried
        ├── PictureRefused       not sent; the platform can't take this picture: climb its ladder
        ├── Rejected             not sent and never will be: give up, with the reason
        │   └── TooLateToDelete  the message can't be removed any more: say in it that it was withdrawn
        ├── DestinationLost      not sent; the chat can't be written to: suspend it, tell its owner once
        ├── DestinationMoved     not sent; the chat has a new id: follow it
        ├── MessageGone          the message to edit or delete is not there: somebody removed it, don't resurrect it
        ├── OutcomeUnknown       it may be there or not: settle before doing anything else
        └── BotRefused           not sent; the platform refuses the token: stop this platform, tell the operator
"""

from __future__ import annotations

from enum import StrEnum


class NewsbellError(Exception):
    """The root of the tree; `str()` of each is a sentence for people."""


class SettingsError(NewsbellError):
    """Settings that can't be used. `mistakes` are whole sentences, each beginning with the variable's name."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class FolderError(NewsbellError):
    """The watched folder can't be looked at."""


class PostError(NewsbellError):
    """A post that can't be read: where (`path`, `line` from 1, or 0 for the whole file), `what`, and the `mend`.

    `column` counts characters from 1; 0 where no single place on the line is to blame.
    """

    def __init__(self, path: str, line: int, what: str, mend: str, *, column: int = 0) -> None:
        place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: {what}; {mend}")
        self.path = path
        self.line = line
        self.column = column
        self.what = what
        self.mend = mend


class IncompletePost(PostError):
    """A file whose front matter has no end yet: most likely it is being written right now."""


class IgnoredPost(PostError):
    """A file that looks like a post, and that the site's generator ignores for its name: nothing is broken."""


class StoreError(NewsbellError):
    """The database can't be used."""


class StoreBusy(StoreError):
    """The database stayed locked by another process for longer than the store waits."""


class StoreFull(StoreError):
    """The disk has no room for what was to be written."""


class StoreTooNew(StoreError):
    """The database was made by a later version of newsbell."""


class InstanceRunning(StoreError):
    """Another newsbell, process `pid` (0: unknown), `does` what only one may: "sends from newsbell.db"."""

    def __init__(self, pid: int, does: str) -> None:
        mend = f"stop it first: kill {pid}" if pid else "it is only just starting; try again"
        super().__init__(f"another newsbell (process {pid or 'unknown'}) already {does}; {mend}")
        self.pid = pid


class Scope(StrEnum):
    """How far a platform's "wait" reaches."""

    ROUTE = "route"  # calls of this kind to this chat
    DESTINATION = "destination"
    UNSAID = "unsaid"  # the chat, or, when another chat is told the same soon, the bot: the platform does not say
    BOT = "bot"


class DeliveryError(NewsbellError):
    """What came of one call to a platform, when it was not a receipt."""


class TryLater(DeliveryError):
    """Not sent. Try again after `retry_after` seconds; None leaves the wait to the back-off.

    `flood` says that the platform asked for the wait: everything in `scope` waits. One of named length uses up no try.
    """

    def __init__(
        self, reason: str, retry_after: float | None = None, *, flood: bool = False, scope: Scope = Scope.DESTINATION
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.flood = flood
        self.scope = scope


class PutOff(TryLater):
    """The call was not made, though it had its turn."""


class NeverArrived(TryLater):
    """A send whose outcome was not known did not arrive, and will not any more."""


class Reach(StrEnum):
    """How far the refusal of a picture reaches."""

    WAY = "way"  # on another way it may be taken
    SOURCE = "source"  # what is there is no picture: on another way only a platform that looks, and says so, is asked
    PICTURE = "picture"  # on none
    CHAT = "chat"  # this chat takes no pictures at all, others may
    HERE = "here"  # this chat takes none that way, others may


class PictureRefused(DeliveryError):
    """Not sent: the platform can't load or take the picture."""

    def __init__(self, reason: str, *, reach: Reach = Reach.WAY) -> None:
        super().__init__(reason)
        self.reach = reach


class Rejected(DeliveryError):
    """Not sent, and the same message never will be."""


class TooLateToDelete(Rejected):
    """The platform removes this message no more; it may still be edited."""


class DestinationLost(DeliveryError):
    """Not sent: the bot can't write there. `doubtful` reasons were seen in outages: they want to be seen twice."""

    def __init__(self, reason: str, *, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.doubtful = doubtful


class DestinationMoved(DeliveryError):
    """Not sent: the chat lives on under `chat_id`."""

    def __init__(self, reason: str, chat_id: str) -> None:
        super().__init__(reason)
        self.chat_id = chat_id


class MessageGone(DeliveryError):
    """The message is not there any more; for a send with a known nonce: it was sent, and deleted since."""


class OutcomeUnknown(DeliveryError):
    """The call may have had its effect or not."""


class BotRefused(DeliveryError):
    """The platform refuses the bot's token."""
