"""What the tests of chats share."""

from __future__ import annotations

import pytest

from tests.subscribing.chat import Chat


@pytest.fixture
def chat() -> Chat:
    """A chat that subscribed to nothing yet, over posts in four categories."""
    return Chat()
