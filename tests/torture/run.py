"""One run: a newsbell process that is killed and started again while posts are written, and what came of them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.journeys.newsroom import Newsroom, post
from tests.patience import PATIENCE
from tests.torture.city import City
from tests.torture.counting import HEADLINE, count
from tests.torture.plan import Act, Kill, Moment, Plan
from tests.torture.report import Killed, Outcome
from tests.torture.wire import Latency, Trap, calm_down, misbehave

READY_WITHIN: Final = 120.0
"""Seconds for the first start: many runs begin at the same moment, on a machine that may have more to do."""

_NO_HOUR_PASSES: Final = (1000, 3600.0)
"""Of a published message Discord takes three edits an hour: the rest of a run's would wait for longer than it lasts."""

KILL_WITHIN: Final = 10.0
"""Seconds in which the moment of a kill must come; else the process is killed without it."""

SURE: Final = frozenset({Moment.UNANSWERED, Moment.UNCOMMITTED})
"""Moments that wait for a call to a place that is sent something: they come, however slow the machine is."""

NEXT_WITHIN: Final = 5.0
"""Seconds in which the calls between two acts must come; else the next act begins without them."""

SETTLED_WITHIN: Final = 240.0
"""Seconds after the last act in which everything must be settled. An unknown may take 20 s, several in a row more."""

GLANCE: Final = 0.2
"""Seconds between two looks into the database, which rings at nobody's door."""

_PICTURE: Final = re.compile(r"^(image:|!\[).*\n", re.MULTILINE)

DONE: Final = frozenset({"settled", "held", "failed"})
"""The states in which newsbell does nothing more by itself; who shows nothing then has lost a post."""


