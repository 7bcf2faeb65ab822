"""Methods that put messages into a chat."""

from typing import Any, Final

from .access import check_posting, check_reading, check_writing
from .call import CAPTION_LIMIT, Call, check_length, method, read_words
from .chats import Chat, Content, Message
from .keyboards import check_keyboard, show_keyboard
from .pictures import find_media
from .refusals import bad_request
from .wire import names, without_blanks

ALBUM: Final = (
    "chat_id message_thread_id direct_messages_topic_id disable_notification protect_content allow_paid_broadcast "
    "message_effect_id reply_parameters "
)
SENDING: Final = ALBUM + "reply_markup "
CAPTION: Final = "caption parse_mode caption_entities "
ACTIONS: Final = names(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
)


def send(call: Call, chat: Chat, *contents: Content) -> list[Message]:
    """Let the bot's messages appear in `chat`, if rights and limits allow; several make an album."""
    check_keyboard(call, chat)
    first = contents[0]
    answered = _answered(call, chat)
    if chat.direct_messages and not call.integer("direct_messages_topic_id"):  # telegram.md 6.3
        raise bad_request("Channel direct messages topic must be specified")
    thread_id = call.integer("message_thread_id") or (answered.thread_id or 0 if answered else 0)
    check_posting(call.telegram, chat, first.media.kind if first.media else "text", thread_id)
    paid = call.flag("allow_paid_broadcast")
    call.telegram.limits.take(chat, len(contents), paid=paid, kept_since=call.kept_since)
    album = str(13_000_000_000 + len(call.telegram.sent)) if len(contents) > 1 else None
    return [
        call.telegram.add_message(
            chat,
            None if chat.kind == "channel" else call.telegram.bot,
            content=content,
            from_bot=True,
            thread_id=thread_id or None,
            reply_to=answered and answered.id,
            silent=call.flag("disable_notification"),
            protected=call.flag("protect_content"),
            album=album,
        )
        for content in contents
    ]


def _answered(call: Call, chat: Chat) -> Message | None:
    """The message that the new one answers; in a forum it also leads to the topic."""
    reply = call.parameters.get("reply_parameters")
    if not reply:
        return None
    answered = chat.messages.get(reply["message_id"])
    if answered and not answered.deleted:
        return answered
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


@method("sendMessage", SENDING + "text parse_mode entities link_preview_options")
def send_message(call: Call) -> dict[str, Any]:
    chat = call.chat()
    check_writing(call.telegram, chat)
    sent = send(call, chat, call.plain())[0]
    show_keyboard(call, chat)
    return sent.as_json()


@method("sendRichMessage", SENDING + "rich_message")
def send_rich_message(call: Call) -> dict[str, Any]:
    """Bot API 10.1; contained media need their own right (spec sendRichMessage)."""
    chat = call.chat()
    check_writing(call.telegram, chat)
    content = call.rich()
    if content.article and any(block["type"] == "photo" for block in content.article.blocks):
        check_posting(call.telegram, chat, "photo")
    return send(call, chat, content)[0].as_json()


@method("sendPhoto", SENDING + CAPTION + "photo show_caption_above_media has_spoiler")
def send_photo(call: Call) -> dict[str, Any]:
    chat = call.chat()
    check_writing(call.telegram, chat)
    return send(call, chat, call.captioned("photo"))[0].as_json()


@method("sendDocument", SENDING + CAPTION + "document thumbnail disable_content_type_detection")
def send_document(call: Call) -> dict[str, Any]:
    chat = call.chat()
    check_writing(call.telegram, chat)
    return send(call, chat, call.captioned("document"))[0].as_json()


@method("sendMediaGroup", ALBUM + "media")
def send_media_group(call: Call) -> list[dict[str, Any]]:
    chat = call.chat()
    check_writing(call.telegram, chat)
    items = call.parameters.get("media") or []
    if not 2 <= len(items) <= 10:  # telegram.md 2.2
        raise bad_request("album must consist of 2 to 10 items")
    contents = [input_media(call, item) for item in items]
    return [message.as_json() for message in send(call, chat, *contents)]


def input_media(call: Call, item: dict[str, Any]) -> Content:
    """The content that an `InputMedia` stands for: a photo or a document."""
    kind = item.get("type")
    if kind not in {"photo", "document"}:
        raise bad_request(f"this emulator knows no media of type {kind!r}")
    media = find_media(call.telegram, kind, item.get("media"), call.files)
    text, entities = read_words(item.get("caption", ""), item, "caption_entities")
    check_length(text, CAPTION_LIMIT, editing=False)
    above, spoiler = item.get("show_caption_above_media", False), item.get("has_spoiler", False)
    return Content(text, entities, media, (), None, above, spoiler, html=item.get("caption"))


@method("sendChatAction", "chat_id message_thread_id action")
def send_chat_action(call: Call) -> bool:
    check_writing(call.telegram, call.chat())
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


COPYING: Final = "from_chat_id message_id chat_id message_thread_id disable_notification protect_content "


def _source(call: Call, verb: str) -> Message:
    """The message that is forwarded or copied; protected ones are neither (telegram.md 5)."""
    origin = call.chat("from_chat_id")
    check_reading(call.telegram, origin)
    message = origin.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request(f"message to {verb} not found")
    if message.protected or message.service:
        raise bad_request(f"message can't be {'forwarded' if verb == 'forward' else 'copied'}")
    return message


@method("forwardMessage", COPYING)
def forward_message(call: Call) -> dict[str, Any]:
    chat = call.chat()
    check_writing(call.telegram, chat)
    source = _source(call, "forward")
    forwarded = send(call, chat, source.content)[0]
    forwarded.origin = {"forward_origin": _origin(source)}
    return forwarded.as_json()


def _origin(source: Message) -> dict[str, Any]:
    date = int(source.date)
    if source.chat.kind == "channel":
        return {"type": "channel", "date": date, "chat": source.chat.as_json(), "message_id": source.id}
    if source.sender_chat:
        return {"type": "chat", "date": date, "sender_chat": source.sender_chat.as_json()}
    return without_blanks({"type": "user", "date": date, "sender_user": source.sender and source.sender.as_json()})


@method("copyMessage", COPYING + "reply_parameters reply_markup")
def copy_message(call: Call) -> dict[str, Any]:
    chat = call.chat()
    check_writing(call.telegram, chat)
    return {"message_id": send(call, chat, _source(call, "copy").content)[0].id}
