"""Where a post stands once its file was read. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.models import Post, Visibility
from bot.records import Hold, PostState


def next_state(
    before: PostState | None,
    post: Post,
    now: datetime,
    *,
    hold: Hold | None = None,
    release: bool = False,
    waits: bool = False,
) -> PostState:
    """Where a post stands after its file was read; `before` is None for one that was never seen.

    `waits`: one that would be published waits for its page. What waits for it already, or for its date, is news no
    more, so that no guard holds it.
    """
    hidden = post.visibility is not Visibility.PUBLIC
    if before is PostState.KNOWN or (before is PostState.PUBLISHED and not hidden):
        return before
    if hidden:
        was_out = before in (PostState.PUBLISHED, PostState.WITHDRAWN)
        return PostState.WITHDRAWN if was_out else PostState.UNPUBLISHED
    if hold is not None and hold.firm and not release:
        return PostState.HELD
    ahead = post.lies_ahead(now)
    let_through = before is PostState.WAITING or (ahead and before is PostState.SCHEDULED)
    held = before is PostState.HELD or (hold and not let_through)
    if held and not release:
        return PostState.HELD
    if ahead:
        return PostState.SCHEDULED
    return PostState.WAITING if waits and post.url else PostState.PUBLISHED


def becomes_news(before: PostState | None, post: Post, now: datetime) -> bool:
    """Whether taking in `post` now would publish it, now or at its date."""
    after = next_state(before, post, now)
    seen = (after, PostState.PUBLISHED, PostState.WAITING)
    return after in (PostState.PUBLISHED, PostState.SCHEDULED) and before not in seen