class Victim(Newsroom):
    """A newsroom that can be killed in the middle of another's sentence, and keeps the logs of all its lives."""

    def __init__(self, home: Path, **settings: str) -> None:
        super().__init__(home, **settings)
        self.lives: list[str] = []

    def strike(self) -> None:
        """kill -9, without waiting for the end; somebody dead stays so."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):  # not by the process object, which would reap it behind asyncio's back
                os.kill(self._process.pid, signal.SIGKILL)

    async def fall(self) -> None:
        """kill -9, and wait for the end."""
        if self._process is None:
            return
        self.strike()
        await self._end()
        self.lives += [*self.log, "--- killed ---"]

    @property
    def ended(self) -> bool:
        """Whether the process is gone although nobody killed it."""
        return self._process is None or self._process.returncode is not None

    def standing_in_words(self) -> Counter[str]:
        """How many deliveries are in which state: `{"settled": 90, "to be edited": 2}`."""
        rows = self.rows("SELECT state, wanted = ifnull(shown_revision, 0) AS done FROM deliveries")
        return Counter(row["state"] if row["done"] or row["state"] != "settled" else "to be edited" for row in rows)

    def attempts(self) -> list[dict[str, Any]]:
        """All that was tried, in order."""
        return self._rows_if_any(
            "SELECT delivery, chat, action, outcome, began_at, ended_at, epoch, detail FROM attempts ORDER BY id"
        )

    def due(self) -> dict[str, int]:
        """With which edition each post became due, by its code."""
        query = "SELECT json_extract(content, '$.title') AS title, min(revision) FROM announcements GROUP BY subject"
        found = [HEADLINE.search(row["title"]) for row in self._rows_if_any(query)]
        return {each[1]: int(each[2]) for each in found if each}

    def _rows_if_any(self, query: str) -> list[dict[str, Any]]:
        """Nothing where it died before it had made its tables."""
        try:
            return self.rows(query)
        except sqlite3.OperationalError:
            return []

    def noted(self) -> int:
        """How many messages in chats it remembers."""
        return len(self.rows("SELECT message_id FROM messages"))

    def unknowns(self) -> Counter[str]:
        """How many sends had no answer, by destination."""
        tried = self.attempts()
        return Counter(each["chat"] for each in tried if (each["action"], each["outcome"]) == ("send", "unknown"))


async def run(plan: Plan, home: Path) -> Outcome:
    """Carry out `plan` in the empty folder `home`. What went wrong with the run itself stands in the outcome."""
    began = time.monotonic()
    async with TelegramEmulator(limits="strict") as telegram, DiscordEmulator() as discord:
        telegram.updates.slows_repeats = False
        discord.limits.published_edits = _NO_HOUR_PASSES
        city = City.build(plan, telegram, discord)
        operator = {"NEWSBELL_ADMINS": f"telegram:{city.operator.id}"} if plan.operator else {}
        victim = Victim(
            home,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.url,
            DISCORD_BOT_TOKEN=discord.token,
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
            NEWSBELL_SETTLE="0.1",
            **operator,
        )
        running = _Run(plan, city, victim)
        trouble = ""
        try:
            await running.play()
        except (AssertionError, OSError, sqlite3.Error) as error:
            trouble = _in_words(error, home)
        finally:
            await victim.fall()
        violations = [*telegram.violations, *discord.violations]
        trouble = trouble or "; ".join(violations[:3])
        named = city.destinations()
        unknowns = {named[chat]: met for chat, met in victim.unknowns().items() if chat in named}
        outcome = Outcome(
            plan.seed,
            count(plan, city.shown(), unknowns, city.harmed(), victim.due()),
            tuple(running.killed),
            time.monotonic() - began,
            telegram.refusals_429 + len(discord.refusals_429),
            len(telegram.limits.hasty) + len(discord.hasty),
            trouble,
        )
        _write_down(running.describe(outcome), home)
        return outcome


def _in_words(error: Exception, home: Path) -> str:
    """What went wrong, or why nothing could go right: who tidies up /tmp must spare the runs that go on."""
    return f"{error} (see {home})" if home.exists() else f"{home} was removed while newsbell worked in it"


def _write_down(report: str, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "report.txt").write_text(report)


class _Run:
    """The play of one plan."""

    def __init__(self, plan: Plan, city: City, victim: Victim) -> None:
        self._plan = plan
        self._city = city
        self._victim = victim
        self._latency = Latency(city, plan)
        self._written: dict[str, Act] = {}
        self.killed: list[Killed] = []

    async def play(self) -> None:
        """Act after act; at the end nothing is due any more. Raises AssertionError where that does not come."""
        await self._open()
        living = asyncio.create_task(self._city.live(self._plan))
        try:
            for acts in (self._plan.acts, self._plan.second_thoughts):
                for act in acts:
                    await self._act(act)
                calm_down(self._city)
                self._latency.renew()
                await self._settle()
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)

    async def _open(self) -> None:
        victim = self._victim
        victim.write("old.md", post("OLD1"))
        await victim.start(until="")
        for words in ("watching", "telegram: ready", "discord: ready"):
            await victim.says(words, within=READY_WITHIN)
        await victim.subscribe(list(self._city.destinations()), self._city.options())
        await self._become_known()
        for _ in range(self._plan.busy_polls):
            self._city.telegram.fault("bad_gateway", method="getUpdates")

    async def _become_known(self) -> None:
        """Let somebody in every Telegram chat talk to newsbell, and wait for the answers and until they are noted."""
        self._city.greet()
        answered = await self._city.until(lambda: all(chat.from_bot for chat in self._city.chats.values()), PATIENCE)
        assert answered, "newsbell does not answer"
        async with asyncio.timeout(PATIENCE):
            while self._victim.noted() < 2 * len(self._city.chats):  # noqa: ASYNC110 - a database rings at nobody's door
                await asyncio.sleep(GLANCE)

    async def _act(self, act: Act) -> None:
        trap = self._trap(act.kills[0]) if act.kills else None
        for mishap in act.mishaps:
            misbehave(self._city, mishap)
        self._latency.renew()
        calls = self._city.calls() + act.calls
        self._victim.write(act.file, _text(self._plan, act))
        self._written[act.code] = act
        if trap is None:
            await self._city.until(lambda: self._city.calls() >= calls, NEXT_WITHIN)
            return
        met = await self._city.until(lambda: trap.sprung, PATIENCE if act.kills[0].moment in SURE else KILL_WITHIN)
        for kill in act.kills:
            await asyncio.sleep(kill.seconds)  # the moment that the plan chose
            await self._kill(kill.moment, met=met or kill.moment is Moment.STARTING)
            trap.remove()

    def _trap(self, kill: Kill) -> Trap:
        loop = asyncio.get_running_loop()
        return Trap(self._city, kill, spring=lambda: loop.call_later(kill.seconds, self._victim.strike))

    async def _kill(self, moment: Moment, *, met: bool) -> None:
        """Kill, see what was in the air, and start again at once."""
        await self._victim.fall()
        [claimed] = self._victim.rows("SELECT count(*) AS claimed FROM deliveries WHERE state = 'claimed'")
        self.killed.append(Killed(moment, met, claimed["claimed"]))
        await self._victim.start(until="")

    async def _settle(self) -> None:
        """Wait until everybody has been sent everything, and until calls of dead processes have had their effect."""
        try:
            async with asyncio.timeout(SETTLED_WITHIN):
                while not (self._all_known() and self._all_done()):
                    assert not self._victim.ended, "newsbell ended by itself"
                    await asyncio.sleep(GLANCE)
        except TimeoutError:
            raise AssertionError(
                f"not settled {SETTLED_WITHIN:g} s after the last act: {dict(self._victim.standing_in_words())}"
            ) from None

    def _all_known(self) -> bool:
        """Whether newsbell has taken in the last edition of every post, and sends it to every place."""
        titles = {row["title"] for row in self._victim.rows("SELECT title FROM posts WHERE state = 'published'")}
        last = self._written.values()
        deliveries = self._victim.rows("SELECT DISTINCT subject, destination FROM deliveries")
        return {act.title for act in last} <= titles and len(deliveries) == len(last) * len(self._plan.places)

    def _all_done(self) -> bool:
        """Whether nothing is under way on any side."""
        under_way = self._city.telegram.unfinished + self._city.discord.unfinished
        return not under_way and set(self._victim.standing_in_words()) <= DONE

    def describe(self, outcome: Outcome) -> str:
        """All that helps to understand a run that went wrong."""
        shown = [f"{place}: {lines}" for place, lines in self._city.shown().items()]
        called = [
            f"{call.at:.3f} {call.method} {call.parameters.get('chat_id')} {call.parameters.get('message_id', '')} "
            f"-> {call.status} {call.answer.get('description', '')}"
            for call in self._city.telegram.requests
            if "chat_id" in call.parameters
        ]
        called += [f"{call.at:.3f} {call}" for call in self._city.discord.requests]
        named = [f"{chat} is {place}" for chat, place in self._city.destinations().items()]
        parts = {
            "outcome": [str(outcome)],
            "plan": [
                str(each)
                for each in (*self._plan.acts, *self._plan.second_thoughts, f"operator's chat: {self._plan.operator}")
            ],
            "places": named,
            "shown at the end": shown,
            "refused by the limits": [
                *map(str, self._city.telegram.limits.refused),
                *(f"{call.at:.3f} {call}: {call.answer['retry_after']} s" for call in self._city.discord.refusals_429),
            ],
            "attempts": [" | ".join(str(field) for field in row.values()) for row in self._victim.attempts()],
            "calls": sorted(called, key=lambda line: float(line.split()[0])),
            "log": [*self._victim.lives, *self._victim.log],
        }
        return "\n".join(line for title, lines in parts.items() for line in (f"== {title}", *lines, ""))


def _text(plan: Plan, act: Act) -> str:
    """The file of a post as `act` writes it; its date is that of its first edition."""
    minute = list(plan.posts).index(act.code)
    text = post(act.code, title=act.title, date=f"2026-11-02T08:{minute:02}:00Z")
    if act.breaking:
        text = text.replace('language: "en"', 'language: "en"\nbreaking: true')
    if not act.is_public:
        text = text.replace('language: "en"', 'language: "en"\ndraft: true')
    return _PICTURE.sub("", text) if act.code in plan.plain else text
