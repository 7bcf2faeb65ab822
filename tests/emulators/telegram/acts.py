"""What people do in the chats: they write, press buttons, give and take rights. Each act makes its updates (8.4)."""

from dataclasses import dataclass, field, replace
from typing import Any

from .chats import Chat, Content, Message
from .entities import typed_entities
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
from .wire import without_blanks
from .world import World


@dataclass(eq=False)
class Press:
    """A pressed button and what the bot answered, `{"text": …, "show_alert": …}` each."""

    id: str
    message: Message
    user: User
    data: str
    answers: list[dict[str, Any]] = field(default_factory=list)


class People(World):
    """The world with people in it who act."""

    # --- writing ------------------------------------------------------------------------------------------------------

    def type(
        self,
        chat: Chat,
        user: User | None,
        text: str,
        *,
        thread: int | None = None,
        anonymous: bool = False,
        as_channel: Chat | None = None,
        reply_to: Message | None = None,
        origin: dict[str, Any] | None = None,
    ) -> Message:
        """Somebody writes `text`. In a channel nobody signs it; `anonymous` is an administrator who hides (6.1).

        `origin` are the Bot API's fields that say where the words came from, such as `forward_origin` and `via_bot`.
        """
        sender = user or chat.user or self.founder
        if chat.kind in {"group", "supergroup"} and not chat.member(sender).present:
            chat.set_member(Member(sender))
        message = self._write(chat, sender, text, thread_id=thread, reply_to=reply_to and reply_to.id)
        if anonymous:
            message.sender, message.sender_chat = ANONYMOUS_ADMIN, chat
            message.signature = chat.member(sender).title
        if as_channel:
            message.sender, message.sender_chat = FAKE_CHANNEL, as_channel
        message.origin = origin or {}
        self._tell_of(message)
        return message

    def show(self, chat: Chat, user: User, caption: str) -> Message:
        """Somebody sends a picture with a caption."""
        message = self._write(chat, user, caption)
        message.content = replace(message.content, media=self.keep_file("photo", "a phone", width=4, height=3))
        self._tell_of(message)
        return message

    def post(self, chat: Chat, text: str, *, thread: int | None = None, seen: bool = True) -> Message:
        """Other people post in between and take a message id; unless `seen`, the bot gets no update in any case."""
        message = self._write(chat, chat.user or self.founder, text, thread_id=thread)
        if seen:
            self._tell_of(message)
        return message

    def auto_forward(self, post: Message, group: Chat) -> Message:
        """A channel's post appears in its discussion group (6.1)."""
        message = self.add_message(group, SERVICE, content=post.content)
        message.sender_chat = post.chat
        message.origin = {"is_automatic_forward": True}
        self._tell_of(message)
        return message

    def rewrite(self, message: Message, text: str) -> None:
        """Somebody edits what they wrote."""
        message.edit(Content(text, tuple(typed_entities(text))), self.now())
        self._tell_of(message, edited=True)

    def erase(self, *messages: Message) -> None:
        """A moderator deletes messages; bots are told nothing about that."""
        for message in messages:
            message.deleted = True
        self.changed()

    def press(self, message: Message, button: str, user: User) -> Press:
        """`user` presses the button with this text or data below `message`."""
        assert not message.deleted, f"{message} is deleted"
        pressed = [found for found in message.buttons if button in {found.text, found.data}]
        assert pressed, f"{message} has no button {button!r}, only {message.buttons}"
        assert pressed[0].data is not None, f"{pressed[0]} opens a page; the bot hears nothing of it"
        press = Press(str(4_000_000_000_000 + next(self._numbers)), message, user, pressed[0].data)
        self.queries[press.id] = press
        query = {"id": press.id, "from": user.as_json(), "message": message.as_json()}
        self.updates.add("callback_query", query | {"chat_instance": message.chat.instance, "data": press.data})
        return press

    def _write(self, chat: Chat, sender: User, text: str, **details: Any) -> Message:
        author = None if chat.kind == "channel" else sender
        return self.add_message(chat, author, content=Content(text, tuple(typed_entities(text))), **details)

    def _tell_of(self, message: Message, *, edited: bool = False) -> None:
        if not self._hears(message):
            return
        kind = "channel_post" if message.chat.kind == "channel" else "message"
        self.updates.add(f"edited_{kind}" if edited else kind, message.as_json())

    def _hears(self, message: Message) -> bool:
        """Whether the bot gets this message: in groups, privacy mode lets little through to a simple member."""
        chat, bot = message.chat, self.bot_in(message.chat)
        if not bot.present:
            return False
        if chat.kind == "channel":
            return bot.administrator
        if chat.kind == "private" or bot.administrator or self.reads_all_group_messages or message.service:
            return True
        answered = message.reply_to and chat.messages.get(message.reply_to)
        return bool(answered and answered.from_bot) or self._addresses_bot(message.content.words)

    def _addresses_bot(self, text: str) -> bool:
        command, _, recipient = text.split(maxsplit=1)[0].partition("@") if text.strip() else ("", "", "")
        if command.startswith("/"):
            return not recipient or recipient.lower() == str(self.bot.username).lower()
        return f"@{self.bot.username}".lower() in text.lower()

    # --- rights -------------------------------------------------------------------------------------------------------

    def promote(self, chat: Chat, user: User, **rights: Any) -> None:
        """Make `user`, or the bot, an administrator: with all rights, or with those that are named.

        `is_anonymous=True` and `custom_title="…"` are taken too, and `by=` who does it, if not the founder.
        """
        by = rights.pop("by", None)
        anonymous = rights.pop("is_anonymous", False)
        title = rights.pop("custom_title", None)
        every = COMMON_RIGHTS | (CHANNEL_RIGHTS if chat.kind == "channel" else GROUP_RIGHTS)
        chosen = {right for right, given in rights.items() if given} if rights else every
        member = replace(self._administrator(user, chosen), anonymous=anonymous, title=title)
        self._become(chat, member, by=by)

    def demote(self, chat: Chat, user: User) -> None:
        """Take an administrator's rights away; in a channel the bot then needs administrator rights again."""
        self._become(chat, Member(user))

    def restrict(self, chat: Chat, user: User, **permissions: bool) -> None:
        """Take everything from a member of a group but the permissions that are named."""
        kept = frozenset(name for name, given in permissions.items() if given)
        self._become(chat, Member(user, "restricted", kept))

    def join(self, chat: Chat, user: User | None = None, *, by: User | None = None) -> None:
        """`by`, or the founder, adds `user`, or the bot, to a chat as a simple member."""
        self._become(chat, Member(user or self.bot), by=by)

    def kick(self, chat: Chat, user: User | None = None) -> None:
        """Ban `user`, or the bot, from a chat."""
        self._become(chat, Member(user or self.bot, "kicked"))

    def remove(self, chat: Chat, user: User | None = None) -> None:
        """Remove `user`, or the bot, from a chat without a ban."""
        self._become(chat, Member(user or self.bot, "left"))

    def block(self, private: Chat) -> None:
        """The person blocks the bot."""
        self._become(private, Member(self.bot, "kicked"), by=private.user)

    def unblock(self, private: Chat) -> None:
        """The person unblocks the bot, or starts it for the first time."""
        self._become(private, Member(self.bot), by=private.user)

    def _become(self, chat: Chat, member: Member, *, by: User | None = None) -> None:
        """Change what somebody is in `chat`; the bot hears of itself, and of others as administrator only (6.2)."""
        old = chat.member(member.user)
        hears = member.user is self.bot or self.bot_in(chat).administrator
        chat.set_member(member)
        in_channel = chat.kind == "channel"
        update = {
            "chat": chat.as_json(),
            "from": (by or self.founder).as_json(),
            "date": int(self.now()),
            "old_chat_member": old.as_json(in_channel=in_channel),
            "new_chat_member": member.as_json(in_channel=in_channel),
        }
        if hears:
            self.updates.add("my_chat_member" if member.user is self.bot else "chat_member", update)
        self.changed()

    # --- the life of chats --------------------------------------------------------------------------------------------

    def close_topic(self, chat: Chat, topic: int) -> None:
        """Nobody but its administrators may write to this topic any more (6.3)."""
        chat.topics[topic].closed = True
        self._announce(chat, {"forum_topic_closed": {}}, thread_id=topic)

    def reopen_topic(self, chat: Chat, topic: int) -> None:
        """The topic is open again."""
        chat.topics[topic].closed = False
        self._announce(chat, {"forum_topic_reopened": {}}, thread_id=topic)

    def rename_topic(self, chat: Chat, topic: int, name: str) -> None:
        """The topic is called so from now on; its id stays."""
        chat.topics[topic].name = name
        self._announce(chat, {"forum_topic_edited": {"name": name}}, thread_id=topic)

    def hide_general(self, chat: Chat) -> None:
        """The General topic is hidden, and closed by that (6.3)."""
        chat.general_closed = True
        self._announce(chat, {"general_forum_topic_hidden": {}})

    def unhide_general(self, chat: Chat) -> None:
        """The General topic is there again, and open."""
        chat.general_closed = False
        self._announce(chat, {"general_forum_topic_unhidden": {}})

    def turn_topics(self, chat: Chat, *, on: bool) -> None:
        """The group has topics from now on, or none any more; bots are told nothing."""
        chat.forum = on
        self.changed()

    def delete_topic(self, chat: Chat, topic: int) -> None:
        """The topic is gone, and all its messages with it; bots are told nothing."""
        chat.topics[topic].deleted = True
        self.erase(*(message for message in chat.messages.values() if message.thread_id == topic))

    def delete_chat(self, chat: Chat) -> None:
        """The chat is gone for everybody; bots are told nothing."""
        chat.deleted = True
        self.changed()

    def deactivate(self, user: User) -> None:
        """The account is gone."""
        user.deactivated = True

    def migrate(self, group: Chat, *, backwards: bool = False, bot_first: bool = False) -> Chat:
        """The basic group becomes a supergroup, with a service message in the old chat and one in the new (6.4).

        Their order is not guaranteed; `backwards`, the new chat's comes first, and `bot_first` before both that the
        bot is there.
        """
        supergroup = self.add_supergroup(group.title)
        if bot_first:
            supergroup.members.pop(self.bot.id)
            self.join(supergroup)
        supergroup.members = dict(group.members)
        group.migrated_to = supergroup
        news = [(group, {"migrate_to_chat_id": supergroup.id}), (supergroup, {"migrate_from_chat_id": group.id})]
        for chat, service in reversed(news) if backwards else news:
            self._announce(chat, service)
        return supergroup

    def _announce(self, chat: Chat, service: dict[str, Any], **details: Any) -> Message:
        message = self.add_message(chat, self.founder, service=without_blanks(service), **details)
        self._tell_of(message)
        return message

    def announce_pin(self, pinned: Message) -> None:
        """The service message that says what was pinned; it takes a message id."""
        self._announce(pinned.chat, {"pinned_message": pinned.as_json(nested=True)}, thread_id=pinned.thread_id)
