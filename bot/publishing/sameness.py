"""Decides which known post a file is, by what is known and what the disk says. Pure; ADR 0008 has the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from bot.models import Post, Visibility
from bot.publishing.likeness import LONG, NEARLY, SHORT, SURELY, common, traits_of
from bot.records import FileRecord, Kin, PostState

RENAME_WITHIN: Final = timedelta(hours=24)
"""How long after a file went away another may be its post by looks (reference/posts.md 5.3)."""

_LITTLE: Final = 0.2  # the common share from which on two short texts have something to do with each other
_SENT: Final = (PostState.KNOWN, PostState.PUBLISHED)
_SENT_OR_WAITING: Final = (
    PostState.KNOWN,
    PostState.PUBLISHED,
    PostState.SCHEDULED,
    PostState.HELD,
    PostState.WAITING,
)
_BECOMES_NEWS: Final = (PostState.UNPUBLISHED, PostState.SCHEDULED, PostState.WAITING)


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
    FILE = 3  # these very bytes were this post at this path before
    BYTES = 4
    NAME = 5  # the same slug or title, and nearly the same text
    PAGE = 6  # the same address on the site, and nearly the same text
    TEXT = 7  # a text of some length that is nearly the same, on the same day


_EXACT: Final = (Ground.BYTES, Ground.PAGE)


class Likeness(NamedTuple):
    """What a file and a known post have in common."""

    slug: bool
    title: bool
    share: float  # of the text, from 0 to 1
    day: bool  # the date at the site; two that have none share it
    moment: bool  # the date to the second, likewise
    length: int  # of the shorter text, in characters

    @classmethod
    def of(cls, kin: Kin, post: Post, zone: tzinfo) -> Likeness:
        """Days are those of `zone`, the site's."""
        traits = traits_of(post)
        one, other = kin.published_at, post.published_at
        return cls(
            kin.traits.slug == traits.slug,
            kin.traits.title == traits.title,
            common(kin.traits, traits),
            one is other
            if one is None or other is None
            else one.astimezone(zone).date() == other.astimezone(zone).date(),
            one == other,
            min(kin.traits.length, traits.length),
        )

    @property
    def certain(self) -> bool:
        """Whether the texts are one, and long enough to say so."""
        return self.length > 0 and self.share >= SURELY


@dataclass(frozen=True, slots=True)
class Claim:
    """A known post that a file may be, with the reason and how much they resemble each other."""

    kin: Kin
    ground: Ground
    likeness: Likeness


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


def own_of(record: FileRecord, kin: Sequence[Kin], zone: tzinfo) -> Kin | None:
    """The post that was at this path before, unless the two have different codes and not just a mended one."""
    post = _post(record)
    paths = {key for key in (post.key, *post.aliases) if key.startswith("path:")}
    return next(
        (
            one
            for one in kin
            if one.keys & paths and (not _other_code(one.key, post.key) or _retyped(one, Likeness.of(one, post, zone)))
        ),
        None,
    )


def claims_of(record: FileRecord, kin: Sequence[Kin], zone: tzinfo) -> list[Claim]:
    """Every post that the file may be other than by its path, the best claim first."""
    claims = [claim for one in kin if (claim := _claim(record, one, zone))]
    return sorted(claims, key=lambda claim: (claim.ground, _less(claim.likeness), -claim.kin.subject))


def judge(
    record: FileRecord,
    own: Kin | None,
    claims: Sequence[Claim],
    home: Callable[[Kin], Home],
    *,
    beside: Collection[str],
    now: datetime,
    zone: tzinfo,
) -> Verdict:
    """Which post `record` is; `own` was at its path before, and `beside` are digests of files that came with it."""
    for claim in claims:
        if claim.ground is Ground.WRITTEN:
            here = own is not None and claim.kin.subject == own.subject
            if not here and claim.kin.path != record.path and _stands(home(claim.kin), _post(record)):
                return Verdict(original=claim.kin)
            return Verdict(same=claim.kin, copy_of=_original(record, claim.kin, claims, home, beside))
    may = [claim for claim in claims if _may_have_moved(record, claim, own, home, now)]
    moved = next((claim for claim in may if not claim.kin.copy_of), may[0] if may else None)
    if own is not None and not _gave_way(record, own, moved, beside, Likeness.of(own, _post(record), zone)):
        return Verdict(same=own, copy_of=_original(record, own, claims, home, beside))
    if moved is not None:
        return Verdict(same=moved.kin, copy_of=_original(record, moved.kin, claims, home, beside))
    return Verdict(copy_of=_original(record, None, claims, home, beside))


