"""What stops newsbell from starting is told so that it can be mended: another one that runs, or settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import Newsroom, post

pytestmark = pytest.mark.process

MISTAKES = {
    "NEWSBELL_SETTLE": "a-short-while",
    "NEWSBELL_TIMEZONE": "Mars/Olympus_Mons",
    "NEWSBELL_CONSOLE": "everywhere",
    "NEWSBELL_DATABASE": "mysql:///elsewhere.db",
    "TELEGRAM_BOT_TOKEN": "a telegram token that somebody mistyped",
    "DISCORD_BOT_TOKEN": "Bot a-discord-token-with-its-word",
}


async def test_a_second_newsbell_on_the_same_database_ends_and_names_the_first(newsroom: Newsroom) -> None:
    newsroom.settings["NEWSBELL_CONSOLE"] = "127.0.0.1:0"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()

    for word in ("run", "once"):
        code, output = await newsroom.command(word)
        assert code == 3, output
        assert f"process {newsroom.pid}" in output
        assert f"kill {newsroom.pid}" in output
        assert "Traceback" not in output

    newsroom.write("new.md", post("NEW"))  # the first one works on as if nothing had been
    await newsroom.says("sent Post NEW to console:telegram")


async def test_after_a_kill_nothing_keeps_the_next_one_from_starting(newsroom: Newsroom) -> None:
    newsroom.settings["NEWSBELL_CONSOLE"] = "127.0.0.1:0"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.kill()

    await newsroom.start()

    assert (await newsroom.command("run"))[0] == 3


async def test_all_mistakes_in_the_settings_are_told_at_once_by_name_and_never_by_value(newsroom: Newsroom) -> None:
    newsroom.settings |= MISTAKES

    code, output = await newsroom.command("run")

    assert code == 2, output
    told = [line for line in output.splitlines() if line.startswith("✗ ")]
    assert sorted(line.split()[1].rstrip(":") for line in told) == sorted(MISTAKES)
    assert all(";" in line for line in told), told  # what is wrong; the mend
    assert not [value for value in MISTAKES.values() if value in output]
    assert "Traceback" not in output
    assert not newsroom.database.exists()


async def test_a_second_newsbell_with_the_same_token_ends_though_its_database_is_another(
    world: World, tmp_path: Path
) -> None:
    first = world.newsroom
    await first.start(until="telegram: ready")
    other = tmp_path / "other"
    other.mkdir()
    second = Newsroom(other, **{name: first.settings[name] for name in first.settings if "BOT_TOKEN" in name})
    second.settings["TMPDIR"] = str(first.home)

    for word in ("run", "once"):
        code, output = await second.command(word)
        assert code == 3, output
        assert f"(process {first.pid}) already uses this Telegram bot, with the database {first.database}" in output
        assert f"kill {first.pid}" in output
        assert "Traceback" not in output
        assert first.settings["TELEGRAM_BOT_TOKEN"] not in output

    code, output = await second.command("status")
    assert code == 0, output
