"""/why: why a post arrived here, or did not; `newsbell why` tells operators more.

Whoever opens a private chat may ask this. So nobody but an operator learns of a post that readers can't see: not that
it is there, not its title, not when it comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.models import Choice, Reply, Visibility
from bot.ports import Posts
from bot.records import UNSEEN, Brake, KnownPost, PostState, Story
from bot.subscribing.looking_back import Fate, arrived_at, fate_of
from bot.subscribing.menu_pages import what_arrives
from bot.subscribing.request import Request
from bot.subscribing.showing import open_it
from bot.subscribing.wording import listed, quoted, standing
from bot.texts import sentence

_TOLD: Final[Mapping[Fate, str]] = MappingProxyType(
    {
        Fate.SOUGHT: sentence("it was sent, and nobody knows yet whether it arrived. I am finding out."),
        Fate.HELD: sentence("it waits for an operator's word: {reason}."),
        Fate.LOST: sentence("it was given up: {reason}. An operator can have it tried again."),
        Fate.AWAY: sentence("it was withdrawn, so nothing of it stands here."),
    }
)
_COPY_POST: Final = sentence(
    "I know no post “{post}”. Copy its link or its title to here; its path, as in news/rain.md, or its code will do as "
    "well."
)
_CHOOSE_POST: Final = sentence(
    "I know no post “{post}”. Choose one of those that are offered while you type; its link, its title, its path, as "
    "in news/rain.md, or its code will do as well."
)
_REMOVED: Final = sentence("nothing of it stands here any more: {reason}.")
_STOPPED: Final[Mapping[Brake, str]] = MappingProxyType(
    {Brake.HELD: sentence("an operator holds it back."), Brake.TAKEN: sentence("an operator took it back.")}
)
_NOT_OUT: Final[Mapping[PostState, str]] = MappingProxyType(
    {
        PostState.SCHEDULED: sentence("it comes out at its time: {time}."),
        PostState.HELD: sentence("it waits for an operator's word: {reason}."),
        PostState.WAITING: sentence("it waits for its page on the website."),
        PostState.UNPUBLISHED: sentence("it is not public on the website."),
        PostState.WITHDRAWN: sentence("it was withdrawn."),
    }
)
"""Why posts that stand so are sent to nobody."""

_TOKEN: Final = "~"
"""What a name of posts begins with that `shortened` made."""

_IN_A_BUTTON: Final = 3  # posts of one name
_UNNAMED: Final = "…"

_NEVER_OUT: Final = frozenset({PostState.SCHEDULED, PostState.WAITING, PostState.UNPUBLISHED})


async def why(request: Request) -> Reply:
    """Tell what became here of the latest post, or of the one that the words name in whatever way."""
    post, stories = await _meant(request)
    if post is None:
        return Reply(_unknown(request), done=False)
    title = request.texts.say("“{title}”:", title=_called(request, post))
    if stories:
        return Reply(f"{title} {_told(request, post, stories[-1])}", open_it(request, stories[-1]))
    reason, choices = await _not_here(request, post)
    return Reply(f"{title} {reason}", choices)


async def shortened(posts: Posts, words: str) -> str:
    """What names the same posts in few bytes, for a button. Of a post that is not known it tells nothing either."""
    subjects = [post.subject for post in await _named(posts, words)]
    return _TOKEN + ",".join(map(str, subjects[:_IN_A_BUTTON] or [UNSEEN]))


async def _meant(request: Request) -> tuple[KnownPost | None, Sequence[Story]]:
    """The post that is asked about, and what became of it here; of several with one name one that was to come here."""
    candidates = await _named(request.posts, request.words)
    if not request.words:
        candidates = await request.posts.latest(1, request.now)
    for post in candidates:
        if stories := await request.stories.told(post.subject, chat=request.destination, limit=20):
            return post, stories
    return next((post for post in candidates if not _is_secret(request, post)), None), ()


async def _named(posts: Posts, words: str) -> Sequence[KnownPost]:
    return [post] if (post := await posts.find(words)) else await posts.named(words)


def _called(request: Request, post: KnownPost) -> str:
    """The title; of a hidden post that may be another one by now than readers saw: it is called as the person did."""
    if not _is_hidden(request, post):
        return quoted(post.title)
    return _UNNAMED if request.words.startswith(_TOKEN) else quoted(request.words)


def _unknown(request: Request) -> str:
    if not request.words:
        return request.texts.say("There is no post yet.")
    return request.texts.say(
        _CHOOSE_POST if request.lists else _COPY_POST,
        post=_UNNAMED if request.words.startswith(_TOKEN) else quoted(request.words),
    )


def _is_secret(request: Request, post: KnownPost) -> bool:
    """Whether the person is not to learn that there is such a post: it was never public."""
    if request.operator:
        return False
    return post.state in _NEVER_OUT or (post.state is PostState.HELD and _is_hidden(request, post))


def _is_hidden(request: Request, post: KnownPost) -> bool:
    """Whether the person can't see on the site what the file says by now. The messages of what was sent say that."""
    if request.operator:
        return False
    ahead = post.published_at is not None and post.published_at > request.now
    return post.visibility is not Visibility.PUBLIC or (ahead and post.state is not PostState.PUBLISHED)


