"""The page in a real Chromium: live, usable on a telephone, and kind to Khmer."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from adapters.console.adapter import Remembered
from bot.models import Look, Picture
from bot.records import Problem
from tests.adapters.console.conftest import DISCORD, KHMER, NOON, RAIN, TELEGRAM, Console, StartConsole, World, shown

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
CONTRAST = """
() => {
  const number = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
  const light = (rgb) => rgb.map((value) => value / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const own = number(getComputedStyle(element).backgroundColor);
    const wallpaper = getComputedStyle(element).backgroundImage.match(/rgb\\([^)]*\\)/);
    if (wallpaper) return number(wallpaper[0]);
    if (own[3] === undefined) return own;
    return over(own, element.parentElement ? behind(element.parentElement) : [255, 255, 255]);
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const said = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!said || !element.checkVisibility() || element.closest(".unseen, .avatar, noscript")) continue;
    const paper = behind(element);
    const found = ratio(light(over(number(getComputedStyle(element).color), paper)), light(paper));
    if (found < 4.5) poor.push(`${element.tagName} ${element.className} ${found.toFixed(2)} ${element.textContent}`);
  }
  return poor;
}
"""
TOO_WIDE = """
() => [...document.querySelectorAll(".messages *")]
  .filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth)
  .filter((box) => getComputedStyle(box).overflowX === "visible")
  .map((box) => `${box.className} ${box.scrollWidth} > ${box.clientWidth}`)
"""
CLIPPED = """
() => [...document.querySelectorAll(".khmer :is(.words, .title, .foot, .key), .bubble, .embed")]
  .filter((box) => box.checkVisibility() && box.scrollHeight > box.clientHeight)
  .map((box) => `${box.className} ${box.scrollHeight} > ${box.clientHeight}`)
"""
LINE_HEIGHTS = """
() => [...document.querySelectorAll(".khmer :is(.words, .title, .foot, .key)")]
  .map((box) => getComputedStyle(box))
  .map((style) => parseFloat(style.lineHeight) / parseFloat(style.fontSize))
"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here: the console's page was not tried in a browser (apt install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def opened(browser: Browser, console: Console, size: dict[str, int] = WIDE, scheme: str = "light") -> Page:
    """The console's page, once it is live. Whatever its script complains about fails the test."""
    context = await browser.new_context(viewport=size, color_scheme="dark" if scheme == "dark" else "light")  # type: ignore[arg-type] # a TypedDict
    context.set_default_timeout(5000)
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(console.url)
    await expect(page.locator("#link")).to_have_text("live")
    return page


async def test_what_happens_shows_without_loading_the_page_again(browser: Browser, console: Console) -> None:
    page = await opened(browser, console)
    await page.evaluate("window.loadedOnce = true")
    await expect(page.locator("#telegram .nothing")).to_be_visible()

    sent = await console.send()
    await expect(page.locator("#telegram article")).to_contain_text("Rain & wind")
    await expect(page.locator("#telegram .nothing")).to_be_hidden()
    await expect(page.locator("#telegram .day")).to_have_text("2 November 2026")

    await console.adapter.edit(replace(RAIN, title="Rain at last"), TELEGRAM, Look(), shown(sent))
    await expect(page.locator("#telegram article")).to_contain_text("Rain at last")
    await expect(page.locator("#telegram .time")).to_contain_text("edited")

    await console.adapter.delete(TELEGRAM, shown(sent))
    await expect(page.locator("#telegram article")).to_have_count(0)
    await expect(page.locator("#telegram .day")).to_be_hidden()

    console.world.problems = [Problem("rain.md", 4, "no title", "add one")]
    await console.adapter.problems_changed()
    await expect(page.locator("#problems summary")).to_contain_text("1 post needs mending")
    assert await page.evaluate("window.loadedOnce")


async def test_an_open_page_finds_newsbell_again_after_a_restart(browser: Browser, start: StartConsole) -> None:
    async with start() as first:
        await first.send()
        port = first.page.port
        page = await opened(browser, first)
    await expect(page.locator("#link")).to_have_text("reconnecting …")

    past = Remembered("1-aa", replace(RAIN, title="Rain, remembered"), Look(), 0, NOON)
    async with start(World(history={TELEGRAM: [past]}), port=port):
        await expect(page.locator("#link")).to_have_text("live")
        await expect(page.locator("#telegram article")).to_contain_text("Rain, remembered")


