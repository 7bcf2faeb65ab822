"""A newcomer's first minute: no token, a page, a file, and the message is there. In a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.journeys.newsroom import Newsroom, post

pytestmark = [pytest.mark.process, pytest.mark.browser]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/posts"


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def running(newsroom: Newsroom) -> Newsroom:
    """newsbell as `make run` starts it, on a copy of the example posts."""
    shutil.copytree(EXAMPLES, newsroom.posts, dirs_exist_ok=True)
    newsroom.settings["NEWSBELL_CONSOLE"] = "127.0.0.1:0"
    await newsroom.start()
    await newsroom.says("to console:discord", times=10)
    return newsroom


async def opened(browser: Browser, newsroom: Newsroom, width: int) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": 844})
    await page.goto(await newsroom.console())
    await expect(page.locator("#link")).to_contain_text("live")
    return page


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_page_shows_the_latest_posts_and_nothing_is_cut_off(
    browser: Browser, running: Newsroom, width: int
) -> None:
    page = await opened(browser, running, width)

    for chat in ("telegram", "discord"):
        await expect(page.locator(f"#{chat} article")).to_have_count(10)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    clipped = """[...document.querySelectorAll('article.khmer .words, article.khmer .title')].filter(part =>
        part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).overflowY !== 'visible').length"""
    assert await page.locator("article.khmer").count() >= 4
    assert await page.evaluate(clipped) == 0


async def test_a_file_appears_in_both_chats_without_a_reload(browser: Browser, running: Newsroom) -> None:
    page = await opened(browser, running, 1280)

    running.write("2026-11-20-new.md", post("NEW", title="The new ferry sails"))

    for chat in ("telegram", "discord"):
        await expect(page.locator(f"#{chat} article").last).to_contain_text("The new ferry sails", timeout=2_500)
    await expect(page.locator("#telegram article").last.get_by_role("link", name="Read")).to_be_visible()


async def test_an_edit_changes_the_message_in_its_place(browser: Browser, running: Newsroom) -> None:
    page = await opened(browser, running, 1280)
    running.write("2026-11-20-new.md", post("NEW", title="The new ferry sails"))
    await expect(page.locator("#discord article").last).to_contain_text("The new ferry sails")

    running.write("2026-11-20-new.md", post("NEW", title="The new ferry stays"))

    await expect(page.locator("#discord article").last).to_contain_text("The new ferry stays")
    await expect(page.locator("#telegram article")).to_have_count(11)


async def test_a_command_typed_into_the_page_is_answered(browser: Browser, running: Newsroom) -> None:
    page = await opened(browser, running, 1280)

    await page.get_by_label("Command").fill("/subscribe natoinal")
    await page.keyboard.press("Enter")

    await expect(page.locator("#telegram article").last).to_contain_text("Did you mean")


async def test_a_broken_post_is_named_on_the_page_until_it_is_mended(browser: Browser, running: Newsroom) -> None:
    page = await opened(browser, running, 1280)
    running.write("broken.md", "---\nlayout: post\ntitle: Rain: at last\n---\n\nIt rained.\n")
    problems = page.locator("#problems")
    await expect(problems).to_contain_text("broken.md:3")

    running.write("broken.md", post("MENDED"))

    await expect(problems).not_to_contain_text("broken.md")


async def test_a_restart_shows_what_stood_there_before(browser: Browser, running: Newsroom) -> None:
    await running.stop()
    await running.start()
    page = await opened(browser, running, 1280)

    await expect(page.locator("#telegram article")).to_have_count(10)
    assert running.rows("SELECT count(*) AS sent FROM attempts") == [{"sent": 20}]
