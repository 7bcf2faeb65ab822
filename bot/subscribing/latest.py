"""/preview and /latest: how the newest post looks here, and that post itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.models import Choice, Look, Reply, Specimen
from bot.records import KnownPost, Story
from bot.subscribing.looking_back import Fate, arrived_at, fate_of
from bot.subscribing.request import Request
from bot.subscribing.showing import open_it
from bot.subscribing.wording import GIVEN_UP, quoted, resuming, standing_by_us

log = logging.getLogger(__name__)


async def preview(request: Request) -> Reply:
    """Show the newest post that would arrive as it would look, to the person who asks; nothing is delivered."""
    post = await request.posts.latest_for(request.destination, request.now)
    if post is None:
        return await _none(request)
    wish = await request.posts.wish_for(post.subject, request.destination)
    announcement = await request.stand.announcement(post)
    if wish is None or announcement is None:
        return _unreadable(request, post)
    look = replace(Look.from_options(wish.options), silent=True)
    text = request.texts.say("A preview: this is how the latest post looks in {place}.", place=request.where)
    sending = () if request.barred else (Choice(request.texts.say("Send it now"), "/latest"),)
    buttons = (*sending, Choice(request.texts.say("Settings"), "/settings"))
    instead = request.texts.say("The preview could not be shown. Please ask for it again in a minute: /preview")
    return Reply(text, menu=(buttons,), specimen=Specimen(announcement, look, instead, request.texts.language))


async def latest(request: Request) -> Reply:
    """Send the newest post that matches the subscriptions, as any other is sent; once."""
    post = await request.posts.latest_for(request.destination, request.now)
    if post is None:
        return await _none(request)
    before = await _stories(request, post)
    if not await request.stand.send_to(post, [request.destination]):
        return _has_it(request, post, before[-1]) if before else _unreadable(request, post)
    log.info("%s asked for %s (by %s)", request.destination, post.path, request.who)
    return _coming(request, post, _sent(request, post, before))


def _sent(request: Request, post: KnownPost, before: Sequence[Story]) -> str:
    """It goes out now. What was given up may be refused once more: nobody is promised that it comes."""
    texts, title = request.texts, quoted(post.title)
    if not before or fate_of(before[-1]) is not Fate.LOST:
        return texts.say("“{title}” is on its way.", title=title)
    reason = texts.term(before[-1].delivery.reason)
    return texts.say(
        "“{title}” was given up: {reason}. It is tried once more; what comes of it: /why", title=title, reason=reason
    )


async def _stories(request: Request, post: KnownPost) -> Sequence[Story]:
    return await request.stories.told(post.subject, chat=request.destination, limit=20)


def _has_it(request: Request, post: KnownPost, story: Story) -> Reply:
    """It was sent already, or is about to be."""
    texts, title = request.texts, quoted(post.title)
    fate, at = fate_of(story), arrived_at(story)
    if fate is Fate.HELD:
        reason = texts.term(story.delivery.reason)
        return Reply(texts.say("“{title}” waits for an operator's word: {reason}.", title=title, reason=reason))
    if fate is Fate.LOST:
        reason = texts.term(story.delivery.reason)
        return Reply(texts.say(GIVEN_UP, title=title, reason=reason), done=False)
    if fate is not Fate.THERE:
        return _coming(request, post, texts.say("“{title}” is on its way already.", title=title))
    text = texts.say("“{title}” has arrived already.", title=title)
    if at is not None:
        text = texts.say("“{title}” arrived already: {time}.", title=title, time=texts.date(at, request.zone))
    return Reply(text, open_it(request, story))


def _coming(request: Request, post: KnownPost, on_its_way: str) -> Reply:
    """It is sent, or will be once anything is."""
    texts = request.texts
    note = standing_by_us(request)
    waits = texts.say("“{title}” will come once posts arrive here again.", title=quoted(post.title))
    held_up = "\n".join(line for line in (waits, note) if line)
    return Reply(held_up if note or request.barred else on_its_way, resuming(texts, request.place))


def _unreadable(request: Request, post: KnownPost) -> Reply:
    text = request.texts.say(
        "The file of “{title}” can't be read just now. Please try again in a minute.", title=quoted(post.title)
    )
    return Reply(text, done=False)


async def _none(request: Request) -> Reply:
    """Why there is no such post."""
    say = request.texts.say
    if await request.subscriptions.of(request.destination):
        none = say("No post matches what is chosen for {place} yet.", place=request.where)
        ways = (Choice(say("Choose what arrives"), "/subscribe"), Choice(say("Settings"), "/settings"))
        return Reply(none, ways, done=False)
    none = say("There are no subscriptions in {place}. Begin with /subscribe.", place=request.where)
    return Reply(none, (Choice(say("Choose what arrives"), "/subscribe"),), done=False)
