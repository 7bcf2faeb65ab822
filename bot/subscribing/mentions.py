"""A role that was deleted is mentioned no more: who subscribed is told once, where it was."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.models import Place, Subscription
from bot.ports import Notices, Subscriptions
from bot.subscribing.wording import quoted
from bot.texts import sentence

log = logging.getLogger(__name__)

_DELETED = sentence(
    "The role “{role}” was deleted. Posts go on arriving in {place}, and mention nobody any more. Another role: "
    "/settings mention ROLE"
)


async def forget_role(
    role: str, name: str, platform: str, subscriptions: Subscriptions, notices: Notices | None, *, now: datetime
) -> None:
    """Take the role with this id out of all subscriptions. It is called `name`."""
    found = {each.destination for each in await subscriptions.all() if _mentions(each, role)}
    for destination in sorted(found, key=str):
        if destination.platform != platform:
            continue
        place = await subscriptions.place(destination) or Place(destination)
        await subscriptions.revise(place, partial(_without, role), "", now)
        log.warning("%s mentions nobody any more: the role “%s” was deleted", destination, name)
        if notices is not None:
            cause = f"role deleted: {destination}: {role}"
            await notices.tell_owners(destination, cause, _DELETED, role=quoted(name))


def _mentions(subscription: Subscription, role: str) -> bool:
    return subscription.options.get("mention") == role


def _without(role: str, mine: Sequence[Subscription]) -> Sequence[Subscription]:
    return [replace(each, options={**each.options, "mention": ""}) if _mentions(each, role) else each for each in mine]
