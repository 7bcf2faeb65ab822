"""Tags of forums: how they are compared, and what is said of one that a forum does not have. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.composing.announce import hashtag
from bot.subscribing.selectors import match_key
from bot.subscribing.wording import quoted
from bot.texts import Texts


def tag_key(name: str) -> str:
    """The form in which tags and categories are compared: as categories are, without signs ("⚽ Sport" -> "sport")."""
    return match_key(hashtag(name)) or name


def said_of_unknown(texts: Texts, tag: str, known: Sequence[str] | None) -> str:
    """What to know of a tag that is none of the `known` ones; empty: it is one, or they are not known."""
    if known is None or tag_key(tag) in map(tag_key, known):
        return ""
    if not known:
        return texts.say("This forum has no tag that I may put on.")
    return texts.say(
        "This forum has no tag “{tag}” that I may put on. Its tags: {tags}.", tag=quoted(tag), tags=", ".join(known)
    )
