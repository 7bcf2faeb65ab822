"""The page and its parts as HTML, from templates/."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.console.board import Message, digest_of
from adapters.console.render import Chat
from bot.models import Picture
from bot.records import Problem

TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the head line says: "watching examples/posts · 14 posts · 4 categories"."""

    folder: str
    posts: int
    categories: int


class View:
    """Draws the page. Times are shown in `zone`, the site's own."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"day": self._day, "clock": self._clock, "address": _address, "counted": _counted}

    def page(
        self,
        *,
        chats: Mapping[Chat, Collection[Message]],
        facts: Facts,
        problems: Sequence[Problem],
        last_id: str,
    ) -> str:
        """The whole page; `last_id` is the last event that it already shows."""
        return self._draw("page.html", chats=chats, facts=facts, problems=problems, last_id=last_id)

    def message(self, message: Message) -> str:
        """One message as its chat shows it."""
        return self._draw(f"{message.chat}.html", message=message)

    def facts(self, facts: Facts) -> str:
        """The words of the head line."""
        return self._draw("facts.html", facts=facts)

    def problems(self, problems: Sequence[Problem]) -> str:
        """The panel of posts that need mending; nearly nothing when there are none."""
        return self._draw("problems.html", problems=problems)

    def _draw(self, name: str, **values: object) -> str:
        return self._templates.get_template(name).render(values)

    def _day(self, time: datetime) -> str:
        local = time.astimezone(self._zone)
        return f"{local.day} {local:%B %Y}"

    def _clock(self, time: datetime) -> str:
        return f"{time.astimezone(self._zone):%H:%M}"


def _address(picture: Picture) -> str:
    """Where the page gets a picture: local files only by their digest."""
    return f"/pictures/{digest_of(picture)}" if picture.file else picture.url or ""


def _counted(number: int, one: str, many: str) -> str:
    """ "1 post", "14 posts"."""
    return f"{number:,} {one if number == 1 else many}"