def _told(request: Request, post: KnownPost, story: Story) -> str:
    """What became of a post that was to arrive here."""
    texts, fate, reason = request.texts, fate_of(story), story.delivery.reason
    if fate is Fate.COMING:
        return _coming(request, story)
    if fate is not Fate.THERE:
        is_out = post.state is PostState.PUBLISHED and not post.brake
        told = _REMOVED if fate is Fate.AWAY and is_out and reason else _TOLD[fate]
        return texts.say(told, reason=texts.term(reason))
    at = arrived_at(story)
    return texts.say("it arrived: {time}.", time=texts.date(at, request.zone)) if at else texts.say("it arrived.")


def _coming(request: Request, story: Story) -> str:
    """What a post waits for that is still to be sent."""
    texts = request.texts
    if note := standing(request):
        return texts.say("it waits. {why}", why=note)
    if reason := story.delivery.reason:
        return texts.say("it has not arrived yet: {reason}. It is tried again by itself.", reason=texts.term(reason))
    return texts.say("it is on its way.")


async def _not_here(request: Request, post: KnownPost) -> tuple[str, tuple[Choice, ...]]:
    """Why a post was never to arrive here, and what can be done about it."""
    texts = request.texts
    if stopped := _STOPPED.get(post.brake) or _NOT_OUT.get(post.state):
        time = texts.date(post.published_at, request.zone) if post.published_at else ""
        return texts.say(stopped, reason=texts.term(post.reason), time=time), ()
    if _is_hidden(request, post):
        return texts.say(_NOT_OUT[PostState.UNPUBLISHED]), ()
    if await request.posts.wish_for(post.subject, request.destination) is None:
        return await _unwanted(request, post), (Choice(texts.say("Choose what arrives"), "/subscribe"),)
    newest = await request.posts.latest_for(request.destination, request.now)
    may_come = newest and newest.subject == post.subject and not request.barred
    send = (Choice(texts.say("Send it now"), "/latest"),) if may_come else ()
    if post.state is PostState.KNOWN:
        return texts.say("it was there before newsbell began, and such posts are not sent by themselves."), send
    return texts.say("nothing here asked for it when it came out."), send


async def _unwanted(request: Request, post: KnownPost) -> str:
    """What the post is, beside what arrives here."""
    texts = request.texts
    about = listed(texts, post.categories) if post.categories else texts.say("none")
    return texts.say(
        "it is not among what was chosen here. Its categories: {categories}; its language: {language}. {arrives}",
        categories=about,
        language=texts.language_name(post.language),
        arrives=await what_arrives(request),
    )
