"""Decides which known post a file is, by what is known and what the disk says. Pure; ADR 0008 has the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from bot.delivering.likeness import LONG, NEARLY, SHORT, SURELY, common, traits_of
from bot.models import Post, Visibility
from bot.records import FileRecord, Kin, PostState, Traits

RENAME_WITHIN: Final = timedelta(hours=24)
"""How long after a file went away another may be its post by looks (reference/posts.md 5.3)."""

_SAME_DAY: Final = timedelta(days=1)
_LITTLE: Final = 0.2  # the common share from which on two short texts have something to do with each other
_SENT: Final = (PostState.KNOWN, PostState.PUBLISHED)
_SENT_OR_WAITING: Final = (PostState.KNOWN, PostState.PUBLISHED, PostState.SCHEDULED, PostState.HELD)
_BECOMES_NEWS: Final = (PostState.UNPUBLISHED, PostState.SCHEDULED)


class Home(StrEnum):
    """What lies at the path of a known post now."""

    EMPTY = "empty"
    KEPT = "kept"  # the post itself, perhaps edited
    HIDDEN = "hidden"  # the post itself, but not public: a draft, unlisted, expired
    TAKEN = "taken"  # another post


_LEFT: Final = (Home.EMPTY, Home.TAKEN)
_LEFT_OR_HIDDEN: Final = (*_LEFT, Home.HIDDEN)


class Ground(IntEnum):
    """Why a file may be a known post, the strongest first."""

    WRITTEN = 1  # the same code, or the same publisher's address
    FORMER = 2  # the file names the post's address as its old one
    BYTES = 3
    NAME = 4  # the same slug or title, and nearly the same text
    PAGE = 5  # the same address on the site, and nearly the same text
    TEXT = 6  # a text of some length that is nearly the same


_EXACT: Final = (Ground.BYTES, Ground.PAGE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A known post that a file may be, with the reason and how much they resemble each other."""

    kin: Kin
    ground: Ground
    likeness: tuple[bool, bool, float]  # same slug, same title, share of common text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is: `same` as a known post, or new (None), perhaps with something against it."""

    same: Kin | None = None
    original: Kin | None = None  # it is that very post, which is still there under its own path: a mistake
    copy_of: Kin | None = None  # it looks like a copy of that post

    @property
    def state(self) -> PostState | None:
        """Where the post stood before; None: it was never seen, or was taken for a copy and is none."""
        if self.same is None or (self.same.copy_of and self.same.state is PostState.HELD):
            return None
        return self.same.state


def own_of(record: FileRecord, kin: Sequence[Kin]) -> Kin | None:
    """The post that was at this path before, unless the two have different codes and not just a mended one."""
    post = _post(record)
    paths = {key for key in (post.key, *post.aliases) if key.startswith("path:")}
    return next(
        (one for one in kin if one.keys & paths and (not _other_code(one.key, post.key) or _retyped(one, post))), None
    )


def claims_of(record: FileRecord, kin: Sequence[Kin]) -> list[Claim]:
    """Every post that the file may be other than by its path, the best claim first."""
    traits = traits_of(_post(record))
    claims = [claim for one in kin if (claim := _claim(record, traits, one))]
    return sorted(claims, key=lambda claim: (claim.ground, _less(claim.likeness), -claim.kin.subject))


def judge(
    record: FileRecord,
    own: Kin | None,
    claims: Sequence[Claim],
    home: Callable[[Kin], Home],
    *,
    beside: Collection[str],
    now: datetime,
) -> Verdict:
    """Which post `record` is; `own` was at its path before, and `beside` are digests of files that came with it."""
    for claim in claims:
        if claim.ground is Ground.WRITTEN:
            here = own is not None and claim.kin.subject == own.subject
            if not here and claim.kin.path != record.path and _stands(home(claim.kin), _post(record)):
                return Verdict(original=claim.kin)
            return Verdict(same=claim.kin, copy_of=_original(record, claim.kin, claims, home))
    may = [claim for claim in claims if _may_have_moved(record, claim, own, home, now)]
    moved = next((claim for claim in may if not claim.kin.copy_of), may[0] if may else None)
    if own is not None and not _gave_way(record, own, moved, beside):
        return Verdict(same=own, copy_of=_original(record, own, claims, home))
    if moved is not None:
        return Verdict(same=moved.kin, copy_of=_original(record, moved.kin, claims, home))
    return Verdict(copy_of=_original(record, None, claims, home))


