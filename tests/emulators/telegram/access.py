"""What the bot may do where: the checks of telegram.md 6.2 to 6.4 with the texts of 4.4."""

from typing import Final

from .chats import Chat, Message
from .refusals import bad_request, forbidden
from .world import World

DELETABLE_SECONDS: Final = 48 * 3600  # telegram.md 6.2
_PERMISSIONS: Final = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
}


def check_reading(world: World, chat: Chat) -> None:
    """Refuse a chat that the bot can't look into; public ones are open to all."""
    if chat.kind == "private":
        return
    bot = world.bot_in(chat)
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    if bot.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if not bot.present and not chat.username:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def check_writing(world: World, chat: Chat) -> None:
    """Refuse a chat that the bot can't act in; whether it has the rights for the act is another question."""
    bot = world.bot_in(chat)
    if chat.user:
        _check_person(chat, bot.status)
        return
    if chat.migrated_to:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to.id)
    check_reading(world, chat)
    if not bot.present:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def _check_person(chat: Chat, status: str) -> None:
    if chat.user and chat.user.deactivated:
        raise forbidden("user is deactivated")
    if status == "kicked":
        raise forbidden("bot was blocked by the user")
    if status == "left":
        raise forbidden("bot can't initiate conversation with a user")


def check_posting(world: World, chat: Chat, kind: str, thread_id: int = 0) -> None:
    """Refuse a message of this kind (text, photo, document) where the bot may not send one."""
    check_writing(world, chat)
    bot = world.bot_in(chat)
    if chat.kind == "channel" and not bot.may("can_post_messages"):
        raise bad_request("need administrator rights in the channel chat")
    permission, words = _PERMISSIONS[kind]
    if not bot.keeps("can_send_messages") or not bot.keeps(permission):
        raise bad_request(f"not enough rights to send {words} to the chat")
    if thread_id:
        _check_thread(world, chat, thread_id)
    elif chat.general_closed and not bot.may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")


def _check_thread(world: World, chat: Chat, thread_id: int) -> None:
    """A topic must be there and open (6.3). In other chats than forums, a thread is what answers a message."""
    topic = chat.topics.get(thread_id) if chat.forum else None  # without topics, the old ones are none any more
    if not chat.forum and thread_id in chat.messages and thread_id not in chat.topics and chat.kind == "supergroup":
        return
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")  # also for 1, the General topic
    if topic.closed and not world.bot_in(chat).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")


def may_edit(world: World, message: Message) -> bool:
    """Whether the bot may edit: its own messages, and in a channel all posts with `can_edit_messages` (5, 6.2)."""
    if message.service or message.origin:
        return False
    if message.chat.kind == "channel":
        bot = world.bot_in(message.chat)
        return bot.may("can_edit_messages") or (message.from_bot and bot.may("can_post_messages"))
    return message.from_bot


def may_delete(world: World, message: Message) -> bool:
    """Whether the bot may delete: nothing after 48 hours, its own before, others' with the right (6.2)."""
    if world.now() - message.date > DELETABLE_SECONDS:
        return False  # whether a right lifts this is unclear (6.2); the emulator takes the stricter reading
    chat, bot = message.chat, world.bot_in(message.chat)
    if chat.kind == "private" or bot.may("can_delete_messages"):
        return True
    return message.from_bot and (chat.kind != "channel" or bot.may("can_post_messages"))


def may_pin(world: World, chat: Chat) -> bool:
    """Whether the bot may pin: `can_edit_messages` in channels, `can_pin_messages` in groups (6.2)."""
    bot = world.bot_in(chat)
    return chat.kind == "private" or bot.may("can_edit_messages" if chat.kind == "channel" else "can_pin_messages")