async def test_a_typed_command_is_answered_in_its_chat_and_its_choice_can_be_pressed(
    browser: Browser, console: Console
) -> None:
    page = await opened(browser, console)

    await page.get_by_label("Command").fill("/subscribe national")
    await page.keyboard.press("Enter")
    await expect(page.locator("#telegram article").last).to_contain_text("heard subscribe national")
    await expect(page.get_by_label("Command")).to_have_value("")

    await page.locator("#telegram").get_by_role("button", name="Again").click()
    await expect(page.locator("#telegram article").last).to_contain_text("heard subscribe again")

    await page.get_by_role("radio", name="Discord").check()
    await page.get_by_role("button", name="/categories").click()
    await expect(page.locator("#discord article").last).to_contain_text("heard categories")

    await page.get_by_label("Command").press("ArrowUp")
    await expect(page.get_by_label("Command")).to_have_value("/subscribe national")


async def test_a_refused_command_says_why_and_stays_to_be_mended(browser: Browser, console: Console) -> None:
    page = await opened(browser, console)
    await page.get_by_label("Command").evaluate("line => line.removeAttribute('maxlength')")

    await page.get_by_label("Command").fill("x" * 501)
    await page.get_by_role("button", name="Send").click()

    await expect(page.get_by_role("alert")).to_contain_text("at most 500 characters")
    await expect(page.get_by_label("Command")).to_have_value("x" * 501)


async def test_the_newest_is_in_sight_and_who_reads_further_up_is_told_and_not_moved(
    browser: Browser, console: Console
) -> None:
    for number in range(12):
        await console.send(replace(RAIN, title=f"Post {number}"), nonce=f"{number}-aa")
    page = await opened(browser, console)
    await expect(page.locator("#telegram-11-aa")).to_be_in_viewport()

    await page.locator("#telegram-3-aa").scroll_into_view_if_needed()
    before = await page.locator("#telegram-3-aa").bounding_box()
    for number in (12, 13):
        await console.send(replace(RAIN, title=f"Post {number}"), nonce=f"{number}-aa")
    pill = page.locator("#telegram .pill")
    await expect(pill).to_contain_text("2 new messages")
    after = await page.locator("#telegram-3-aa").bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"], abs=1)

    await pill.click()
    await expect(page.locator("#telegram-13-aa")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_a_picture_that_does_not_load_leaves_no_hole(
    browser: Browser, console: Console, picture: Picture
) -> None:
    await console.send(replace(RAIN, pictures=(picture,)))  # its beginning is a PNG's, and there is no more
    page = await opened(browser, console)
    await expect(page.locator("#telegram img")).to_be_hidden()

    await console.send(replace(RAIN, pictures=(picture,)), DISCORD)
    await expect(page.locator("#discord article")).to_contain_text("Rain & wind")
    await expect(page.locator("#discord img")).to_be_hidden()


async def test_on_a_telephone_one_chat_is_shown_and_the_other_counts(browser: Browser, console: Console) -> None:
    page = await opened(browser, console, NARROW)
    await expect(page.locator("#discord")).to_be_hidden()

    await console.send(destination=DISCORD)
    await expect(page.locator(".badge").nth(1)).to_have_text("1")

    await page.get_by_role("radio", name="Discord").check()
    await expect(page.locator("#discord article")).to_be_visible()
    await expect(page.locator("#telegram")).to_be_hidden()
    await expect(page.locator(".badge").nth(1)).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW, {"width": 320, "height": 568}], ids=["wide", "narrow", "smallest"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_clipped_nor_too_faint_nor_wider_than_the_page(
    browser: Browser, console: Console, size: dict[str, int], scheme: str
) -> None:
    console.world.problems = [Problem("km/ភ្លៀងចុងរដូវធ្លាក់ល្មម.md", 4, "no title", "add one")]
    long_word = replace(RAIN, title="W" * 90, hashtags=("x" * 90,))
    for chat in (TELEGRAM, DISCORD):
        for number, announcement in enumerate((RAIN, long_word, KHMER)):
            await console.send(announcement, chat, nonce=f"{number}-aa")
        await console.type("/subscribe ជាតិ", chat.chat_id)
    page = await opened(browser, console, size, scheme)
    await page.locator("summary").click()

    for name in ("Telegram", "Discord"):
        await page.get_by_role("radio", name=name).check()
        assert await page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert await page.evaluate(TOO_WIDE) == []
        assert await page.evaluate(CLIPPED) == []
        assert await page.evaluate(CONTRAST) == []
    heights = await page.evaluate(LINE_HEIGHTS)
    assert heights
    assert min(heights) >= 1.7


async def test_every_control_is_reached_by_keyboard_and_shows_it(browser: Browser, console: Console) -> None:
    await console.send()
    page = await opened(browser, console)
    reached: list[str] = []

    for _ in range(14):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if await focused.count() == 0:
            break
        outline = "e => getComputedStyle(e.matches('.tabs input') ? e.nextElementSibling : e).outlineStyle"
        assert await focused.evaluate(outline) == "solid"
        reached.append(await focused.evaluate("e => e.id || e.name || e.className || e.textContent"))

    assert {"chat", "scroll", "key", "line", "send", "/help"} <= {name.strip() for name in reached}
