"""The log has a line for each thing that an editor would notice, and one for what happens to many posts at once."""

from __future__ import annotations

import logging

import pytest

from bot.models import Withdrawn
from bot.publishing.telling import FEW, tell_forgotten, tell_withdrawn
from bot.records import Gone


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_a_few_that_went_have_a_line_each(lines: pytest.LogCaptureFixture) -> None:
    tell_forgotten(["a.md"])
    tell_withdrawn(
        [Gone("a.md", 1, held=False), Gone("b.md", 2, held=True), Gone("c.md", 0, held=False)], Withdrawn.DELETE
    )
    tell_withdrawn([Gone("d.md", 2, held=False)], Withdrawn.MARK)
    tell_withdrawn([Gone("e.md", 1, held=False)], Withdrawn.KEEP)

    assert lines.messages == [
        "a.md is gone from the folder",
        "a.md is withdrawn; 1 message is being deleted",
        "b.md is withdrawn; 2 messages stay",
        "d.md is withdrawn; 2 messages are being marked as withdrawn",
        "e.md is withdrawn; 1 message stays",
    ]


def test_many_that_went_are_one_line(lines: pytest.LogCaptureFixture) -> None:
    paths = [f"{number}.md" for number in range(FEW + 1)]
    tell_forgotten(paths)
    tell_withdrawn([Gone(path, 2, held=False) for path in paths], Withdrawn.DELETE)

    assert lines.messages == [
        "6 files are gone from the folder (0.md, 1.md, 2.md, …)",
        "6 posts are withdrawn (0.md, 1.md, 2.md, …); 12 messages are being deleted",
    ]
