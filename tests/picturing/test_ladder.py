"""In which order pictures and their ways are tried."""

from __future__ import annotations

from bot.errors import Reach
from bot.models import Announcement, Look, Picture, Step, Way
from bot.picturing.ladder import pictures_from, rung_after, step_at

FAR, FILE, LAST = (
    Picture(url="https://example.org/far.jpg"),
    Picture(file="/site/near.jpg"),
    Picture(url="https://example.org/last.jpg"),
)
SAID = Announcement("Rain", pictures=(FAR, FILE, LAST))
LADDER = [
    Step(FAR, Way.UPLOAD),
    Step(FAR, Way.ADDRESS),
    Step(FILE, Way.UPLOAD),
    Step(LAST, Way.UPLOAD),
    Step(LAST, Way.ADDRESS),
]


def test_bytes_come_before_the_address_and_a_file_has_none() -> None:
    assert [step_at(SAID, Look(), rung) for rung in range(7)] == [*LADDER, None, None]
    assert [len(pictures_from(SAID, Look(), rung)) for rung in range(6)] == [3, 3, 2, 1, 1, 0]
    assert pictures_from(SAID, Look(), 1) == (FAR, FILE, LAST)


def test_without_pictures_there_is_no_rung() -> None:
    assert step_at(Announcement("Rain"), Look(), 0) is None
    assert step_at(SAID, Look(image=False), 0) is None
    assert step_at(Announcement("Rain", pictures=(FAR,), image=False), Look(), 0) is None


def test_a_refusal_reaches_one_way_a_picture_or_the_whole_ladder() -> None:
    def after(reach: Reach) -> list[int]:
        return [rung_after(SAID, Look(), rung, reach) for rung in range(5)]

    assert after(Reach.WAY) == [1, 2, 3, 4, 5]
    assert after(Reach.PICTURE) == [2, 2, 3, 5, 5]
    assert after(Reach.CHAT) == [5, 5, 5, 5, 5]
    assert rung_after(SAID, Look(), 7, Reach.CHAT) == 8, "it never goes down, nor stands still"