def alike(kin: Kin, post: Post, traits: Traits) -> bool:
    """Whether a file's new content may be an edit of what the post was."""
    if traits.length >= SHORT and kin.traits.length >= SHORT and common(kin.traits, traits) >= NEARLY:
        return True
    return kin.traits.title == traits.title and _same_day(kin, post)


def differ(known: str, key: str) -> bool:
    """Whether two keys name different posts: other codes, or one code in two languages."""
    return known != key and known.startswith("code:") and key.startswith("code:")


def _other_code(known: str, key: str) -> bool:
    """As `differ`, but a post whose language was corrected is still itself."""
    return differ(known, key) and known.rpartition("@")[0] != key.rpartition("@")[0]


def _retyped(kin: Kin, post: Post) -> bool:
    """Whether only the code was mended, and the post is as it was."""
    traits = traits_of(post)
    same_words = kin.traits.title == traits.title and common(kin.traits, traits) >= SURELY
    return same_words and traits.length > 0 and _same_day(kin, post)


def _stands(home: Home, post: Post) -> bool:
    """Whether the post at home is in the way of `post`: a draft is not in the way of what readers may see."""
    return home is Home.KEPT or (home is Home.HIDDEN and post.visibility is not Visibility.PUBLIC)


def _claim(record: FileRecord, traits: Traits, kin: Kin) -> Claim | None:
    post = _post(record)
    if differ(kin.key, post.key):
        return None
    likeness = (kin.traits.slug == traits.slug, kin.traits.title == traits.title, common(kin.traits, traits))
    ground = _certain(record, kin)
    if ground is None and kin.language == post.language:
        ground = _likely(kin, post, traits, likeness)
    return Claim(kin, ground, likeness) if ground else None


def _certain(record: FileRecord, kin: Kin) -> Ground | None:
    kinds = {key.partition(":")[0] for key in kin.keys}
    if kinds & {"code", "url"}:
        return Ground.WRITTEN
    if "was" in kinds:
        return Ground.FORMER
    return Ground.BYTES if kin.digest == record.digest else None


def _likely(kin: Kin, post: Post, traits: Traits, likeness: tuple[bool, bool, float]) -> Ground | None:
    share = likeness[2]
    both_long = min(kin.traits.length, traits.length) >= LONG
    if _resembles(kin, post, traits, likeness):
        return Ground.NAME
    if both_long and share >= NEARLY and any(key.startswith("page:") for key in kin.keys):
        return Ground.PAGE
    return Ground.TEXT if min(kin.traits.length, traits.length) >= SHORT and share >= SURELY else None


def _resembles(kin: Kin, post: Post, traits: Traits, likeness: tuple[bool, bool, float]) -> bool:
    """The same slug or title and nearly the same text.

    Short texts prove nothing: there both, and some text or the day; or the title, the day and the text.
    """
    same_slug, same_title, share = likeness
    if min(kin.traits.length, traits.length) >= SHORT:
        return (same_slug or same_title) and share >= NEARLY
    if not same_title:
        return False
    empty = not kin.traits.length or not traits.length
    if same_slug:
        return share >= _LITTLE or empty or _same_day(kin, post)
    return share >= SURELY and not empty and _same_day(kin, post)


