"""`newsbell status`: everything at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click

from bot.cli.clock import clock_of
from bot.cli.faults import database_fault, folder_fault
from bot.cli.inviting import NOBODY, admitted_beside, way_to_one
from bot.cli.pointing import told_as_remembered
from bot.cli.report_text import problem_lines
from bot.cli.setting import memory, start, wait_for
from bot.cli.wording import CLOSED, closed, counted, edit_lines, listed, parts_of, say, say_json
from bot.clock import Clock
from bot.delivering.handing_over import needs_a_word
from bot.delivering.silences import in_words
from bot.groundwork import utc_now
from bot.models import DeliveryState, DestinationState, Place
from bot.premises import site_of
from bot.reading.site import Site
from bot.records import Brake, HeldEdits, PostState, Problem
from bot.settings import Settings

SHOWN: Final = 50
"""Problems that are told: each is read again for its place."""
NAMED: Final = 3
"""Of held posts, and of chats that are closed for the same reason."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(as_json: bool) -> None:
    """Show how many posts, chats and deliveries there are, and what needs a person."""
    settings = start(level="WARNING")
    site = site_of(settings)
    state = wait_for(_state(settings, site))
    if as_json:
        silences = [asdict(silence) | {"until": silence.until.isoformat()} for silence in state["silences"]]
        closed_places = {name: [_as_json(place) for place in state[name]] for name in ("suspended", "paused")}
        say_json(state | closed_places | {"silences": silences})
        return
    clock = clock_of(settings)
    say(f"folder      {settings.posts}")
    for line in _fault_lines(state):
        say(line)
    say("posts       " + listed(state["posts"]))
    held = _held_lines(state["held"], state["held_by_word"])
    edits = [
        f"! {line}" if line[0] != " " else line for line in edit_lines(HeldEdits(**e) for e in state["held_edits"])
    ]
    for line in (*_leaving_lines(state["leaving"]), *edits, *held, *_waiting_lines(state["waiting"], clock)):
        say(line)
    say("chats       " + listed(state["chats"]))
    for line in _asking_lines(state["asks"]):
        say(line)
    say("operators   " + (", ".join(state["operators"]) or f"none: {NOBODY}; {way_to_one(settings)}"))
    for platform, counts in state["deliveries"].items():
        say(f"{platform:<11} " + listed(counts))
    unproven, shut = _unproven_lines(state["unproven"]), _shut_lines(state["shut"])
    silent = [f"… {each.platform}: {in_words(each, clock)}" for each in state["silences"]]
    for line in (*silent, *_failed_lines(state["deliveries"]), *unproven, *shut):
        say(line)
    for line in (*_closed_lines(state["suspended"], clock), *_closed_lines(state["paused"], clock)):
        say(line)
    problems = [Problem(**problem) for problem in state["problems"]]
    for line in problem_lines(problems[:SHOWN], lambda problem: told_as_remembered(problem, site)):
        say(line)
    if len(problems) > SHOWN:
        say(f"✗ and {counted(len(problems) - SHOWN, 'more problem')}; newsbell check lists them all")


def _fault_lines(state: dict[str, Any]) -> Iterator[str]:
    """What keeps newsbell from its work, or has not been done yet."""
    for fault in ("folder_fault", "database_fault"):
        if state[fault]:
            yield f"✗ {state[fault]}"
    if state["other_folder"]:
        yield f"! so far the posts were read from {state['other_folder']}: name that one in NEWSBELL_POSTS, or newsbell"
        yield "  run takes all that lies in this one as known, and sends nothing of it"
    elif not state["first_scan_done"]:
        yield "… the first scan is not complete, and until it is, no post is news: newsbell run completes it"


def _failed_lines(deliveries: dict[str, dict[str, int]]) -> Iterator[str]:
    if failed := sum(counts.get(DeliveryState.FAILED.value, 0) for counts in deliveries.values()):
        yield f"✗ {counted(failed, 'delivery was', 'deliveries were')} given up:"
        yield "  newsbell deliveries --failed says why; newsbell deliveries retry tries again"


def _unproven_lines(unproven: int) -> Iterator[str]:
    if unproven:
        messages = counted(unproven, "message waits", "messages wait")
        yield f"! {messages} for your word, for nobody can tell whether {'it' if unproven == 1 else 'they'} arrived:"
        yield "  newsbell deliveries --held names them; look there, and then: newsbell deliveries retry ID"


def _shut_lines(shut: int) -> Iterator[str]:
    if shut:
        messages = counted(shut, "message is", "messages are")
        yield f"… {messages} to be taken back in chats that are suspended or paused; that waits for the chats"


def _asking_lines(asks: list[dict[str, str]]) -> Iterator[str]:
    """Bots that wait for a word, a sentence a line."""
    for each in asks:
        first, *rest = needs_a_word(each["old"], each["new"]).split(". ")
        yield f"! {each['platform']}: {first}"
        yield from (f"  {sentence}" for sentence in rest)