def alike(likeness: Likeness) -> bool:
    """Whether a file's new content may be an edit of what the post was."""
    return (likeness.length >= SHORT and likeness.share >= NEARLY) or (likeness.title and likeness.day)


def differ(known: str, key: str) -> bool:
    """Whether two keys name different posts: other codes, or one code in two languages."""
    return known != key and known.startswith("code:") and key.startswith("code:")


def _other_code(known: str, key: str) -> bool:
    """As `differ`, but a post whose language was corrected is still itself."""
    return differ(known, key) and known.rpartition("@")[0] != key.rpartition("@")[0]


def _other_language(known: str, key: str) -> bool:
    """Whether two codes are one in two languages: a translation, or a post whose folder tells its language anew."""
    return known.rpartition("@")[0] == key.rpartition("@")[0]


def _retyped(kin: Kin, likeness: Likeness) -> bool:
    """Whether only the code was mended, perhaps with the title, in a file that was never away."""
    if not likeness.day or not likeness.length or kin.missing_since is not None:
        return False
    return likeness.certain or (likeness.title and likeness.share >= NEARLY)


def _stands(home: Home, post: Post) -> bool:
    """Whether the post at home is in the way of `post`: a draft is not in the way of what readers may see."""
    return home is Home.KEPT or (home is Home.HIDDEN and post.visibility is not Visibility.PUBLIC)


def _claim(record: FileRecord, kin: Kin, zone: tzinfo) -> Claim | None:
    post = _post(record)
    if differ(kin.key, post.key) and not (_other_language(kin.key, post.key) and kin.digest == record.digest):
        return None
    likeness = Likeness.of(kin, post, zone)
    ground = _certain(record, kin)
    if ground is None and kin.language == post.language:
        ground = _likely(kin, likeness)
    return Claim(kin, ground, likeness) if ground else None


def _certain(record: FileRecord, kin: Kin) -> Ground | None:
    kinds = {key.partition(":")[0] for key in kin.keys}
    if kinds & {"code", "url"}:
        return Ground.WRITTEN
    if "was" in kinds:
        return Ground.FORMER
    if "file" in kinds:
        return Ground.FILE
    return Ground.BYTES if kin.digest == record.digest else None


def _likely(kin: Kin, likeness: Likeness) -> Ground | None:
    if _resembles(likeness):
        return Ground.NAME
    if likeness.length >= LONG and likeness.share >= NEARLY and any(key.startswith("page:") for key in kin.keys):
        return Ground.PAGE
    # The day as well: what a column begins with each week, or its description, may be most of what is compared.
    return Ground.TEXT if likeness.length >= SHORT and likeness.certain and likeness.day else None


def _resembles(likeness: Likeness) -> bool:
    """The same slug or title and nearly the same text.

    Short texts prove nothing: there both, and some text or the day; or the title, the day and the text.
    """
    if likeness.length >= SHORT:
        return (likeness.slug or likeness.title) and likeness.share >= NEARLY
    if not likeness.title:
        return False
    if likeness.slug:
        return likeness.share >= _LITTLE or not likeness.length or likeness.day
    return likeness.certain and likeness.day


