"""`newsbell preview`: what would be sent for a post, offline."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from adapters.discord.render import render as render_discord
from adapters.telegram.render import render as render_telegram
from bot.cli.naming import post_named, unpublished
from bot.cli.setting import start
from bot.composing.announce import announce
from bot.composing.cutting import cut_spans
from bot.models import Announcement, Look, Post


@click.command()
@click.argument("post")
@click.option(
    "--as",
    "form",
    type=click.Choice(["telegram", "discord", "text", "json"]),
    default="text",
    show_default=True,
    help="Which platform's message to show.",
)
def preview(post: str, form: str) -> None:
    """Show what would be sent for POST (its path, or its code). Sends nothing and needs no network."""
    read = post_named(post, start(level="WARNING"))
    announcement = announce(read)
    forms = {"telegram": render_telegram, "discord": render_discord}
    if form == "text":
        click.echo(_as_text(announcement))
        click.echo(f"\n— {_standing(read)}")
    elif form == "json":
        click.echo(_json({name: asdict(render(announcement, Look())) for name, render in forms.items()}))
    else:
        click.echo(_json(asdict(forms[form](announcement, Look()))))


def _as_text(announcement: Announcement) -> str:
    look = Look()
    excerpt = "".join(span.text for span in cut_spans(announcement.body, look.excerpt))
    picture = announcement.pictures[0].source if announcement.pictures else "no picture"
    tags = " ".join(f"#{tag}" for tag in announcement.hashtags)
    parts = (f"[{picture}]", announcement.title, excerpt, tags, announcement.url or "no link")
    return "\n\n".join(part for part in parts if part)


def _standing(post: Post) -> str:
    """Whether readers may see the post, and so whether it would be sent."""
    reason = unpublished(post)
    return f"{post.path} {reason}: it is not sent until that changes" if reason else f"{post.path} is public"


def _json(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=2, default=str)
