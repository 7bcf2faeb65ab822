"""A folder with a publisher, on a store and a service of its own."""

from __future__ import annotations

from tests.delivering.conftest import desk, service

__all__ = ["desk", "service"]
