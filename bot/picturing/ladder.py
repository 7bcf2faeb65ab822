"""The ladder: pictures and their ways in the order in which they are tried. Behind its last rung there is text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.errors import Reach
from bot.models import Announcement, Look, Picture, Step, Way


def steps(pictures: Sequence[Picture]) -> Iterator[Step]:
    """All rungs. Bytes are safer than an address: platforms refuse many that open in a browser (telegram.md 2.3)."""
    for picture in pictures:
        yield Step(picture, Way.UPLOAD)
        if not picture.file:
            yield Step(picture, Way.ADDRESS)


def step_at(announcement: Announcement, look: Look, rung: int) -> Step | None:
    """The rung number `rung`, as Delivery.rung has it; None: no picture, for there is none left or none wanted."""
    if not (look.image and announcement.image):
        return None
    return next(islice(steps(announcement.pictures), rung, None), None)


def pictures_from(announcement: Announcement, look: Look, rung: int) -> tuple[Picture, ...]:
    """The pictures from that rung on, whatever their ways: what people see does not depend on those."""
    if not (look.image and announcement.image):
        return ()
    return tuple(dict.fromkeys(step.picture for step in islice(steps(announcement.pictures), rung, None)))


def way_at(announcement: Announcement, look: Look, rung: int) -> Way:
    """The way of that rung; of none, the first."""
    step = step_at(announcement, look, rung)
    return step.way if step else Way.UPLOAD


def rung_after(announcement: Announcement, look: Look, rung: int, reach: Reach) -> int:
    """The next rung once that one was refused: the first that the refusal does not reach, at last none."""
    refused, after = step_at(announcement, look, rung), rung + 1
    while (step := step_at(announcement, look, after)) and _reaches(reach, refused, step):
        after += 1
    return after


def _reaches(reach: Reach, refused: Step | None, step: Step) -> bool:
    if reach is Reach.PICTURE:
        return refused is not None and step.picture == refused.picture
    return reach is Reach.CHAT
