"""What happens in one run, made from a seed: who reads, what is written, what the wire does, when the kills fall."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What kind of place a message goes to; what newsbell can prove differs between them."""

    EDITOR_CHANNEL = "channel, may edit others' posts"
    CHANNEL = "channel, may not"
    MEMBER_GROUP = "supergroup, as a member"
    ADMIN_GROUP = "supergroup, as administrator"
    TOPIC = "topic, two in a forum"
    BASIC_GROUP = "basic group"
    PRIVATE = "private chat"
    TEXT = "text channel"
    ANNOUNCEMENT = "announcement channel"
    THREAD = "thread"
    FORUM_POST = "forum post"
    FORUM = "forum"
    SIGNED = "text channel, by webhook"

    @property
    def platform(self) -> str:
        """The platform that has such places."""
        return "discord" if self in _ON_DISCORD else "telegram"

    @property
    def has_own_ids(self) -> bool:
        """Whether it has a sequence of ids to itself, so that nothing but a proof is good enough (telegram.md 5)."""
        return self not in {Kind.TOPIC, Kind.BASIC_GROUP, Kind.PRIVATE}


_ON_DISCORD: Final = frozenset({Kind.TEXT, Kind.ANNOUNCEMENT, Kind.THREAD, Kind.FORUM_POST, Kind.FORUM, Kind.SIGNED})

FULL: Final = {kind: 4 for kind in Kind if kind.platform == "telegram"} | {
    Kind.TEXT: 4,
    Kind.ANNOUNCEMENT: 1,
    Kind.THREAD: 1,
    Kind.FORUM_POST: 1,
    Kind.FORUM: 2,
    Kind.SIGNED: 2,
}
"""How many places of each kind a run has."""

SHORT: Final = dict.fromkeys(Kind, 1) | {Kind.TEXT: 2, Kind.TOPIC: 0, Kind.FORUM: 0, Kind.SIGNED: 0}


class Trouble(StrEnum):
    """What the wire does to one call."""

    RESET_UNREAD = "reset before the call is read"
    RESET_UNDONE = "reset after it is read, before it is done"
    RESET_DONE = "done, and reset before the answer"
    HALF_ANSWER = "done, and the answer breaks off"
    GARBLED = "done, and the answer is no JSON"
    BAD_GATEWAY = "502, nothing done"
    BAD_GATEWAY_DONE = "502, and it is done all the same"
    SERVER_ERROR = "500, nothing done"
    SERVER_ERROR_DONE = "500, and it is done all the same"
    FLOOD = "429"
    SLOW_ANSWER = "done, and the answer is late or never comes"
    LATE = "done late, whether or not anybody waits"


class Moment(StrEnum):
    """When the process dies."""

    ANY = "any"
    WRITING = "just after a file was saved"
    STARTING = "while it starts"
    UNANSWERED = "between accept and answer"
    UNCOMMITTED = "between answer and commit"
    LOOKING = "while it looks into an unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat or channel; `number` tells it from the others of its kind."""

    kind: Kind
    number: int

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Mishap:
    """Trouble on the next call to `place`; a Telegram call that is not read may be any chat's. `seconds`: how late."""

    trouble: Trouble
    place: Place
    seconds: float


@dataclass(frozen=True, slots=True)
class Kill:
    """When the process is killed. `calls` to both platforms go before it, `seconds` pass after what it waits for."""

    moment: Moment
    place: Place
    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Act:
    """A file is saved, the wire misbehaves, and perhaps newsbell is killed, once or, at its restart, once more."""

    code: str
    edition: int  # 0: the post is new
    breaking: bool
    mishaps: tuple[Mishap, ...]
    kills: tuple[Kill, ...]
    calls: int  # without a kill: so many calls pass before the next act
    is_public: bool = True  # else it is withdrawn: it becomes a draft

    @property
    def file(self) -> str:
        """Where the post lies."""
        return f"{self.code.lower()}.md"

    @property
    def title(self) -> str:
        """Tells the post and its edition."""
        return f"Post {self.code}, edition {self.edition}"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    seed: int
    places: tuple[Place, ...]
    acts: tuple[Act, ...]
    operator: bool  # whether the operator has a chat with the bot, into which it can forward
    busy_polls: int  # long polls that go wrong
    asked_every: float  # seconds between two commands that people give somewhere
    latency: float  # seconds that every call takes on the wire
    late_answers: bool  # that time lies between accept and answer, not before the accept
    plain: frozenset[str]  # the codes of posts without a picture: other proofs hold for texts
    second_thoughts: tuple[Act, ...] = ()  # what follows when all that went before is settled

    @property
    def posts(self) -> dict[str, Act]:
        """The last act about each post, by its code, in the order in which the posts were written."""
        return {act.code: act for act in (*self.acts, *self.second_thoughts)}

    @property
    def came_back(self) -> set[str]:
        """The codes of posts that were withdrawn meanwhile: where they come back, they come last."""
        return {act.code for act in self.second_thoughts if not act.is_public}

    @property
    def kills(self) -> list[Kill]:
        """All kills, in order."""
        return [kill for act in self.acts for kill in act.kills]


