"""A delivery's turn: what is carried out, and by which kind of call."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot.models import GONE, Action, Delivery, Withdrawn


class Turn(NamedTuple):
    """A delivery that is to be carried out now."""

    delivery: Delivery
    repeats: bool = False  # a send whose first outcome is not known, under its nonce
    unpaced: bool = False  # it has no turn of the pacer's: it needed no call, or one of another kind


def action_for(delivery: Delivery) -> Action:
    """What makes the shown the wanted."""
    if delivery.wanted == GONE:
        return Action.EDIT if delivery.shown and delivery.goes is Withdrawn.MARK else Action.DELETE
    return Action.SEND if delivery.shown is None else Action.EDIT


def as_sent(delivery: Delivery) -> Delivery:
    """As the next call shows it: what may be there already is repeated as it was tried, whatever is wanted by now."""
    return replace(delivery, wanted=delivery.tried) if delivery.nonce else delivery
