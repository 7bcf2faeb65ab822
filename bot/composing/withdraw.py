"""What is left to say of a post that is public no more, where its message can't be removed."""

from __future__ import annotations

from dataclasses import replace

from bot.models import Announcement
from bot.texts import sentence, texts

_WITHDRAWN = sentence("Withdrawn: {title}")


def withdrawn(announcement: Announcement) -> Announcement:
    """`announcement` without all but its title, which says that the post was withdrawn, in the post's language."""
    return replace(
        announcement,
        title=texts(announcement.language).say(_WITHDRAWN, title=announcement.title),
        body=(),
        url="",
        pictures=(),
        label="",
        hashtags=(),
        mention=False,
        pin=False,
        texts=(),
    )
