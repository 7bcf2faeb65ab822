"""What people ask of newsbell, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from bot.models.announcements import Announcement, Look
from bot.models.destinations import Place

ON: Final = "✅"
OFF: Final = "▫️"


@dataclass(frozen=True, slots=True)
class Command:
    """What a person asked, where, and with what rights: the adapter says who is admin, the core what an admin may."""

    name: str  # without "/": "subscribe"
    words: str  # what followed, as typed
    place: Place  # where the command applies
    person: str  # the platform's id of the person; empty where the platform hides it
    admin: bool
    language: str = ""  # of the person's own app, a first guess
    refusal: str = ""  # why the adapter could not find out whether the person is an admin; a sentence, for `Texts.term`
    spoken: str = ""  # the person's own choice, or that of who opened the menu; goes before `language`
    presses: bool = True  # False: buttons do nothing for the person, who has to type
    server: str = ""  # that the place belongs to; empty: to none, or it does not matter
    roles: tuple[str, ...] = ()  # of the person there, by the platform's ids
    elsewhere: bool = False  # the answer is read by the person alone, and not in the place: in the person's language
    role_names: Mapping[str, str] = field(default_factory=dict, compare=False)  # of the server, by id; empty: not known
    barred: str = ""  # why nothing can be sent there, as the adapter has just seen; a sentence, for `Texts.term`
    tags: tuple[str, ...] | None = None  # that posts may wear there, by name; None: no forum, or they are not known


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be meant by somebody who is still typing: what is shown of it, and the `word` that is typed for it."""

    label: str
    word: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button below a reply: pressing it is typing `command`, or opens `url`, or a message where it has an address.

    Telegram's buttons carry 64 bytes, of which the place takes up to 29 where it is another one than the chat of the
    button (`-4503599627370496/1234567890 `): names that may be long are written as tokens.
    """

    label: str
    command: str
    on: bool | None = None  # a switch that is on or off; None: it is no switch
    url: str = ""
    message: str = ""  # the id of a message in the chat that the reply is about
    note: str = ""  # what it means, where a list has room for that

    @property
    def marked(self) -> str:
        """The label, with a mark before it that says whether the switch is on."""
        return self.label if self.on is None else f"{ON if self.on else OFF} {self.label}"


@dataclass(frozen=True, slots=True)
class Pick:
    """A list of choices: one is made, or, of `several` switches, each is set on or off. `label` says what of."""

    label: str
    choices: tuple[Choice, ...]
    several: bool = False


class Wanted(Enum):
    """What a person is asked for."""

    TEXT = auto()
    ROLE = auto()
    CHANNEL = auto()  # the command is given there


@dataclass(frozen=True, slots=True)
class Ask:
    """A value that stands in no list: the person gives it, and it is typed behind `command`.

    `value` is the present one; `nothing` is typed where the person takes it away (empty: it can't be).
    """

    label: str
    command: str
    wanted: Wanted
    value: str = ""
    nothing: str = ""
    note: str = ""  # what may be given
    title: str = ""  # of the window; empty: the label


PanelRow = Pick | Ask | tuple[Choice | Ask, ...]
"""A list, a picker of a role or a channel, or buttons, of which those that ask for a text open a window."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """An announcement as it would look somewhere, for the person who asked.

    `instead` is what that person is told, in this `language`, where the platform does not show it now.
    """

    announcement: Announcement
    look: Look
    instead: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command, for any platform. Lines are separated by "\\n".

    A `specimen` is shown as a message of its own, below the words. `menu` are rows of buttons in exactly this order:
    what is pressed there is answered in the place of the menu; `panel` says the same to a platform that has lists and
    windows. An `aside` is for who pressed, and for nobody else who sees the menu. `pins`: posts are pinned from now on;
    an adapter that knows that the bot may not adds that. `looks` are those in which posts arrive at the place, after a
    command that is about them: likewise, for what else they need; `known_looks` are those before that command changed
    them, of which it was told. `language` is the one in which the reply speaks. A `caution` is what the adapter adds:
    it stands last, and where there is too little room, what stands before is cut for it.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    done: bool = True  # False: the command was refused or not understood
    menu: tuple[tuple[Choice, ...], ...] = ()
    panel: tuple[PanelRow, ...] = ()
    specimen: Specimen | None = None
    aside: str = ""
    pins: bool = False
    caution: str = ""
    looks: tuple[Look, ...] = field(default=(), compare=False)  # these are about the reply, and not what it says
    known_looks: tuple[Look, ...] = field(default=(), compare=False)
    language: str = field(default="", compare=False)

    @property
    def whole(self) -> str:
        """All that is said, where nothing can be said to one person alone."""
        return f"{self.aside}\n\n{self.text}" if self.aside else self.text
