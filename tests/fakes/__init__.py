"""The core's shelves in memory, for tests of what stands on them; the real ones are in `state`."""

from tests.fakes.newsstand import FakeNewsstand
from tests.fakes.notices import FakeNotices
from tests.fakes.posts import FakePosts
from tests.fakes.stories import FakeStories
from tests.fakes.subscriptions import FakeSubscriptions

__all__ = ["FakeNewsstand", "FakeNotices", "FakePosts", "FakeStories", "FakeSubscriptions"]