def _may_have_moved(
    record: FileRecord, claim: Claim, own: Kin | None, home: Callable[[Kin], Home], now: datetime
) -> bool:
    kin = claim.kin
    if own is not None and kin.subject == own.subject:
        return False
    recent = kin.missing_since is None or now - kin.missing_since <= RENAME_WITHIN
    # Where it is that certain, the file may have been away for months: on another branch, or unpublished. An old
    # address alone says less by then: an article may take over those of posts that were deleted.
    former = claim.ground is Ground.FORMER and (claim.likeness[1] or claim.likeness[2] >= _LITTLE)
    certain = former or (claim.ground in _EXACT and kin.traits.length >= LONG)
    if not (recent or certain):
        return False
    # A post that was sent and is a draft now lives on in what readers may see of it.
    hidden_too = kin.state in _SENT and _post(record).visibility is Visibility.PUBLIC
    return home(kin) in (_LEFT_OR_HIDDEN if hidden_too else _LEFT)


def _gave_way(record: FileRecord, own: Kin, moved: Claim | None, beside: Collection[str]) -> bool:
    """Whether the file at a post's path is another post now."""
    if moved is not None and own.copy_of and own.state is PostState.HELD:
        return True  # what it is a copy of went away: it was a move, seen halfway
    if own.digest == record.digest:
        return False
    if moved is not None and moved.ground is Ground.BYTES:
        return True  # one file was moved onto another
    post = _post(record)
    if alike(own, post, traits_of(post)):
        return False
    return moved is not None or own.missing_since is not None or own.digest in beside


def _original(record: FileRecord, own: Kin | None, claims: Sequence[Claim], home: Callable[[Kin], Home]) -> Kin | None:
    """The post that the file looks like a copy of, if it is to be news."""
    post = _post(record)
    if post.visibility is not Visibility.PUBLIC or (own is not None and (own.cleared or not _becomes_news(own))):
        return None
    length = traits_of(post).length
    for claim in sorted(claims, key=lambda claim: claim.kin.state is PostState.HELD):  # rather the first than a copy
        kin = claim.kin
        if (
            (own is None or kin.subject != own.subject)
            and kin.path != record.path
            and not (own is not None and kin.copy_of == own.subject)  # of two alike, the later one is the copy
            and kin.state in _SENT_OR_WAITING
            and kin.language == post.language
            and claim.likeness[1]
            and (_same_day(kin, post) or _undated(kin, post, length) or _is_whole(claim, length))
            and _same_text(claim, length)
            and not _written_apart(kin, post)
            and home(kin) is Home.KEPT
        ):
            return kin
    return None


def _becomes_news(own: Kin) -> bool:
    return own.state in _BECOMES_NEWS or (own.state is PostState.HELD and bool(own.copy_of))


def _same_text(claim: Claim, length: int) -> bool:
    """Nearly the same; of short texts only the whole file tells enough."""
    if min(claim.kin.traits.length, length) < SHORT:
        return claim.ground is Ground.BYTES and length > 0
    return claim.likeness[2] >= NEARLY


def _is_whole(claim: Claim, length: int) -> bool:
    """Whether the very same bytes tell enough; only the file's name gives it another day then."""
    return claim.ground is Ground.BYTES and length >= LONG


def _undated(kin: Kin, post: Post, length: int) -> bool:
    """Whether one of the two has no date, and the text alone tells enough: a copy with a bad name loses its date."""
    return (kin.published_at is None) is not (post.published_at is None) and min(kin.traits.length, length) >= SHORT


def _written_apart(kin: Kin, post: Post) -> bool:
    """Whether the two files name different publisher's pages."""
    return kin.key != post.key and kin.key.startswith("url:") and post.key.startswith("url:")


def _same_day(kin: Kin, post: Post) -> bool:
    if kin.published_at is None or post.published_at is None:
        return kin.published_at is post.published_at
    return abs(kin.published_at - post.published_at) < _SAME_DAY


def _less(likeness: tuple[bool, bool, float]) -> tuple[bool, bool, float]:
    same_slug, same_title, share = likeness
    return not same_slug, not same_title, -share


def _post(record: FileRecord) -> Post:
    assert record.post is not None
    return record.post
