"""Whether a folder that was lost came back as a part of another site."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.premises import Belonging, site_of
from bot.settings import load_settings

JEKYLL = "url: https://paper.example\n"


class Place:
    """Where a site lies, or is to come to."""

    def __init__(self, home: Path) -> None:
        self.posts = home / "_posts"
        self.configuration = home / "_config.yml"
        self.settings = load_settings(None, {"NEWSBELL_POSTS": str(self.posts)})

    def belonging(self) -> Belonging:
        """Of the site that is there now; it was lost since."""
        belonging = Belonging(self.settings, site_of(self.settings))
        belonging.is_lost()
        return belonging


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """There is nothing yet."""
    return Place(tmp_path)


async def test_a_folder_that_is_not_there_belongs_nowhere_else(place: Place) -> None:
    belonging = place.belonging()
    place.configuration.write_text(JEKYLL)
    assert not await belonging.has_changed()

    place.posts.mkdir()

    assert await belonging.has_changed()


async def test_a_configuration_that_comes_after_the_posts_is_waited_for(place: Place) -> None:
    belonging = place.belonging()
    place.posts.mkdir()
    assert not await belonging.has_changed()

    place.configuration.write_text(JEKYLL)

    assert await belonging.has_changed()


@pytest.mark.parametrize(("configuration", "changed"), [(JEKYLL, False), ("url: https://other.example\n", True)])
async def test_a_known_site_is_not_left_for_none(place: Place, configuration: str, changed: bool) -> None:
    place.posts.mkdir()
    place.configuration.write_text(JEKYLL)
    belonging = place.belonging()
    place.configuration.unlink()
    assert not await belonging.has_changed()

    place.configuration.write_text(configuration)

    assert await belonging.has_changed() is changed


async def test_a_configuration_that_changes_while_the_folder_is_there_counts_from_the_next_start(place: Place) -> None:
    place.posts.mkdir()
    place.configuration.write_text(JEKYLL)
    unharmed, returned = Belonging(place.settings, site_of(place.settings)), place.belonging()
    assert not await returned.has_changed()

    place.configuration.write_text("url: https://other.example\n")

    assert not await unharmed.has_changed()
    assert not await returned.has_changed()
