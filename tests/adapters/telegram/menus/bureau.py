"""All of newsbell in this process, before an emulated Telegram: what people type and press really happens."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.telegram.adapter import TelegramAdapter
from bot.groundwork import open_memory, utc_now
from bot.newsroom import Newsroom
from bot.settings import load_settings
from bot.watching.walk import look_at
from tests.adapters.telegram.conftest import FakePace
from tests.emulators.telegram import Chat, Message, Press, TelegramEmulator, User
from tests.state.making import eventually

POST = """---
title: "{title}"
category: "{category}"
tags: [{tags}]
language: {language}
date: {date}
origin_url: "https://news.example/{path}"
---

{text}
"""


class Bureau:
    """newsbell's own newsroom with a pace that never waits; `write` before `open` is there before newsbell is."""

    def __init__(self, telegram: TelegramEmulator, home: Path) -> None:
        self.telegram = telegram
        self.folder = home / "posts"
        self.folder.mkdir()
        self._settings = load_settings(
            None, {"NEWSBELL_POSTS": str(self.folder), "NEWSBELL_DATABASE": f"sqlite:///{home}/newsbell.db"}
        )
        self._running: asyncio.Task[None] | None = None
        self.room: Newsroom

    def write(
        self,
        path: str,
        category: str = "NATIONAL",
        *,
        title: str = "",
        language: str = "en",
        tags: str = "",
        date: str = "2026-11-02",
        text: str = "The river rose by half a metre in the night.",
    ) -> None:
        """A file with a post."""
        title = title or path.removesuffix(".md").capitalize()
        content = POST.format(
            path=path, title=title, category=category, language=language, tags=tags, date=date, text=text
        )
        (self.folder / path).write_text(content, encoding="utf-8")

    async def open(self) -> None:
        """Begin: what is there is known, and newsbell listens and sends."""
        store = await open_memory(self._settings)
        self.room = Newsroom(self._settings, store, await store.begin_epoch(utc_now()))
        await self.room.baseline()
        adapter = TelegramAdapter(
            self.telegram.token, api_url=self.telegram.url, pace=FakePace(), lobby=self.room.lobby, tidy_after=0.05
        )
        self.room.add(adapter)
        [platform] = self.room.platforms
        self._running = asyncio.create_task(platform.run(self.room.desk))
        await self.telegram.until(lambda: self.telegram.updates.polled)

    async def close(self) -> None:
        """End in order."""
        if self._running is not None:
            for platform in self.room.platforms:
                platform.stop()
            await self._running
            await self.room.close()
            await self.room.store.close()

    async def save(self, path: str, category: str = "NATIONAL", *, title: str = "") -> None:
        """A post is written and taken in, newer than all others."""
        self.write(path, category, title=title, date="2026-11-20")
        stamp = look_at(self.folder, [path])[path]
        assert stamp
        await self.room.publisher.take_in([(path, stamp)])

    async def settled(self) -> None:
        """Until whatever was sent is written down."""

        async def is_settled() -> bool:
            return {state for _, state in await self.room.store.deliveries.counts()} == {"settled"}

        await eventually(is_settled)

    async def type(self, chat: Chat, user: User | None, text: str, *, thread: int | None = None) -> Message:
        """Somebody types; newsbell's first message after that."""
        before = len(self.telegram.sent)

        def answers() -> list[Message]:
            return [message for message in self.telegram.sent[before:] if message.chat is chat]

        self.telegram.type(chat, user, text, thread=thread)
        await self.telegram.until(answers)
        return answers()[0]

    async def press(self, message: Message, label: str, user: User) -> Press:
        """Somebody presses the button whose label begins so, after its mark; until the message has changed."""
        [button] = [found for found in message.buttons if found.text.lstrip("✅▫️ ").startswith(label)]
        edits = len(message.edits)
        press = self.telegram.press(message, button.text, user)
        await self.telegram.until(lambda: len(message.edits) > edits or any(each.get("text") for each in press.answers))
        return press


def screen(message: Message) -> list[str]:
    """A message as a telephone shows it: its lines, and its buttons row by row."""
    rows = [" ".join(f"[{button['text']}]" for button in row) for row in message.content.keyboard]
    return [*message.content.words.split("\n"), *rows]
