"""What people ask of newsbell, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.destinations import Place


@dataclass(frozen=True, slots=True)
class Command:
    """What a person asked, where, and with what rights: the adapter says who is admin, the core what an admin may."""

    name: str  # without "/": "subscribe"
    words: str  # what followed, as typed
    place: Place  # where the command applies
    person: str  # the platform's id of the person; empty where the platform hides it
    admin: bool
    language: str = ""  # the person's own, a first guess
    refusal: str = ""  # why the adapter could not find out whether the person is an admin


@dataclass(frozen=True, slots=True)
class Choice:
    """A button below a reply: pressing it is typing `command`."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command, for any platform. Lines are separated by "\\n"."""

    text: str
    choices: tuple[Choice, ...] = ()
    done: bool = True  # False: the command was refused or not understood
