"""Whatever editors do to their files between two scans, every story is told once."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from bot.reading.site import Site
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import page

SCANS = 12
DEEDS_AT_MOST = 2
SYLLABLES = ("ka", "ro", "mi", "ten", "sol", "vi", "dra", "ne", "pum", "lo", "shi", "ber", "ang", "ot", "we", "fi")


class Editors:
    """People with a folder, who know what each file tells: a story, by its title."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.chance = random.Random(seed)
        self.told: set[str] = set()  # stories that were there at a scan
        self.texts: dict[str, str] = {}  # by path
        self.removed: set[str] = set()  # and not noticed yet
        self.came_from: dict[str, str] = {}  # where a moved file lay before
        self.count = 0

    def words(self, number: int) -> str:
        made = ("".join(self.chance.choices(SYLLABLES, k=self.chance.randint(1, 4))) for _ in range(number))
        return " ".join(made)

    def free_path(self) -> str:
        """A path at which nothing lies; what was removed there just now would be taken for edited."""
        while True:
            folder = self.chance.choice(["", "news/", "news/2026/", "_posts/"])
            path = f"{folder}{self.chance.choice('abcdefgh')}.md"
            if path not in self.texts and path not in self.removed:
                return path

    def create(self) -> None:
        self.count += 1
        self.save(self.free_path(), page(f"Story {self.count}", f"{self.words(70)}."))

    def edit(self) -> None:
        path = self.chance.choice(sorted(self.texts))
        self.save(path, self.texts[path] + f" {self.words(4)}.\n")

    def move(self) -> None:
        old, new = self.chance.choice(sorted(self.texts)), self.free_path()
        text = self.texts.pop(old)
        self.came_from[new] = old
        (self.desk.root / old).unlink()
        self.save(new, text)

    def swap(self) -> None:
        one, other = self.chance.choice(sorted(self.texts)), self.chance.choice(sorted(self.texts))
        first, second = self.texts[one], self.texts[other]
        self.save(one, second)
        self.save(other, first)

    def copy(self) -> None:
        path = self.chance.choice(sorted(self.texts))
        copy = path.replace(".md", "-2.md")
        if copy not in self.texts and copy not in self.removed:
            self.save(copy, self.texts[path])

    def remove(self) -> None:
        path = self.chance.choice(sorted(self.texts))
        del self.texts[path]
        (self.desk.root / path).unlink()
        while path:
            self.removed.add(path)
            path = self.came_from.pop(path, "")

    def save(self, path: str, text: str) -> None:
        self.texts[path] = text
        self.desk.write(path, content=text)

    def work(self) -> None:
        """Do some deeds; what is there then is seen by the next scan."""
        for _ in range(self.chance.randint(1, DEEDS_AT_MOST)):
            deeds = [self.create, self.edit, self.move, self.move, self.swap, self.copy, self.remove]
            self.chance.choice(deeds if self.texts else [self.create])()
        self.told |= {text.split("\n")[1].removeprefix("title: ") for text in self.texts.values()}


@pytest.mark.parametrize("seed", range(64))
async def test_every_story_is_told_once(desk: Desk, seed: int) -> None:
    desk.site = Site(desk.root)
    desk.publish_as(flood=100)
    editors = Editors(desk, seed)

    for number in range(SCANS):
        editors.work()
        noticed = number % 2 == 1  # else what is away is not believed to be gone yet
        await desk.scan(forget=noticed)
        if noticed:
            editors.removed.clear()
        assert Counter(await desk.titles_shown()) == Counter(dict.fromkeys(editors.told, 1)), f"after scan {number}"
