"""/subscriptions and /categories: what is, for everybody to ask."""

from __future__ import annotations

from bot.models import Choice, Reply, Subscription
from bot.subscribing.request import Request
from bot.subscribing.roles import mentioned
from bot.subscribing.wording import (
    CHOICES,
    bullets,
    counted,
    name_of,
    no_categories,
    resuming,
    standing,
    subscribe_buttons,
)


async def subscriptions(request: Request) -> Reply:
    """List what the place is subscribed to, and say so if nothing is sent there at present."""
    texts = request.texts
    mine = await request.subscriptions.of(request.destination)
    if mine:
        lines = [_line(request, each) for each in mine]
        answer = texts.say("Subscriptions of {place}:", place=request.where) + "\n" + bullets(texts, lines)
    else:
        answer = texts.say("There are no subscriptions in {place}. Begin with /subscribe.", place=request.where)
    note = standing(request)
    text = f"{answer}\n{note}" if note else answer
    if not request.may:
        return Reply(text)
    changing = Choice(texts.say("Choose what arrives"), "/subscribe")
    ways = (changing, Choice(texts.say("Settings"), "/settings")) if mine else (changing,)
    return Reply(text, (*ways, *resuming(texts, request.place)))


def _line(request: Request, one: Subscription) -> str:
    """A subscription, and the role that its posts mention."""
    texts = request.texts
    name = name_of(texts, one.selector, one.display, one.language)
    role = mentioned(request.command, texts, one.options)
    return texts.say("{selection}, mentions {role}", selection=name, role=role) if role else name


async def categories(request: Request) -> Reply:
    """List the categories that posts really have; who may subscribe gets buttons too."""
    texts = request.texts
    known = await request.posts.categories()
    if not known:
        return Reply(no_categories(texts))
    listed = bullets(texts, [counted(category) for category in known])
    heading = texts.say("Categories, with the number of their posts:")
    if not request.may:
        return Reply(f"{heading}\n{listed}")
    more = (Choice(texts.say("Choose what arrives"), "/subscribe"),) if len(known) > CHOICES else ()
    return Reply(f"{heading}\n{listed}", (*subscribe_buttons(known), *more))
