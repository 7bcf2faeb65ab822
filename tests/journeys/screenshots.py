"""Takes the pictures of the console that stand in docs/: `python -m tests.journeys.screenshots`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.journeys.newsroom import Newsroom

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


async def main() -> None:
    """Run newsbell on a copy of the example posts, and photograph its page."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as home:
        newsroom = Newsroom(
            Path(home),
            NEWSBELL_POSTS="examples/posts",
            NEWSBELL_CONSOLE="127.0.0.1:0",
            NEWSBELL_TIMEZONE="Asia/Phnom_Penh",
        )
        shutil.copytree(ROOT / "examples/posts", newsroom.home / "examples/posts")
        try:
            await newsroom.start()
            address = await newsroom.console()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                for name, size in SIZES.items():
                    for scheme in ("light", "dark"):
                        await _photograph(browser, address, name, size, scheme)
                await browser.close()
        finally:
            await newsroom.stop()


async def _photograph(browser: Browser, address: str, name: str, size: tuple[int, int], scheme: str) -> None:
    width, height = size
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if name == "phone" else 1,
    )
    await page.goto(address)
    await _shoot(page, f"console-{name}-{scheme}")
    if name == "phone":
        await page.get_by_role("radio", name="Discord").check()
        await _shoot(page, f"console-{name}-discord-{scheme}")
        await page.get_by_role("radio", name="Telegram").check()
    for chat in ("telegram", "discord"):
        article = page.locator(f"#{chat} article.khmer").last
        if await article.is_visible():
            await article.scroll_into_view_if_needed()
    await _shoot(page, f"console-{name}-khmer-{scheme}")
    await page.close()


_DRAWN = """[...document.images].every(image => {
    const place = image.getBoundingClientRect();
    const seen = place.width > 0 && place.bottom > 0 && place.top < innerHeight;
    return !seen || (image.complete && image.naturalWidth > 0);
})"""


async def _shoot(page: Page, name: str) -> None:
    """Take the picture once every photo in sight has been drawn."""
    await page.wait_for_timeout(400)  # smooth scrolling ends by itself, and says so to nobody
    await page.wait_for_function(_DRAWN)
    await page.screenshot(path=ROOT / f"docs/{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
