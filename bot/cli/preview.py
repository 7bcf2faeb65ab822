"""`newsbell preview`: what would be sent for a post, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import tzinfo
from typing import Any, Final

import click

from adapters.discord.render import render as render_discord
from adapters.telegram.render import RichMessage
from adapters.telegram.render import render as render_telegram
from bot.cli.clock import clock_of
from bot.cli.ending import FAILED
from bot.cli.files import post_named, unpublished
from bot.cli.options import options_in, setting
from bot.cli.payloads import Payload, discord_payload, telegram_payload
from bot.cli.pointing import line_of
from bot.cli.report import doubts_of
from bot.cli.report_text import guessed
from bot.cli.setting import database_of, memory, start, wait_for
from bot.cli.wording import neutral, say, say_json, told
from bot.composing.announce import announce
from bot.composing.cutting import cut_spans
from bot.errors import PostError, StoreError
from bot.models import Announcement, Look, Post, Style
from bot.records import PostState, Problem
from bot.settings import Settings
from bot.subscribing.options import cautions

_PLATFORMS: Final = {"telegram": "telegram", "discord": "discord"}
"""Whose options a form knows; the others know all, as the console does."""


@click.command()
@click.argument("post")
@click.option(
    "--as",
    "form",
    type=click.Choice(["telegram", "discord", "text", "json"]),
    default="text",
    show_default=True,
    help="Which platform's message to show; json: both, for machines.",
)
@setting
def preview(post: str, form: str, options: tuple[str, ...]) -> int:
    """Show what would be sent for POST (its path, its code, or its title as addresses have it: heavy-rain).

    Sends nothing and needs no network. Warnings go to the standard error.
    """
    settings = start(level="WARNING")
    look = Look.from_options(options_in(options, _PLATFORMS.get(form, "console")))
    try:
        read = post_named(post, settings)
    except PostError as error:
        problem = Problem(error.path, error.line, error.what, error.mend, error.column)
        for line in told(problem, line_of(settings.posts, problem)):
            say(line, err=True)
        return FAILED
    announcement = announce(read)
    standing = _standing(read, settings)
    if form == "json":
        say_json(_for_machines(read, announcement, look, standing, clock_of(settings).zone))
    else:
        notes = [*_notes(read, announcement), *_no_article(announcement, look, form), *_cautions(look, form)]
        for line in [*_shown(announcement, look, form, clock_of(settings).zone), "", *notes, f"— {standing}"]:
            say(line)
    for doubt in doubts_of(read):
        say(guessed(doubt), err=True)
    return 0


# --- the forms -------------------------------------------------------------------------------------------------------


def _shown(announcement: Announcement, look: Look, form: str, zone: tzinfo) -> Iterator[str]:
    match form:
        case "telegram":
            yield from _call(telegram_payload(render_telegram(announcement, look)))
        case "discord":
            yield from _call(discord_payload(render_discord(announcement, look, zone=zone)))
        case _:
            yield from _as_text(announcement, look).split("\n")


def _as_text(announcement: Announcement, look: Look) -> str:
    words = announcement.own_words("") or cut_spans(announcement.body, look.excerpt)
    excerpt = "".join(span.text for span in words)
    picture = neutral(announcement.pictures[0].source) if announcement.pictures else "no picture"
    tags = " ".join(f"#{tag}" for tag in announcement.hashtags)
    parts = (f"[{picture}]", announcement.title, excerpt, tags, announcement.url or "no link")
    return "\n\n".join(part for part in parts if part)


def _call(payload: Payload) -> Iterator[str]:
    """A call for people: a line a field, long texts below theirs, each line behind a bar, letter for letter."""
    yield payload.method
    if payload.file:
        yield f"  file: {payload.file}"
    yield from _fields(payload.fields, "")


def _fields(value: object, name: str) -> Iterator[str]:
    match value:
        case dict() if value:
            for key, inner in value.items():
                yield from _fields(inner, f"{name}.{key}" if name else key)
        case list() if value:
            for number, inner in enumerate(value):
                yield from _fields(inner, f"{name}[{number}]")
        case str() if "\n" in value:
            yield f"  {name}:"
            yield from (f"    │ {line}" if line else "    │" for line in value.split("\n"))
        case str():
            yield f"  {name}: {value}"
        case _:
            yield f"  {name}: {json.dumps(value)}"


def _for_machines(post: Post, announcement: Announcement, look: Look, standing: str, zone: tzinfo) -> dict[str, Any]:
    return {
        "path": post.path,
        "key": post.key,
        "visibility": post.visibility.value,
        "standing": standing,
        "announcement": asdict(announcement),
        "overrides": asdict(post.overrides),
        "telegram": asdict(telegram_payload(render_telegram(announcement, look))),
        "discord": asdict(discord_payload(render_discord(announcement, look, zone=zone))),
        "warnings": list(post.warnings),
    }


# --- what there is to know beside ------------------------------------------------------------------------------------


def _notes(post: Post, announcement: Announcement) -> Iterator[str]:
    for number, picture in enumerate(announcement.pictures[1:], 2):
        yield f"— picture {number}, if those before it can't be shown: {picture.source}"
    overrides = post.overrides
    wishes = {
        "it overtakes the other posts (breaking)": overrides.breaking,
        "it is pinned where the bot may pin": overrides.pin,
        "it mentions nobody, whatever a subscription says": not overrides.mention,
        "it comes without a sound": overrides.silent,
        "it comes without a picture": not overrides.image,
        f"it answers the message of the post {overrides.follows}": overrides.follows,
    }
    yield from (f"— {wish}" for wish, wanted in wishes.items() if wanted)


def _no_article(announcement: Announcement, look: Look, form: str) -> Iterator[str]:
    """Why an article that was asked for is none."""
    if form != "telegram" or look.style is not Style.RICH or not announcement.pictures:
        return
    if not isinstance(render_telegram(announcement, look), RichMessage):
        yield "— it is no article: there Telegram takes pictures by their public address alone, and these are files"


def _cautions(look: Look, form: str) -> Iterator[str]:
    """What has to be known of the style."""
    if form == "discord":
        yield from (f"— {caution}" for caution in cautions({"style": look.style}))


def _standing(post: Post, settings: Settings) -> str:
    """Whether readers may see the post, and so whether it would be sent."""
    if reason := unpublished(post, clock_of(settings)):
        return f"{post.path} {reason}: it is not sent until that changes"
    if held := _held(post, settings):
        return f"{post.path} is public, but {held}: it waits for newsbell send --held"
    return f"{post.path} is public"


def _held(post: Post, settings: Settings) -> str:
    """That newsbell waits for a person's word about the post, and why; empty if it does not, or has no database yet."""
    if not database_of(settings).exists():
        return ""

    async def look() -> str:
        async with memory(settings) as store:
            known = await store.posts.find(post.path)
        if known is None or known.state is not PostState.HELD:
            return ""
        return f"held, for {known.reason}" if known.reason else "held"

    try:
        return wait_for(look())
    except StoreError:  # a preview needs no database; newsbell doctor says what is wrong with it
        return ""
