"""Bad input is named, with its place and its mend, and stops nobody else."""

from __future__ import annotations

import os
import re

import pytest

from tests.journeys.newsroom import Newsroom, post

pytestmark = pytest.mark.process

BROKEN: dict[str, str | bytes] = {
    "colon.md": "---\nlayout: post\ntitle: Rain: at last\ndate: 2026-11-02\n---\n\nIt rained.\n",
    "tab.md": "---\nlayout: post\n\ttitle: Rain\n---\n\nIt rained on Monday, and the river rose.\n",
    "half.md": '---\nlayout: post\ntitle: "Rai',
    "latin.md": '---\ntitle: "Caf\u00e9"\n---\n\nIt rained.\n'.encode("latin-1"),
}
PLACES = {"colon.md": ":3:", "tab.md": ":3:", "half.md": "", "latin.md": ":2:", "huge.md": ""}


async def test_broken_posts_are_named_with_line_and_mend_and_stop_nothing(newsroom: Newsroom) -> None:
    newsroom.settings["NEWSBELL_CONSOLE"] = "127.0.0.1:0"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    for name, content in BROKEN.items():
        newsroom.write(name, content)
    with newsroom.write("huge.md", "---\ntitle: Huge\n---\n").open("r+b") as huge:
        os.truncate(huge.fileno(), 50 * 2**20)
    newsroom.write("good.md", post("GOOD"))

    for name, place in PLACES.items():
        line = await newsroom.says(f"{name}{place}")
        assert re.search(r"; \w+", line), f"no mend in {line!r}"
    await newsroom.says("sent Post GOOD to console:telegram")

    code, report = await newsroom.command("check")
    assert code == 1
    assert all(f"✗ {name}" in report for name in PLACES)
    assert {row["path"] for row in newsroom.rows("SELECT path FROM files WHERE problem_what IS NOT NULL")} == set(
        PLACES
    )


async def test_a_mended_post_goes_out(newsroom: Newsroom) -> None:
    newsroom.settings["NEWSBELL_CONSOLE"] = "127.0.0.1:0"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    newsroom.write("colon.md", BROKEN["colon.md"])
    await newsroom.says("colon.md:3")

    newsroom.write("colon.md", post("MENDED"))

    await newsroom.says("sent Post MENDED to console:discord")
    assert newsroom.rows("SELECT path FROM files WHERE problem_what IS NOT NULL") == []


async def test_a_post_that_is_still_being_written_is_not_sent_half(newsroom: Newsroom) -> None:
    newsroom.settings |= {"NEWSBELL_CONSOLE": "127.0.0.1:0", "NEWSBELL_SETTLE": "1"}
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    whole = post("SLOW", title="Slowly written")

    path = newsroom.write("slow.md", whole[: len(whole) // 3])
    with path.open("a") as file:
        file.write(whole[len(whole) // 3 :])

    await newsroom.says("sent Slowly written to console:telegram")
    assert not any("slow.md" in line and "warning" in line for line in newsroom.log)
    assert newsroom.rows("SELECT revision FROM announcements JOIN posts USING (subject) WHERE path = 'slow.md'") == [
        {"revision": 1}
    ]
