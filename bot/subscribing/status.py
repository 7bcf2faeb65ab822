"""/status: whether newsbell is well, and this place receives. Admins are told what waits, operators the fault."""

from __future__ import annotations

from collections.abc import Iterator

from bot.models import Choice, Reply
from bot.records import Here
from bot.subscribing.menu_pages import what_arrives
from bot.subscribing.request import Request
from bot.subscribing.wording import GIVEN_UP, quoted, resuming, standing


async def status(request: Request) -> Reply:
    """How newsbell is, what arrives here, what came last, what waits."""
    here = await request.stories.here(request.destination)
    lines = [*_health(request), await what_arrives(request), standing(request)]
    lines += _history(request, here)
    shown = (Choice(request.texts.say("Open it"), "", message=here.last_message),) if here.last_message else ()
    ways = resuming(request.texts, request.place) if request.may else ()
    return Reply("\n".join(line for line in lines if line), (*shown, *ways))


def _health(request: Request) -> Iterator[str]:
    fault = request.fault
    if not fault:
        yield request.texts.say("newsbell is well.")
        return
    yield request.texts.say("newsbell has a problem at present.")
    if request.operator:
        yield fault


def _history(request: Request, here: Here) -> Iterator[str]:
    texts = request.texts
    if here.last_at is None:
        yield texts.say("No post has come here yet.")
    else:
        time = texts.date(here.last_at, request.zone)
        yield texts.say("The last post came {time}: “{title}”.", time=time, title=quoted(here.last_title))
    if request.may and here.waiting:
        yield texts.plural("{count} post waits to be sent.", "{count} posts wait to be sent.", here.waiting)
    if request.may and here.held:
        yield texts.plural(
            "{count} post waits for an operator's word.", "{count} posts wait for an operator's word.", here.held
        )
    if request.may and here.failed:
        yield texts.plural(
            "{count} post was given up and did not come here.",
            "{count} posts were given up and did not come here.",
            here.failed,
        )
        title, reason = quoted(here.failed_title), texts.term(here.failed_reason)
        yield texts.say(GIVEN_UP, title=title, reason=reason)
