"""The webhook: updates are brought to an address, again and again until they are taken (`WebhookActor.cpp`).

Of one chat they are brought one after the other, of several side by side, up to `max_connections`.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from .refusals import bad_request
from .updates import UpdateQueue

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
PORTS: Final = frozenset({443, 80, 88, 8443})
SECRET_CHARACTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


@dataclass(frozen=True)
class Bringing:
    """One try to bring an update: the answer's status, 0 without one."""

    update_id: int
    status: int


class Webhook:
    """What setWebhook sets, and the task that brings updates there. Only addresses of this machine are called."""

    def __init__(self, updates: UpdateQueue, *, retry_seconds: float = 0.05) -> None:
        """`retry_seconds` is the first wait after a failure, 1 s in the real one; it doubles with each."""
        self.secret = ""
        self.max_connections = 40
        self.error_at = 0
        self.error = ""
        self.brought: list[Bringing] = []
        self.deaf = False  # what was taken is brought again all the same, as when the answer was late
        self.under_way = 0  # calls that have no answer yet
        self.changed = asyncio.Event()
        self._updates = updates
        self._retry_seconds = retry_seconds
        self._busy: dict[int, asyncio.Task[None]] = {}  # by chat
        self._task: asyncio.Task[None] | None = None

    def set(self, url: str, *, secret: str, max_connections: int) -> None:
        """Take over what setWebhook says; local addresses stand for public ones."""
        parts = urlsplit(url)
        local = parts.hostname == "127.0.0.1"
        if url and parts.scheme != "https" and not local:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if url and not local and (parts.port or 443) not in PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if not SECRET_CHARACTERS.issuperset(secret) or len(secret) > 256:
            raise bad_request("secret token contains unallowed characters")
        self._updates.set_webhook(url)
        self.secret, self.max_connections = secret, max_connections
        self.error_at, self.error = 0, ""
        self.changed.set()

    def info(self) -> dict[str, Any]:
        """What getWebhookInfo tells; optional fields are absent where there is nothing to say."""
        updates = self._updates
        info = {
            "url": updates.webhook,
            "has_custom_certificate": False,
            "pending_update_count": len(updates.waiting),
            "allowed_updates": updates.allowed,
            "last_error_date": self.error_at,
            "last_error_message": self.error,
            "max_connections": self.max_connections if updates.webhook else 0,
        }
        always = {"url", "has_custom_certificate", "pending_update_count"}
        return {name: value for name, value in info.items() if name in always or value}

    def start(self) -> None:
        """Begin to bring updates."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Bring none any more."""
        tasks = [*self._busy.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._busy.clear()

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                self.changed.clear()
                for update in self._updates.waiting if urlsplit(self._updates.webhook).hostname == "127.0.0.1" else ():
                    chat = _chat_of(update)
                    if chat not in self._busy and len(self._busy) < self.max_connections:
                        self._busy[chat] = asyncio.create_task(self._bring(session, chat, update))
                await self.changed.wait()

    async def _bring(self, session: aiohttp.ClientSession, chat: int, update: dict[str, Any]) -> None:
        """Until it is taken, or there is no webhook any more."""
        wait = self._retry_seconds
        while update in self._updates.waiting and self._updates.webhook:
            status, said, retry_after = await self._post(session, update)
            self.brought.append(Bringing(update["update_id"], status))
            if 200 <= status < 300 and not self.deaf:
                self._updates.waiting.remove(update)
                self.error_at, self.error = 0, ""
                break
            self.error_at, self.error = int(time.time()), said
            self._updates.tell()
            await asyncio.sleep(min(wait, retry_after or wait))
            wait = min(2 * wait, 1.0)
        del self._busy[chat]
        self.changed.set()
        self._updates.tell()

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> tuple[int, str, float]:
        headers = {"Content-Type": "application/json"} | ({HEADER: self.secret} if self.secret else {})
        self.under_way += 1
        self._updates.tell()
        try:
            async with session.post(
                self._updates.webhook, data=json.dumps(update).encode(), headers=headers, allow_redirects=False
            ) as answer:
                said = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return answer.status, said, float(answer.headers.get("Retry-After", 0))
        except aiohttp.ClientError:
            return 0, "Connection refused", 0.0
        finally:
            self.under_way -= 1


def _chat_of(update: dict[str, Any]) -> int:
    """The chat whose turn it is in."""
    [body] = [value for name, value in update.items() if name != "update_id"]
    chat: int = (body.get("message") or body)["chat"]["id"] if "chat" not in body else body["chat"]["id"]
    return chat