def _leaving_lines(leaving: list[dict[str, str]]) -> Iterator[str]:
    if leaving:
        yield f"! {counted(len(leaving), 'post is', 'posts are')} public no more, but {leaving[0]['reason']}:"
        yield "  newsbell release --leaving takes the messages back; or put the posts back"


def _held_lines(held: list[str], by_word: list[str]) -> Iterator[str]:
    """What waits for a person, and the next step."""
    if held:
        yield f"! {counted(len(held), 'post is', 'posts are')} held ({_first_of(held)}):"
        yield "  newsbell send --held sends them; newsbell deliveries --held says why each waits"
    if by_word:
        yield f"! {counted(len(by_word), 'post is', 'posts are')} held by your word ({_first_of(by_word)}):"
        yield f"  newsbell release {by_word[0]} goes on, newsbell takeback {by_word[0]} takes it back"


def _waiting_lines(waiting: list[dict[str, Any]], clock: Clock) -> Iterator[str]:
    if waiting:
        yield f"… {counted(len(waiting), 'post waits', 'posts wait')} for a page to answer (NEWSBELL_WAIT_FOR_URL):"
    for post in waiting[:NAMED]:
        until = datetime.fromisoformat(post["until"])
        yield f"  {post['path']}: {post['page']}, until {clock.second(until)} at the latest"
    if len(waiting) > NAMED:
        yield f"  and {len(waiting) - NAMED} more (--json lists them all)"


def _closed_lines(places: list[Place], clock: Clock) -> Iterator[str]:
    """The places that receive nothing, all in the same state, and why: many with the same reason are one line."""
    by_reason: dict[str, list[Place]] = {}
    for place in places:
        by_reason.setdefault(place.reason, []).append(place)
    for reason, alike in by_reason.items():
        if len(alike) <= NAMED:
            yield from (_closed_line(place, clock) for place in alike)
            continue
        first = _first_of([str(place.destination) for place in alike])
        yield f"{CLOSED[alike[0].state]} {counted(len(alike), 'chat')} ({first}): {alike[0].state.value}: {reason}"
        yield "  newsbell subscriptions list shows them all, and since when"


def _closed_line(place: Place, clock: Clock) -> str:
    title = f" ({place.title})" if place.title else ""
    return f"{CLOSED[place.state]} {place.destination}{title}: {closed(place, clock)}"


def _first_of(paths: list[str]) -> str:
    return ", ".join(paths[:NAMED]) + (", …" if len(paths) > NAMED else "")


async def _state(settings: Settings, site: Site) -> dict[str, Any]:
    async with memory(settings) as store:
        places = await store.subscriptions.places()
        fault, found = await folder_fault(site, store, few=settings.flood)
        problems = dict.fromkeys((*found, *await store.posts.problems()))
        deliveries: dict[str, dict[str, int]] = {}
        for (platform, state), count in (await store.deliveries.counts()).items():
            deliveries.setdefault(platform, {})[state] = count
        first_scan_done = await store.posts.baseline_done()
        others = [] if first_scan_done else await store.other_folders()
        return {
            "folder_fault": fault,
            "database_fault": await database_fault(settings, store),
            "first_scan_done": first_scan_done,
            "other_folder": others[0] if others else "",
            "posts": await store.posts.counts(),
            "leaving": [{"path": post.path, "reason": post.reason} for post in await store.posts.leaving()],
            "held_edits": [asdict(edits) for edits in await store.deliveries.held_edits()],
            "held": [post.path for post in await store.posts.waiting(PostState.HELD) if not post.brake],
            "held_by_word": [post.path for post in await store.posts.braked(Brake.HELD)],
            "waiting": [
                {"path": post.path, "page": post.page, "until": post.page_until.isoformat() if post.page_until else ""}
                for post in await store.posts.waiting(PostState.WAITING)
            ],
            "chats": dict(Counter(place.state.value for place in places)),
            "operators": [
                *(str(person) for person in settings.admins),
                *(str(operator.person) for operator in await admitted_beside(settings, store)),
            ],
            "asks": [asdict(each) for each in await store.subscriptions.handovers()],
            "deliveries": deliveries,
            "silences": await store.stories.silences(utc_now()),
            "unproven": await store.deliveries.unproven(),
            "shut": await store.deliveries.shut(),
            "suspended": [place for place in places if place.state is DestinationState.SUSPENDED],
            "paused": [place for place in places if place.state is DestinationState.PAUSED],
            "problems": [parts_of(problem) for problem in problems],
        }


def _as_json(place: Place) -> dict[str, str]:
    return {
        "chat": str(place.destination),
        "title": place.title,
        "reason": place.reason,
        "since": place.since.isoformat() if place.since else "",
        "until": place.paused_until.isoformat() if place.paused_until else "",
    }
