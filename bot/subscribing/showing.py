"""Buttons that lead to messages."""

from __future__ import annotations

from bot.models import Choice
from bot.records import Digested, Story
from bot.subscribing.request import Request


def open_it(request: Request, story: Story) -> tuple[Choice, ...]:
    """A button that leads to the message of a delivery, where it has one."""
    delivery = story.digest if story.digested is Digested.SHOWN and story.digest else story.delivery
    ids = delivery.shown.receipt.message_ids if delivery.shown else ()
    return tuple(Choice(request.texts.say("Open it"), "", message=message) for message in ids[:1])
