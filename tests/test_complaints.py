"""A disk that is full for an hour fills no log."""

from __future__ import annotations

import logging

import pytest

from bot.complaints import Complaint

log = logging.getLogger("bot.test")


def test_what_goes_on_is_said_ever_more_seldom_and_once_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = 0.0
    complaint = Complaint(log, lambda: now)
    said = []
    for second in range(4 * 3600):
        now = float(second)
        complaint.say("the disk is %s", "full")
        said += [second] * len(caplog.records)
        caplog.clear()

    assert said == [0, 60, 180, 420, 900, 1860, 3780, 7380, 10980]
    complaint.over("the disk has room")
    complaint.over("the disk has room")
    assert caplog.messages == ["the disk has room"]


def test_what_is_new_is_said_at_once(caplog: pytest.LogCaptureFixture) -> None:
    complaint = Complaint(log, lambda: 0.0)
    complaint.over("all is well")
    for what in ("full", "full", "broken"):
        complaint.say("the disk is %s", what)
    complaint.over("all is well")
    complaint.say("the disk is %s", "broken")

    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "the disk is full",
        "the disk is broken",
        "the disk is broken",
    ]
