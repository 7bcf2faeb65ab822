"""What the tests of refused posts share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, a look for a lost message does not wait for what people may have written meanwhile."""
    monkeypatch.setattr("adapters.telegram.listening.PATIENCE_SECONDS", 0.05)
