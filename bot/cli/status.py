"""`newsbell status`: everything at a glance."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click

from bot.cli.setting import memory, start, wait_for
from bot.cli.wording import listed, parts_of, told
from bot.models import DestinationState
from bot.records import Problem
from bot.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(as_json: bool) -> None:
    """Show how many posts, chats and deliveries there are, and what needs a person."""
    settings = start(level="WARNING")
    state = wait_for(_state(settings))
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False, indent=2))
        return
    click.echo(f"folder      {settings.posts}")
    click.echo("posts       " + listed(state["posts"]))
    click.echo("chats       " + listed(state["chats"]))
    for platform, counts in state["deliveries"].items():
        click.echo(f"{platform:<11} " + listed(counts))
    for chat in state["suspended"]:
        title = f" ({chat['title']})" if chat["title"] else ""
        click.echo(f"✗ {chat['chat']}{title}: {chat['reason']}")
    for problem in state["problems"]:
        click.echo(told(Problem(**problem)))


async def _state(settings: Settings) -> dict[str, Any]:
    async with memory(settings) as store:
        places = await store.subscriptions.places()
        problems = await store.posts.problems()
        deliveries: dict[str, dict[str, int]] = {}
        for (platform, state), count in (await store.deliveries.counts()).items():
            deliveries.setdefault(platform, {})[state] = count
        return {
            "posts": await store.posts.counts(),
            "chats": dict(Counter(place.state.value for place in places)),
            "deliveries": deliveries,
            "suspended": [
                {"chat": str(place.destination), "title": place.title, "reason": place.reason}
                for place in places
                if place.state is DestinationState.SUSPENDED
            ],
            "problems": [parts_of(problem) for problem in problems],
        }
