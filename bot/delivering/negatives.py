"""What is known of a picture in the darkroom, and why it is not tried one way or another."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bot.errors import Reach
from bot.models import Delivery, Way

_NOT_TRIED: Final = {
    Way.UPLOAD: "its picture was not uploaded here",
    Way.ADDRESS: "its picture was not shown here by its address",
}
"""What `newsbell why` tells of a step that has failed elsewhere."""


class Refusal(NamedTuple):
    """Why a picture is not tried one way, or none, until then."""

    reach: Reach
    until: float
    reason: str


@dataclass(slots=True)
class Negative:
    """What is known of one picture, by the loop's clock."""

    is_shared: bool  # one upload serves all chats; False also where the platform gave no id for it
    wanted_at: float  # by somebody in line, the last time
    name: str = ""  # under which the platform's id of it is kept; that of a file tells its state
    fresh_until: float = 0.0
    media_id: str = ""
    kept: Mapping[str, str] | None = None  # ids by such names, until one look has told which is its name
    proven_until: float = 0.0  # a chat was shown it, so that its id is a good one
    at_hand_until: float = 0.0  # its bytes
    leads: int | None = None  # the delivery that uploads it
    overdue: asyncio.TimerHandle | None = None
    refused: dict[Way, Refusal] = field(default_factory=dict)
    refusers: Counter[Way] = field(default_factory=Counter)  # chats in a row

    def is_at_hand(self, now: float) -> bool:
        """Whether its bytes can be counted upon."""
        return self.at_hand_until > now

    def is_needed(self, now: float) -> bool:
        """Whether others go by what is known of it."""
        return self.leads is not None or any(one.until > now for one in self.refused.values())

    def taken(self, way: Way) -> None:
        """It was taken that way; what is known of the other one stays true."""
        self.refused.pop(way, None)
        self.refusers.pop(way, None)

    def refusal(self, way: Way, now: float) -> Refusal | None:
        """Why it need not be tried that way."""
        for refused, one in self.refused.items():
            if one.until > now and (refused is way or one.reach is Reach.PICTURE):
                return one
        return None


def spared(delivery: Delivery, way: Way, refusal: Refusal) -> str:
    """Why a delivery goes on without the steps that others tried for it, this one too: for its trace."""
    said = f"{_NOT_TRIED[way]}: {refusal.reason}"
    return f"{delivery.spared}; {said}" if delivery.spared else said
