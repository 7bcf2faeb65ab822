"""Chats, their topics and their messages: the state of the emulated platform, and its form as JSON."""

from dataclasses import dataclass, field, replace
from typing import Any

from .articles import Article
from .media import Media
from .people import Member, User
from .wire import without_blanks

Json = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """An inline button, as people see it."""

    text: str
    url: str | None = None
    data: str | None = None


@dataclass(frozen=True)
class Content:
    """What a message shows, and all that an edit can change. Two equal contents are "not modified"."""

    words: str = ""  # the text, or the caption of `media`
    entities: tuple[Json, ...] = ()
    media: Media | None = None
    keyboard: tuple[tuple[Json, ...], ...] = ()
    preview: Json | None = None
    caption_above: bool = False
    spoiler: bool = False
    html: str | None = field(default=None, compare=False)  # `words` as the bot wrote them
    article: Article | None = None  # a rich message; its words stand in `words`

    def as_json(self) -> Json:
        """The fields of `Message` that show this content."""
        body: Json = {}
        if self.article:
            body["rich_message"] = self.article.as_json()
        elif self.media:
            body |= self.media.as_json()
            body |= {"caption": self.words} if self.words else {}
            body |= {"caption_entities": list(self.entities)} if self.entities else {}
            body |= {"show_caption_above_media": True} if self.caption_above else {}
            body |= {"has_media_spoiler": True} if self.spoiler else {}
        elif self.words:
            body["text"] = self.words
            body |= {"entities": list(self.entities)} if self.entities else {}
            body |= {"link_preview_options": self.preview} if self.preview else {}
        if self.keyboard:
            body["reply_markup"] = {"inline_keyboard": [list(row) for row in self.keyboard]}
        return body


@dataclass(eq=False)
class Message:
    """One message of a chat, kept when it is deleted. `edits` holds what it showed before, oldest first."""

    chat: "Chat"
    id: int
    date: float  # seconds since 1970, by the emulator's clock
    sender: User | None  # None: a channel's post
    content: Content = Content()
    from_bot: bool = False  # the bot under test sent it
    thread_id: int | None = None
    reply_to: int | None = None
    silent: bool = False
    protected: bool = False
    deleted: bool = False
    pinned: bool = False
    album: str | None = None
    sender_chat: "Chat | None" = None
    signature: str | None = None
    service: Json = field(default_factory=dict)  # a service message's own fields; empty for what people read
    origin: Json = field(default_factory=dict)  # where a forwarded message came from
    edits: list[Content] = field(default_factory=list)
    edited_at: float | None = None

    def __repr__(self) -> str:
        state = " deleted" if self.deleted else ""
        return f"<{self.chat.title} #{self.id}{state}: {self.content.words[:40]!r}>"

    @property
    def text(self) -> str | None:
        """The text after entity parsing; None for a picture, a file or an article."""
        return None if self.content.media or self.content.article or self.service else self.content.words

    @property
    def caption(self) -> str | None:
        """The caption after entity parsing; None for a text."""
        return self.content.words if self.content.media else None

    @property
    def article(self) -> Article | None:
        """The article, if it is one."""
        return self.content.article

    @property
    def html(self) -> str | None:
        """Text, caption or article as the bot sent it, before entity parsing."""
        return self.content.html

    @property
    def entities(self) -> tuple[Json, ...]:
        """The entities of text or caption, offsets in UTF-16 units."""
        return self.content.entities

    @property
    def photo(self) -> Media | None:
        """The picture, if it shows one."""
        return self.content.media if self.content.media and self.content.media.kind == "photo" else None

    @property
    def document(self) -> Media | None:
        """The file, if it shows one."""
        return self.content.media if self.content.media and self.content.media.kind == "document" else None

    @property
    def buttons(self) -> list[Button]:
        """All inline buttons, row after row."""
        return [
            Button(button["text"], button.get("url"), button.get("callback_data"))
            for row in self.content.keyboard
            for button in row
        ]

    def edit(self, content: Content, now: float) -> None:
        """Show `content` from now on."""
        self.edits.append(self.content)
        self.content = content
        self.edited_at = now

    def as_json(self, *, nested: bool = False) -> Json:
        """The Bot API's `Message`; a nested one names no message that it answers."""
        answered = None if nested else self.chat.messages.get(self.reply_to or 0)
        shown = None if answered is None or answered.deleted else answered.as_json(nested=True)
        body = without_blanks(
            {
                "message_id": self.id,
                "date": int(self.date),
                "chat": self.chat.as_json(),
                "from": self.sender and self.sender.as_json(),
                "sender_chat": self.sender_chat and self.sender_chat.as_json(),
                "author_signature": self.signature,
                "edit_date": self.edited_at and int(self.edited_at),
                "media_group_id": self.album,
                "has_protected_content": self.protected or None,
                "message_thread_id": self.thread_id,
                "is_topic_message": (self.chat.forum and self.thread_id in self.chat.topics) or None,
                "reply_to_message": shown,
            }
        )
        return body | self.content.as_json() | self.service | self.origin


@dataclass
class Topic:
    """A topic of a forum."""

    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(eq=False)
class Chat:
    """A private chat, basic group, supergroup or channel. `messages` holds the deleted ones too."""

    id: int
    kind: str  # private, group, supergroup, channel
    title: str
    username: str | None = None
    forum: bool = False
    direct_messages: bool = False  # a supergroup in which readers write to a channel (Bot API: Chat)
    general_closed: bool = False  # of a forum: its General topic, which has no id of its own
    user: User | None = None  # the other side of a private chat
    instance: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    reply_keyboard: tuple[tuple[Json, ...], ...] = ()  # below the input line, until it is removed
    migrated_to: "Chat | None" = None
    deleted: bool = False
    last_id: int = 0  # of its own sequence; private chats and basic groups share another one

    def __repr__(self) -> str:
        return f"<{self.kind} {self.title!r} {self.id}>"

    @property
    def visible(self) -> list[Message]:
        """What people read, oldest first: neither deleted messages nor service messages."""
        return [message for message in self.messages.values() if not message.deleted and not message.service]

    @property
    def from_bot(self) -> list[Message]:
        """The visible messages that the bot sent."""
        return [message for message in self.visible if message.from_bot]

    @property
    def keys(self) -> list[str]:
        """What is written on the keyboard below the input line, row after row; [] where there is none."""
        return [button["text"] for row in self.reply_keyboard for button in row]

    @property
    def has_own_ids(self) -> bool:
        """Whether its message ids are consecutive (telegram.md 5); else they come from the bot's shared sequence."""
        return self.kind in {"supergroup", "channel"}

    def member(self, user: User) -> Member:
        """What `user` is here."""
        return self.members.get(user.id) or Member(user, "left")

    def set_member(self, member: Member) -> None:
        """Let the user be this from now on."""
        self.members[member.user.id] = member

    def as_json(self) -> Json:
        """The Bot API's `Chat`."""
        body: Json = {"id": self.id, "type": self.kind, "username": self.username, "is_forum": self.forum or None}
        body["is_direct_messages"] = self.direct_messages or None
        if self.user:
            body |= {"first_name": self.user.first_name, "username": self.user.username}
        else:
            body["title"] = self.title
        return without_blanks(body)


def with_keyboard(content: Content, keyboard: tuple[tuple[Json, ...], ...]) -> Content:
    """The same content below other buttons."""
    return replace(content, keyboard=keyboard)
