"""A bureau with posts of four categories in two languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.telegram.menus.bureau import Bureau
from tests.emulators.telegram import TelegramEmulator


@pytest.fixture
async def bureau(telegram: TelegramEmulator, tmp_path: Path) -> AsyncIterator[Bureau]:
    """newsbell over a folder of posts, not open yet."""
    bureau = Bureau(telegram, tmp_path)
    for number in range(3):
        bureau.write(f"river{number}.md", date=f"2026-11-0{number + 1}", title=f"River {number}")
    bureau.write("market.md", "BUSINESS", date="2026-10-01")
    bureau.write("goal.md", "Sport", date="2026-10-02")
    bureau.write("goal.km.md", "Sport", date="2026-10-03", language="km", title="គ្រាប់បាល់")
    bureau.write("harvest.md", "ព័ត៌មាន\u200bជាតិ និងអន្តរជាតិ ប្រចាំថ្ងៃ", date="2026-10-04", language="km")
    yield bureau
    await bureau.close()
