"""From nothing to an operator: `newsbell init` at a terminal, the service, and the link that it printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.emulators.discord.permissions import INVITE
from tests.emulators.telegram import TelegramEmulator
from tests.journeys.conftest import World
from tests.journeys.newsroom import Newsroom, post
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.process

QUESTIONS = ("Folder", "Address", "Time zone", "Language", "Token (", "Token (")


def link_in(screen: str) -> str:
    found = re.search(r"https://t\.me/\w+\?start=\S+", screen)
    assert found, screen
    return found[0]


@pytest.fixture
def site(world: World) -> Newsroom:
    """A site of Jekyll beside which nothing is set but where the platforms are."""
    room = world.newsroom
    for name in ("TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "NEWSBELL_POSTS", "NEWSBELL_DATABASE"):
        del room.settings[name]
    config = "url: https://news.example\ntimezone: Asia/Phnom_Penh\n"
    (room.home / "_config.yml").write_text(config, encoding="utf-8")
    room.posts = room.home / "_posts"
    room.write("2024-11-07-old.md", post("OLD1"))
    return room


async def test_step_by_step_with_mistakes_to_a_running_newsbell_that_knows_its_operator(
    world: World, site: Newsroom
) -> None:
    telegram, discord = world.telegram, world.discord
    (site.home / ".env").write_text("# mine\nOTHER=1\n", encoding="utf-8")
    async with Terminal(site.home, "init", **site.settings) as terminal:
        await terminal.answers("Folder [examples/posts]", "nowhere")
        await terminal.reads("does not exist")
        await terminal.answers("Folder", "_posts")
        await terminal.reads("1 file of Jekyll")
        await terminal.answers("Address that readers see (such as https://news.example) [https://news.example]")
        await terminal.answers("[Asia/Phnom_Penh]", "Mars")
        await terminal.reads("is no time zone")
        await terminal.answers("[Asia/Phnom_Penh]")
        await terminal.answers("Language (such as en, km) [en]", "km")
        await terminal.answers("without Telegram", "123456789:AAF-this-is-another-bots-token-00000000")
        await terminal.reads("Telegram does not know the bot's token")
        await terminal.answers("without Telegram", telegram.token)
        await terminal.reads("the token works: @newsbell_test_bot")
        await terminal.answers("without Discord", discord.token)
        await terminal.reads("the token works: ")
        await terminal.answers("Write it? [Y/n]")
        assert await terminal.ends() == 0, terminal.screen
    assert not any(token in terminal.screen for token in (telegram.token, discord.token))
    written = (site.home / ".env").read_text(encoding="utf-8")
    assert written.splitlines() == [
        "# mine",
        "OTHER=1",
        "NEWSBELL_POSTS=_posts",
        "NEWSBELL_LANGUAGE=km",
        f"TELEGRAM_BOT_TOKEN={telegram.token}",
        f"DISCORD_BOT_TOKEN={discord.token}",
    ]
    assert (site.home / ".env").stat().st_mode & 0o777 == 0o600

    await site.start()
    await site.says("telegram: ready")
    dara = telegram.add_user("Dara", language_code="en")
    telegram.open(link_in(terminal.screen), dara)
    private = telegram.chats[dara.id]
    await telegram.until(lambda: len(private.from_bot) == 3)
    assert (private.from_bot[0].text or "").startswith("You are an operator of newsbell now")
    readers = telegram.add_supergroup("Readers")
    telegram.type(readers, dara, "/subscribe national")
    await telegram.until(lambda: readers.from_bot)
    assert "Subscribed to NATIONAL" in (readers.from_bot[0].text or ""), "an operator may do so everywhere"

    telegram.kick(readers)
    await telegram.until(lambda: len(private.from_bot) == 4)
    assert f"Readers (telegram:{readers.id})" in (private.from_bot[-1].text or ""), "an operator is told of problems"
    telegram.join(readers)

    code, _ = await site.command("operators", "remove", f"telegram:{dara.id}")
    assert code == 0
    await site.says("is an operator no more")
    telegram.type(readers, dara, "/unsubscribe national")
    await telegram.until(lambda: len(readers.from_bot) == 2)
    assert "Only admins of Readers" in (readers.from_bot[-1].text or "")


async def test_with_discord_alone_a_server_is_invited_to_and_its_owner_subscribes(world: World, site: Newsroom) -> None:
    discord = world.discord
    words = ("--posts", "_posts", "--no-telegram", "--discord-token", discord.token, "--yes")
    code, said = await site.command("init", *words)
    assert code == 0, said
    link = f"https://discord.com/oauth2/authorize?client_id={discord.application_id}&scope=bot+applications.commands"
    assert f"     {link}&permissions={INVITE}\n" in said
    steps = re.findall(r"^  (\d)\. (.{1,19})", said, re.MULTILINE)
    assert steps == [("1", "Name yourself as op"), ("2", "newsbell run"), ("3", "Invite newsbell to ")]
    code, said = await site.command("doctor")
    assert code == 0, said
    assert (
        f"– invitation newsbell is on no server yet, so nobody can subscribe; to invite it to yours, open {link}"
        in said
    )

    await site.start()
    assert link in await site.says("newsbell is on no server yet")
    guild = discord.add_guild("Readers")
    news, owner = discord.add_channel(guild, "news"), discord.add_member(guild, "Dara", permissions=["manage_guild"])
    answer = await discord.command(news, owner, "subscribe", category="national")
    assert answer.content.startswith("Subscribed to NATIONAL.")
    assert f"– invitation to invite newsbell to another server, open {link}" in (await site.command("doctor"))[1]


async def test_a_second_time_nothing_is_asked_anew_and_an_old_value_goes_by_a_word_alone(
    world: World, site: Newsroom
) -> None:
    before = f"NEWSBELL_POSTS=_posts\nTELEGRAM_BOT_TOKEN={world.telegram.token}\n"
    (site.home / ".env").write_text(before, encoding="utf-8")
    async with Terminal(site.home, "init", **site.settings) as terminal:
        for question in QUESTIONS:
            await terminal.answers(question)
        await terminal.reads(".env stays as it is.")
        assert await terminal.ends() == 0
    first = link_in(terminal.screen)
    async with Terminal(site.home, "init", **site.settings) as terminal:
        await terminal.answers("Folder [_posts]", ".")
        for question in QUESTIONS[1:]:
            await terminal.answers(question)
        await terminal.reads("NEWSBELL_POSTS=. (in the place of another)")
        await terminal.answers("Write it?", "n")
        assert await terminal.ends() == 1
    assert (site.home / ".env").read_text(encoding="utf-8") == before
    code, said = await site.command("operators", "add")
    assert (code, link_in(said) != first) == (0, True)


async def test_ctrl_c_ends_it_and_nothing_is_written(tmp_path: Path) -> None:
    async with Terminal(tmp_path, "init") as terminal:
        await terminal.answers("Folder", "\x03")
        await terminal.reads("Stopped.")
        assert await terminal.ends() == 1
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - an empty folder of the test's own


async def test_by_options_alone(world: World, site: Newsroom) -> None:
    words = ("--posts", "_posts", "--telegram-token", world.telegram.token, "--no-discord", "--yes")
    code, said = await site.command("init", *words)
    assert code == 0, said
    assert link_in(said)
    assert world.telegram.token not in said


async def test_a_platform_that_is_silent_may_be_taken_unchecked(world: World, site: Newsroom) -> None:
    async with TelegramEmulator() as gone:
        pass
    site.settings["TELEGRAM_API_URL"] = gone.url
    async with Terminal(site.home, "init", **site.settings) as terminal:
        await terminal.answers("Folder", "_posts")
        for question in QUESTIONS[1:4]:
            await terminal.answers(question)
        await terminal.answers("without Telegram", world.telegram.token)
        await terminal.answers("Take this token unchecked? [y/N]", "y")
        await terminal.answers("without Discord")
        await terminal.answers("Write it?")
        await terminal.reads("Once Telegram answers, newsbell operators add makes you an operator.")
        assert await terminal.ends() == 0
    assert world.telegram.token in (site.home / ".env").read_text(encoding="utf-8")
