"""Methods that change or remove messages."""

from dataclasses import replace
from typing import Any, Final

from .access import check_writing, may_delete, may_edit, may_pin
from .call import Call, method
from .chats import Chat, Content, Message, with_keyboard
from .methods_sending import input_media
from .refusals import bad_request

EDITING: Final = "chat_id message_id reply_markup "
NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def _editable(call: Call) -> Message:
    """The message to edit. The order of the checks is that of telegram.md 5: chat, access, message, right."""
    chat = call.chat()
    check_writing(call.telegram, chat)
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not may_edit(call.telegram, message):
        raise bad_request("message can't be edited")
    return message


def _edit(call: Call, message: Message, content: Content) -> dict[str, Any]:
    if content == message.content:
        raise bad_request(NOT_MODIFIED)
    call.telegram.limits.take(message.chat, kept_since=call.kept_since)
    message.edit(content, call.telegram.now())
    call.telegram.changed()
    return message.as_json()


@method("editMessageText", EDITING + "text parse_mode entities link_preview_options rich_message")
def edit_message_text(call: Call) -> dict[str, Any]:
    """A text or an article becomes either; a picture never does (spec editMessageText)."""
    message = _editable(call)
    if message.content.media:
        raise bad_request("there is no text in the message to edit")
    rich = call.telegram.knows_rich_messages and "rich_message" in call.parameters
    return _edit(call, message, call.rich() if rich else call.plain())


@method("editMessageCaption", EDITING + "caption parse_mode caption_entities show_caption_above_media")
def edit_message_caption(call: Call) -> dict[str, Any]:
    message = _editable(call)
    if not message.content.media:
        raise bad_request("there is no caption in the message to edit")
    words, entities = call.words("caption")
    above = call.flag("show_caption_above_media")
    content = replace(message.content, words=words, entities=entities, caption_above=above, html=call.text("caption"))
    return _edit(call, message, with_keyboard(content, call.keyboard()))


@method("editMessageMedia", EDITING + "media")
def edit_message_media(call: Call) -> dict[str, Any]:
    message = _editable(call)
    content = input_media(call, call.parameters.get("media") or {})
    return _edit(call, message, with_keyboard(content, call.keyboard()))


@method("editMessageReplyMarkup", EDITING)
def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    message = _editable(call)
    return _edit(call, message, with_keyboard(message.content, call.keyboard()))


LIVE: Final = EDITING + "latitude longitude live_period horizontal_accuracy heading proximity_alert_radius"


@method("stopMessageLiveLocation", EDITING)
@method("editMessageLiveLocation", LIVE)
def edit_live_location(call: Call) -> dict[str, Any]:
    """No message of the emulator is a live location, so this only tells whether the bot may edit (telegram.md 5)."""
    _editable(call)
    raise bad_request("there is no live location in the message to edit")


@method("deleteMessage", "chat_id message_id")
def delete_message(call: Call) -> bool:
    chat = call.chat()
    check_writing(call.telegram, chat)
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    if not may_delete(call.telegram, message):
        raise bad_request("message can't be deleted")
    call.telegram.erase(message)
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(call: Call) -> bool:
    """Missing messages are skipped (telegram.md 7)."""
    chat = call.chat()
    check_writing(call.telegram, chat)
    ids = call.parameters.get("message_ids") or []
    if not 1 <= len(ids) <= 100:
        raise bad_request("there must be 1 to 100 message identifiers")
    found = [message for number in ids if (message := chat.messages.get(number)) and not message.deleted]
    if not all(may_delete(call.telegram, message) for message in found):
        raise bad_request("message can't be deleted")
    call.telegram.erase(*found)
    return True


def _pinnable(call: Call) -> Chat:
    chat = call.chat()
    check_writing(call.telegram, chat)
    if not may_pin(call.telegram, chat):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@method("pinChatMessage", "chat_id message_id disable_notification")
def pin_chat_message(call: Call) -> bool:
    chat = _pinnable(call)
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to pin not found")
    if not message.pinned:
        message.pinned = True
        call.telegram.announce_pin(message)
    return True


@method("unpinChatMessage", "chat_id message_id")
def unpin_chat_message(call: Call) -> bool:
    """Without `message_id` the newest pinned message is meant."""
    chat = _pinnable(call)
    pinned = [message for message in chat.visible if message.pinned]
    wanted = call.integer("message_id") or (pinned[-1].id if pinned else 0)
    message = chat.messages.get(wanted)
    if message is None or message.deleted:
        raise bad_request("message to unpin not found")
    message.pinned = False
    return True
