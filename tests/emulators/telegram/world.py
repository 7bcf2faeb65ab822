"""The emulated platform: its users, chats, message ids, files and clock."""

import asyncio
import itertools
import time
from collections.abc import Iterable
from typing import Any

from .chats import Chat, Message, Topic
from .limits import Limits, Theory
from .media import Media
from .people import (
    ANONYMOUS_ADMIN,
    CHANNEL_RIGHTS,
    COMMON_RIGHTS,
    FAKE_CHANNEL,
    GROUP_RIGHTS,
    SERVICE,
    Member,
    User,
)
from .punctuality import Punctuality
from .updates import UpdateQueue
from .webhooks import Webhook
from .wire import Upload

ORDINARY_CHANNEL_RIGHTS = frozenset({"can_post_messages"})


class World:
    """What exists, and how a test makes it. Nothing here decides what the bot may do."""

    def __init__(self, token: str, *, limits: Theory = "strict", limits_scale: float = 1.0) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), "News bell", "newsbell_test_bot", is_bot=True)
        self.reads_all_group_messages = False  # the bot's privacy mode is on, as it is for a new bot
        self.keeps_article_photos = True  # False: the same address is another picture each time
        self.knows_rich_messages = True  # False: a server of before Bot API 10.1
        self.punctuality = Punctuality()
        self.limits = Limits(limits, limits_scale, lag=self.punctuality.lag)
        self.updates = UpdateQueue(self.changed)
        self.webhook = Webhook(self.updates)
        self.users: dict[int, User] = {user.id: user for user in (self.bot, ANONYMOUS_ADMIN, FAKE_CHANNEL, SERVICE)}
        self.chats: dict[int, Chat] = {}
        self.sent: list[Message] = []  # all messages of the bot, in the order in which they were accepted
        self.files: dict[str, Media] = {}
        self.profile: dict[str, dict[tuple[str, str], Any]] = {}  # commands and descriptions by (scope, language)
        self.queries: dict[str, Any] = {}  # callback queries that may still be answered
        self.unloadable_urls: dict[str, str] = {}
        self.clock_offset_seconds = 0.0
        self._numbers = itertools.count(1)
        self._shared_id = 0
        self._change: asyncio.Event | None = None
        self.founder = self.add_user("Founder")

    # --- time and change ----------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since 1970 by the emulator's clock."""
        return time.time() + self.clock_offset_seconds

    def advance(self, seconds: float) -> None:
        """Put the clock forward: messages grow older. Rate limits have a clock of their own."""
        self.clock_offset_seconds += seconds

    def changed(self) -> None:
        """Wake those who wait for something to happen."""
        self.webhook.changed.set()
        if self._change:
            self._change.set()
            self._change = None

    async def next_change(self) -> None:
        """Wait until something happens."""
        if self._change is None:
            self._change = asyncio.Event()
        await self._change.wait()

    # --- users and chats ----------------------------------------------------------------------------------------------

    def add_user(self, first_name: str, *, language_code: str | None = None, username: str | None = None) -> User:
        """A new person."""
        user = User(5_000_000_000 + next(self._numbers), first_name, username, language_code)
        self.users[user.id] = user
        return user

    def add_private(self, user: User, *, started: bool = True) -> Chat:
        """The private chat of `user` and the bot; before it is `started` the bot may not write."""
        chat = self._add_chat(user.id, "private", user.first_name, user=user)
        chat.set_member(Member(self.bot, "member" if started else "left"))
        return chat

    def add_channel(
        self, title: str, *, username: str | None = None, bot_rights: Iterable[str] | None = ORDINARY_CHANNEL_RIGHTS
    ) -> Chat:
        """A channel with the bot as administrator; `bot_rights` None: the bot is not there at all."""
        chat = self._add_chat(self._long_id(), "channel", title, username=username)
        if bot_rights is not None:
            chat.set_member(self._administrator(self.bot, bot_rights))
        return chat

    def add_group(self, title: str, *, bot_admin: bool = False) -> Chat:
        """A basic group with the bot as a member."""
        return self._with_bot(self._add_chat(-4_000_000_000 - next(self._numbers), "group", title), admin=bot_admin)

    def add_supergroup(
        self, title: str, *, forum: bool = False, bot_admin: bool = False, username: str | None = None
    ) -> Chat:
        """A supergroup with the bot as a member."""
        chat = self._add_chat(self._long_id(), "supergroup", title, username=username, forum=forum)
        chat.last_id = 1 if forum else 0  # 1 is the General topic (telegram.md 6.3)
        return self._with_bot(chat, admin=bot_admin)

    def add_topic(self, chat: Chat, name: str) -> int:
        """A new topic of a forum. Its thread id is the id of the service message that opens it."""
        opening = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}}
        message = self.add_message(chat, self.founder, service=opening)
        message.thread_id = message.id
        chat.topics[message.id] = Topic(name)
        return message.id

    def _add_chat(self, chat_id: int, kind: str, title: str, **details: Any) -> Chat:
        chat = Chat(chat_id, kind, title, instance=str(7_000_000_000 + next(self._numbers)), **details)
        if kind != "private":
            chat.set_member(Member(self.founder, "creator"))
        self.chats[chat.id] = chat
        return chat

    def _long_id(self) -> int:
        return -1_001_000_000_000 - next(self._numbers)

    def _with_bot(self, chat: Chat, *, admin: bool) -> Chat:
        rights = COMMON_RIGHTS | GROUP_RIGHTS
        chat.set_member(self._administrator(self.bot, rights) if admin else Member(self.bot))
        return chat

    def _administrator(self, user: User, rights: Iterable[str]) -> Member:
        known = COMMON_RIGHTS | GROUP_RIGHTS | CHANNEL_RIGHTS
        if unknown := set(rights) - known:
            raise ValueError(f"no such rights: {', '.join(sorted(unknown))}")
        return Member(user, "administrator", frozenset(rights) | {"can_manage_chat"})

    def bot_in(self, chat: Chat) -> Member:
        """What the bot is in `chat`."""
        return chat.member(self.bot)

    # --- messages and files -------------------------------------------------------------------------------------------

    def next_id(self, chat: Chat) -> int:
        """The next message id: consecutive per channel and supergroup, else from the bot's one sequence (5, 8.5)."""
        if chat.has_own_ids:
            chat.last_id += 1
            return chat.last_id
        self._shared_id += 1
        return self._shared_id

    def age(self, messages: int, chat: Chat | None = None) -> None:
        """So many ids are taken already, of `chat` or of the bot's one sequence, by what nobody reads any more."""
        if chat is None:
            self._shared_id += messages
        else:
            chat.last_id += messages

    def add_message(self, chat: Chat, sender: User | None, **details: Any) -> Message:
        """Put a message into `chat`; nobody is asked whether this is allowed."""
        message = Message(chat, self.next_id(chat), self.now(), sender, **details)
        if chat.kind == "channel":
            message.sender_chat = chat
        chat.messages[message.id] = message
        if message.from_bot:
            self.sent.append(message)
        self.changed()
        return message

    def keep_file(self, kind: str, source: str, **details: Any) -> Media:
        """A new picture or file with a `file_id` of this bot."""
        file_id = f"AgACAgQAAxkDAAI{self.bot.id}x{next(self._numbers):012d}"
        media = Media(kind, file_id, source, **details)
        self.files[file_id] = self.files[f"{file_id}-s"] = media
        return media

    def upload(self, kind: str, file: Upload, **sides: int) -> Media:
        """Keep what came with a request."""
        return self.keep_file(kind, "upload", data=file.data, name=file.name, mime_type=file.mime_type, **sides)
