"""Methods that ask about chats and their members."""

from typing import Any

from .access import check_reading, check_writing
from .call import Call, method
from .chats import Chat
from .people import Member, User
from .refusals import bad_request


@method("getChat", "chat_id")
def get_chat(call: Call) -> dict[str, Any]:
    """`ChatFullInfo`, with the fields that it must have."""
    chat = call.chat()
    check_reading(call.telegram, chat)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    accepted = {"accepted_gift_types": dict.fromkeys(gifts, True)}
    return chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11} | accepted


def _members(call: Call) -> Chat:
    """The chat whose members are asked for; a channel shows them to its administrators only (telegram.md 6.1)."""
    chat = call.chat()
    check_reading(call.telegram, chat)
    return chat


def _check_list(call: Call, chat: Chat) -> None:
    if chat.kind == "channel" and not call.telegram.bot_in(chat).administrator:
        raise bad_request("member list is inaccessible")


@method("getChatMember", "chat_id user_id")
def get_chat_member(call: Call) -> dict[str, Any]:
    chat, user = _members(call), _user(call)
    if user is not call.telegram.bot:
        _check_list(call, chat)
    member = Member(user) if chat.user is user else chat.member(user)
    if member.anonymous and not call.telegram.bot_in(chat).administrator:
        member = Member(user)  # administrators alone see who is anonymous (tdlib/telegram-bot-api #667)
    return member.as_json(in_channel=chat.kind == "channel")


def _user(call: Call) -> User:
    user = call.telegram.users.get(call.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    return user


@method("getChatAdministrators", "chat_id")
def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """All administrators but other bots."""
    chat = _members(call)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    _check_list(call, chat)
    chosen = (member for member in chat.members.values() if member.administrator)
    in_channel = chat.kind == "channel"
    return [
        member.as_json(in_channel=in_channel)
        for member in chosen
        if not member.user.is_bot or member.user is call.telegram.bot
    ]


@method("getChatMemberCount", "chat_id")
def get_chat_member_count(call: Call) -> int:
    chat = _members(call)
    return 2 if chat.kind == "private" else sum(1 for member in chat.members.values() if member.present)


@method("leaveChat", "chat_id")
def leave_chat(call: Call) -> bool:
    chat = call.chat()
    check_writing(call.telegram, chat)
    if chat.kind == "private":
        raise bad_request("chat can't be left")
    call.telegram.remove(chat)
    return True