def plan_of(seed: int, sizes: dict[Kind, int] = FULL, *, posts: int = 0) -> Plan:
    """The run of this seed; `posts` 0: three or four, with second thoughts.

    The same seed and sizes give the same plan on every machine.
    """
    chance = random.Random(seed)
    places = tuple(Place(kind, number) for kind in Kind for number in range(sizes.get(kind, 0)))
    acts = _written(chance, posts or chance.randint(3, 4))
    moments = _moments(chance, min(chance.randint(2, 3), len(acts)))
    # Apart from each other and from other trouble: what is unknown there would hold up the call that a kill waits for.
    fatal = chance.sample(places, len(moments))
    healthy = [place for place in places if place not in fatal]
    acts = [replace(act, mishaps=_mishaps(chance, healthy)) for act in acts]
    when = sorted(chance.sample(range(len(acts)), len(moments)))
    for number, moment, place in zip(when, moments, fatal, strict=True):
        acts[number] = replace(acts[number], kills=_kills(chance, place, moment, most_calls=len(places)))
    return Plan(
        seed,
        places,
        tuple(acts),
        operator=chance.random() < 0.5,
        busy_polls=chance.randint(0, 3),
        asked_every=chance.uniform(1.5, 4.0),
        latency=chance.uniform(0.01, 0.4),
        late_answers=chance.random() < 0.5,
        plain=frozenset(act.code for act in acts if act.edition == 0 and chance.random() < 0.3),
        second_thoughts=() if posts else _second_thoughts(chance, acts, places),
    )


def _written(chance: random.Random, posts: int) -> list[Act]:
    """New posts, and edits of some: right after the post, or after the next one."""
    acts: list[Act] = []
    for number in range(posts):
        code = f"ART{number + 1}"
        acts.append(Act(code, 0, chance.random() < 0.2, (), (), chance.randint(0, 20)))
        if chance.random() < 0.35:
            edited = acts[chance.randrange(max(0, len(acts) - 2), len(acts))]
            acts.append(replace(edited, edition=edited.edition + 1, calls=chance.randint(0, 20)))
    return [replace(act, edition=_editions_before(acts, index)) for index, act in enumerate(acts)]


def _second_thoughts(chance: random.Random, acts: list[Act], places: tuple[Place, ...]) -> tuple[Act, ...]:
    """One post says something else for a moment, another one is withdrawn for a moment: half of the calls go wrong."""
    edited, withdrawn = chance.sample(list({act.code: act for act in acts}.values()), 2)
    there_and_back = [
        replace(edited, edition=edited.edition + 1, mishaps=_mishaps(chance, places, share=0.5)),
        replace(edited, mishaps=()),
        replace(withdrawn, is_public=False, mishaps=_mishaps(chance, places, share=0.5)),
        replace(withdrawn, edition=withdrawn.edition + 1, mishaps=()),
    ]
    return tuple(replace(act, kills=(), calls=len(places)) for act in there_and_back)


def _editions_before(acts: list[Act], index: int) -> int:
    return sum(act.code == acts[index].code for act in acts[:index])


_WEIGHTS: Final = dict.fromkeys(Trouble, 3.0) | {Trouble.LATE: 4.0, Trouble.FLOOD: 1.0}
_ONLY_TELEGRAM: Final = {Trouble.GARBLED}
"""discord.py itself fails on an answer that it can't parse; `half_answer` covers that there."""


def _mishaps(chance: random.Random, places: Iterable[Place], share: float = 0.2) -> tuple[Mishap, ...]:
    return tuple(_mishap(chance, place) for place in places if chance.random() < share)


def _mishap(chance: random.Random, place: Place) -> Mishap:
    possible = [each for each in Trouble if place.kind.platform == "telegram" or each not in _ONLY_TELEGRAM]
    [trouble] = chance.choices(possible, [_WEIGHTS[each] for each in possible])
    # Mostly sooner than anybody looks, sometimes only just before nobody would believe in it any more (20 s).
    late = chance.uniform(0.3, 4.5) if chance.random() < 0.8 else chance.uniform(6.0, 14.0)
    return Mishap(trouble, place, late if trouble is Trouble.LATE else chance.uniform(0.3, 3.0))


def _moments(chance: random.Random, kills: int) -> list[Moment]:
    """One of the two that leave an unknown comes first, so that something is there to be looked into."""
    first = chance.choice([Moment.UNANSWERED, Moment.UNCOMMITTED])
    others = [Moment.ANY, Moment.WRITING, Moment.UNANSWERED, Moment.UNCOMMITTED, Moment.LOOKING]
    return [first, *chance.choices(others, [4, 1, 2, 2, 1], k=kills - 1)]


def _kills(chance: random.Random, place: Place, moment: Moment, *, most_calls: int) -> tuple[Kill, ...]:
    """The kill at `moment`; now and then the process dies again before it is up."""
    seconds = {Moment.WRITING: 0.5, Moment.UNANSWERED: 0.05, Moment.UNCOMMITTED: 0.003}.get(moment, 0.1)
    kill = Kill(moment, place, chance.randint(0, most_calls), chance.uniform(0, seconds))
    if chance.random() < 0.2:
        return kill, Kill(Moment.STARTING, place, 0, chance.uniform(0.1, 1.5))
    return (kill,)
