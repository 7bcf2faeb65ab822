"""Methods that concern the bot itself: who it is, its commands and descriptions, its buttons and files, its updates."""

import json
import re
from typing import Any, Final

from .acts import Press
from .call import Call, method
from .refusals import bad_request
from .wire import names

COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
SCOPES: Final = names(
    "default all_private_chats all_group_chats all_chat_administrators chat chat_administrators chat_member"
)
OBLIGATORY_RIGHTS: Final = names(
    "is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)
"""Of ChatAdministratorRights, those that are no option (Bot API)."""


@method("getMe")
def get_me(call: Call) -> dict[str, Any]:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": call.telegram.reads_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return call.telegram.bot.as_json() | abilities


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(call: Call) -> list[dict[str, Any]]:
    call.telegram.updates.allow(call.parameters.get("allowed_updates"))
    offset, limit, timeout = call.integer("offset"), call.integer("limit", 100), call.integer("timeout")
    return await call.telegram.updates.poll(offset, limit, timeout)


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(call: Call) -> bool:
    """Polling ends in 409 from now on (8.3)."""
    call.telegram.webhook.set(
        call.text("url"), secret=call.text("secret_token"), max_connections=call.integer("max_connections", 40)
    )
    call.telegram.updates.allow(call.parameters.get("allowed_updates"))
    return _drop_if_asked(call)


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(call: Call) -> bool:
    call.telegram.updates.webhook = ""
    return _drop_if_asked(call)


def _drop_if_asked(call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        call.telegram.updates.forget()
    return True


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> dict[str, Any]:
    return call.telegram.webhook.info()


# --- commands and descriptions, by scope and language -----------------------------------------------------------------


def _place(call: Call) -> tuple[str, str]:
    scope = call.parameters.get("scope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in scope and call.known_chat(scope["chat_id"]) is None:
        raise bad_request("chat not found")
    return json.dumps(scope, sort_keys=True), call.text("language_code")


@method("setMyCommands", "commands scope language_code")
def set_my_commands(call: Call) -> bool:
    commands = call.parameters.get("commands") or []
    if len(commands) > 100:
        raise bad_request("too many commands specified")
    for command in commands:
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.telegram.profile.setdefault("commands", {})[_place(call)] = commands
    return True


@method("getMyCommands", "scope language_code")
def get_my_commands(call: Call) -> list[dict[str, Any]]:
    commands: list[dict[str, Any]] = call.telegram.profile.get("commands", {}).get(_place(call), [])
    return commands


@method("deleteMyCommands", "scope language_code")
def delete_my_commands(call: Call) -> bool:
    call.telegram.profile.get("commands", {}).pop(_place(call), None)
    return True


def _describe(call: Call, name: str, limit: int) -> bool:
    text = call.text(name)
    if len(text) > limit:
        raise bad_request(f"bot {name.replace('_', ' ')} is too long")
    call.telegram.profile.setdefault(name, {})["", call.text("language_code")] = text
    return True


def _described(call: Call, name: str) -> dict[str, Any]:
    texts = call.telegram.profile.get(name, {})
    return {name: texts.get(("", call.text("language_code")), texts.get(("", ""), ""))}


@method("setMyDescription", "description language_code")
def set_my_description(call: Call) -> bool:
    return _describe(call, "description", 512)


@method("getMyDescription", "language_code")
def get_my_description(call: Call) -> dict[str, Any]:
    return _described(call, "description")


@method("setMyShortDescription", "short_description language_code")
def set_my_short_description(call: Call) -> bool:
    return _describe(call, "short_description", 120)


@method("getMyShortDescription", "language_code")
def get_my_short_description(call: Call) -> dict[str, Any]:
    return _described(call, "short_description")


@method("setMyDefaultAdministratorRights", "rights for_channels")
def set_my_default_administrator_rights(call: Call) -> bool:
    rights = call.parameters.get("rights") or dict.fromkeys(OBLIGATORY_RIGHTS, False)
    if OBLIGATORY_RIGHTS - rights.keys():
        raise bad_request("can't parse chat administrator rights")
    call.telegram.profile.setdefault("rights", {})["channels" if call.flag("for_channels") else "groups", ""] = rights
    return True


@method("getMyDefaultAdministratorRights", "for_channels")
def get_my_default_administrator_rights(call: Call) -> dict[str, Any]:
    kind = "channels" if call.flag("for_channels") else "groups"
    none = dict.fromkeys(OBLIGATORY_RIGHTS, False)
    rights: dict[str, Any] = call.telegram.profile.get("rights", {}).get((kind, ""), none)
    return rights


# --- buttons and files ------------------------------------------------------------------------------------------------


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback_query(call: Call) -> bool:
    """The first answer ends the query: the person sees no second one."""
    if len(call.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    press = call.telegram.queries.pop(call.text("callback_query_id"), None)
    if not isinstance(press, Press):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    press.answers.append({name: call.parameters[name] for name in ("text", "show_alert") if name in call.parameters})
    call.telegram.changed()
    return True


@method("getFile", "file_id")
def get_file(call: Call) -> dict[str, Any]:
    media = call.telegram.files.get(call.text("file_id"))
    if media is None:
        raise bad_request("invalid file_id")
    body = {"file_id": media.file_id, "file_unique_id": media.unique_id, "file_path": media.path}
    return body | ({"file_size": media.size} if media.data is not None else {})
