"""A store for each test, and a service on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivering.newsdesk import Desk
from tests.delivering.service import Service
from tests.state.making import open_office


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """Not started yet: the test says when."""
    office = await open_office(tmp_path / "newsbell.db")
    service = Service(office)
    yield service
    await service.stop()
    await office.store.close()


@pytest.fixture
async def desk(service: Service, tmp_path: Path) -> Desk:
    """A folder with a publisher, and a chat that wants everything."""
    await service.subscribe()
    (tmp_path / "posts").mkdir()
    return Desk(service, tmp_path / "posts")
