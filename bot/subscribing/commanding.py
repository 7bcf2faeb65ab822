"""The role that may command newsbell on a server, beside those who may manage the server (DESIGN 5): these name it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.models import Reply
from bot.subscribing.options import NOBODY, UnclearOption
from bot.subscribing.request import Request
from bot.subscribing.roles import role_meant
from bot.subscribing.selectors import UnclearWish
from bot.subscribing.settings_pages import open_panel, place_page
from bot.texts import sentence

log = logging.getLogger(__name__)


async def place(request: Request, said: str = "") -> Reply:
    """The page of what holds for a place, with the role where there are servers."""
    platform, server = request.destination.platform, request.command.server
    role = await request.subscriptions.commander(platform, server) if server else ""
    return place_page(await open_panel(request), said, role)


async def name_role(request: Request, words: Sequence[str]) -> Reply:
    """Let a role command newsbell on the whole server, or nobody: "/settings role Editors".

    Members of the role itself can't give their right away, nor take it from it. Raises UnclearWish for what no role is.
    """
    say, server = request.texts.say, request.command.server
    if not server:
        return Reply(say("Only servers on Discord have a role that may command me."), done=False)
    if not (request.command.admin or request.operator):
        return Reply(say("Only those who may manage the server choose the role that may command me."), done=False)
    if not words:
        return await place(request)
    role = _meant(request, " ".join(words))
    await request.subscriptions.name_commander(request.destination.platform, server, role)
    log.info("server %s: the role %s may command newsbell (by %s)", server, role or NOBODY, request.who)
    if not role:
        return await place(request, say("Only those who may manage the server command me now."))
    said = say(
        "Members with that role may command me now, in every channel. Discord shows them my commands once you allow "
        "it: Server Settings › Integrations › newsbell, and add the role there."
    )
    return await place(request, said)


def _meant(request: Request, typed: str) -> str:
    """The id of the role that was typed, empty for nobody. Raises UnclearWish."""
    try:
        role = role_meant(request.command, typed)
    except UnclearOption as error:
        raise UnclearWish(error.message, **error.values) from error
    if role == NOBODY:
        return ""
    if not role.isdecimal() or role == request.command.server:
        raise UnclearWish(sentence("That is no role for this: please choose one that not everyone has."))
    return role
