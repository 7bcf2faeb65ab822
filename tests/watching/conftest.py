from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.watching.watched import Watched


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "posts"
    folder.mkdir()
    return folder


@pytest.fixture
async def watch(root: Path) -> AsyncIterator[Callable[..., Watched]]:
    """Makes a watched folder; what it takes beside the root is what Watched takes."""
    begun: list[Watched] = []

    def begin(folder: Path = root, **options: Any) -> Watched:
        watched = Watched(folder, **options)
        begun.append(watched)
        return watched

    yield begin
    for watched in begun:
        await watched.close()