def _may_have_moved(
    record: FileRecord, claim: Claim, own: Kin | None, home: Callable[[Kin], Home], now: datetime
) -> bool:
    kin = claim.kin
    if own is not None and kin.subject == own.subject:
        return False
    recent = kin.missing_since is None or now - kin.missing_since <= RENAME_WITHIN
    # Where it is that certain, the file may have been away for months: on another branch, or unpublished. An old
    # address alone says less by then: an article may take over those of posts that were deleted.
    former = claim.ground is Ground.FORMER and (claim.likeness.title or claim.likeness.share >= _LITTLE)
    certain = former or claim.ground is Ground.FILE or (claim.ground in _EXACT and kin.traits.length >= LONG)
    if not (recent or certain):
        return False
    # A post that was sent and is a draft now lives on in what readers may see of it; next week's of a column is none.
    itself = claim.ground <= Ground.BYTES or claim.likeness.day
    hidden_too = itself and kin.state in _SENT and _post(record).visibility is Visibility.PUBLIC
    return home(kin) in (_LEFT_OR_HIDDEN if hidden_too else _LEFT)


def _gave_way(record: FileRecord, own: Kin, moved: Claim | None, beside: Collection[str], likeness: Likeness) -> bool:
    """Whether the file at a post's path is another post now."""
    if moved is not None and own.copy_of and own.state is PostState.HELD:
        return True  # what it is a copy of went away: it was a move, seen halfway
    put_over = moved is not None and moved.kin.copy_of == own.subject and own.digest not in beside
    if own.digest == record.digest or put_over:
        return False  # a copy put in its original's place is an edit of it
    if moved is not None and moved.ground is Ground.BYTES:
        return True  # one file was moved onto another
    if own.digest in beside and not likeness.day:
        return True  # what lay here was archived, and the next of its kind begun
    if alike(likeness):
        return False
    return moved is not None or own.missing_since is not None or own.digest in beside


def _original(
    record: FileRecord,
    own: Kin | None,
    claims: Sequence[Claim],
    home: Callable[[Kin], Home],
    beside: Collection[str],
) -> Kin | None:
    """The post that the file looks like a copy of, if it is to be news."""
    post = _post(record)
    if post.visibility is not Visibility.PUBLIC or (own is not None and (own.cleared or not _becomes_news(own))):
        return None
    for claim in sorted(claims, key=lambda claim: claim.kin.state is PostState.HELD):  # rather the first than a copy
        kin = claim.kin
        if (
            (own is None or kin.subject != own.subject)
            and not (own is not None and kin.copy_of == own.subject)  # of two alike, the later one is the copy
            and kin.state in _SENT_OR_WAITING
            and kin.language == post.language
            and claim.likeness.title
            and (claim.likeness.day or _undated(kin, post, claim) or _is_whole(claim))
            and _same_text(kin, claim)
            and not _written_apart(kin, post)
            # Or they change places: what it is a copy of came along under another name.
            and (
                (home(kin) is Home.KEPT and kin.path != record.path)
                or (kin.digest in beside and kin.digest != record.digest)
            )
        ):
            return kin
    return None


def _becomes_news(own: Kin) -> bool:
    return own.state in _BECOMES_NEWS or (own.state is PostState.HELD and bool(own.copy_of))


def _same_text(kin: Kin, claim: Claim) -> bool:
    """Nearly the same if the date is the same to the second; surely the same at another hour of the day.

    Short texts tell enough only in the same bytes, or with the same date.
    """
    likeness = claim.likeness
    if likeness.length < SHORT:
        dated = kin.published_at is not None and likeness.moment
        return claim.ground is Ground.BYTES or (dated and likeness.certain)
    return likeness.share >= (NEARLY if likeness.moment or not likeness.day else SURELY)


def _is_whole(claim: Claim) -> bool:
    """Whether the very same bytes tell enough; only the file's name gives it another day then."""
    return claim.ground is Ground.BYTES and claim.likeness.length >= LONG


def _undated(kin: Kin, post: Post, claim: Claim) -> bool:
    """Whether one of the two has no date, and the text alone tells enough: a copy with a bad name loses its date."""
    return (kin.published_at is None) is not (post.published_at is None) and claim.likeness.length >= SHORT


def _written_apart(kin: Kin, post: Post) -> bool:
    """Whether the two files name different publisher's pages."""
    return kin.key != post.key and kin.key.startswith("url:") and post.key.startswith("url:")


def _less(likeness: Likeness) -> tuple[bool, bool, float]:
    return not likeness.slug, not likeness.title, -likeness.share


def _post(record: FileRecord) -> Post:
    assert record.post is not None
    return record.post
