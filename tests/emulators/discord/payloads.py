"""The nouns as Discord writes them in JSON. Ids are strings there, permissions too."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from tests.emulators.discord.components import flatten, media_of
from tests.emulators.discord.nouns import (
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    Role,
    User,
    Webhook,
    member_permissions,
)

_JOINED = datetime(2024, 1, 1, tzinfo=UTC).isoformat()


def user_json(user: User) -> Json:
    """A user."""
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0000",
        "global_name": None if user.bot else user.name,
        "avatar": None,
        "bot": user.bot,
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
    }


def member_json(member: Member) -> Json:
    """A member with their user, without channel permissions."""
    return {
        "user": user_json(member.user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(role.id) for role in member.roles],
        "joined_at": _JOINED,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }


def role_json(role: Role) -> Json:
    """A role."""
    return {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": list(role.guild.roles).index(role.id),
        "permissions": str(role.permissions),
        "managed": False,
        "mentionable": role.mentionable,
        "flags": 0,
    }


def channel_json(channel: Channel) -> Json:
    """A channel, a thread or a direct conversation."""
    if channel.is_thread:
        return thread_json(channel)
    last = channel.messages[-1].id if channel.messages else None
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 0,
        "last_message_id": str(last) if last else None,
    }
    if channel.recipient is not None:
        return {**body, "recipients": [user_json(channel.recipient)]}
    guild = channel.guild
    assert guild is not None, "only a direct conversation has no guild"
    body |= {
        "guild_id": str(guild.id),
        "name": channel.name,
        "parent_id": None,
        "position": list(guild.channels).index(channel.id) if channel.id in guild.channels else 0,
        "topic": channel.topic,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": _overwrites_json(channel),
    }
    if channel.type in {ChannelType.VOICE, ChannelType.STAGE}:
        body |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.type in {ChannelType.FORUM, ChannelType.MEDIA}:
        body |= _forum_json(channel)
    return body


def _forum_json(channel: Channel) -> Json:
    tags = [
        {"id": str(tag.id), "name": tag.name, "moderated": tag.moderated, "emoji_id": None, "emoji_name": None}
        for tag in channel.tags
    ]
    return {
        "flags": 1 << 4 if channel.require_tag else 0,  # REQUIRE_TAG
        "available_tags": tags,
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    }


def _overwrites_json(channel: Channel) -> list[Json]:
    roles = channel.guild.roles if channel.guild else {}
    return [
        {"id": str(id_), "type": 0 if id_ in roles else 1, "allow": str(one.allow), "deny": str(one.deny)}
        for id_, one in channel.overwrites.items()
    ]


def thread_json(thread: Channel) -> Json:
    """A thread or a forum post, with the bot's membership when it is the owner."""
    assert thread.guild is not None
    assert thread.parent is not None
    assert thread.owner is not None
    last = thread.messages[-1].id if thread.messages else None
    shown = [message for message in thread.visible if message.id != thread.id]
    return {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id),
        "parent_id": str(thread.parent.id),
        "owner_id": str(thread.owner.id),
        "name": thread.name,
        "type": int(thread.type),
        "last_message_id": str(last) if last else None,
        "message_count": len(shown),
        "member_count": 1,
        "total_message_sent": len(thread.messages),
        "rate_limit_per_user": 0,
        "flags": 0,
        "applied_tags": [str(tag) for tag in thread.applied_tags],
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": (thread.archived_at or datetime.now(UTC)).isoformat(),
            "auto_archive_duration": 1440,
            "locked": thread.locked,
            "create_timestamp": _JOINED,
        },
    }


def guild_json(guild: Guild, bot: User, *, joined: bool = False) -> Json:
    """A guild as GUILD_CREATE carries it: with channels and active threads, and of the members only the bot.

    Only of a guild that was `joined` just now it doesn't say that it is available; discord.py tells them by that.
    """
    return {
        **guild_summary(guild),
        **({} if joined else {"unavailable": False}),
        "joined_at": _JOINED,
        "large": False,
        "member_count": len(guild.members),
        "members": [member_json(guild.members[bot.id])],
        "channels": [channel_json(channel) for channel in guild.channels.values()],
        "threads": [thread_json(thread) for thread in guild.threads.values() if not thread.archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


_NOBODY = "1"  # in no test: an id close to the server's own might be the bot's, and an owner may do everything


def guild_summary(guild: Guild) -> Json:
    """A guild as `GET /guilds/{id}` answers it."""
    nothing = ("icon", "splash", "discovery_splash", "banner", "description", "afk_channel_id", "system_channel_id")
    return {
        **dict.fromkeys(nothing),
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": _NOBODY,
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": guild.locale,
    }


def attachment_json(attachment: Attachment, channel: Channel, cdn: str) -> Json:
    """An uploaded file; its address leads back to the emulator."""
    url = f"{cdn}/attachments/{channel.id}/{attachment.id}/{attachment.filename}"
    body: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": attachment.size,
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
    }
    return body if attachment.description is None else {**body, "description": attachment.description}


def message_json(message: Message, cdn: str) -> Json:
    """A message; `cdn` is the base address of its attachments."""
    files = [attachment_json(one, message.channel, cdn) for one in message.attachments]
    own = {f"attachment://{file['filename']}": file for file in files}
    used = _used(message)
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "type": 19 if message.reply_to else 0,
        "content": message.content,
        "timestamp": message.created_at.isoformat(),
        "edited_timestamp": message.edited_at.isoformat() if message.edited_at else None,
        "tts": message.tts,
        "mention_everyone": bool({"@everyone", "@here"} & set(message.mentions)),
        "mentions": _mentioned_users(message),
        "mention_roles": [mention[3:-1] for mention in message.mentions if mention.startswith("<@&")],
        # What embeds and components show of the message's files is not listed beside them (discord-api-docs #8279).
        "attachments": [file for name, file in own.items() if name not in used],
        "embeds": [_shown_embed(embed, own) for embed in message.embeds],
        "components": _shown_components(message.components, own),
        "pinned": message.pinned,
        "flags": int(message.flags),
    }
    if message.webhook is not None:
        body |= {"webhook_id": str(message.webhook.id), "application_id": str(message.webhook.application_id)}
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.reply_to is not None:
        body["message_reference"] = {
            "type": 0,
            "message_id": str(message.reply_to.id),
            "channel_id": body["channel_id"],
        }
        body["referenced_message"] = None if message.reply_to.deleted else message_json(message.reply_to, cdn)
    if message.thread is not None:
        body["thread"] = thread_json(message.thread)
    return body


def webhook_json(webhook: Webhook, bot: User) -> Json:
    """A webhook of the bot's, with its token."""
    assert webhook.channel.guild is not None
    return {
        "id": str(webhook.id),
        "type": 1,
        "name": webhook.name,
        "avatar": None,
        "channel_id": str(webhook.channel.id),
        "guild_id": str(webhook.channel.guild.id),
        "application_id": str(webhook.application_id),
        "token": webhook.token,
        "url": f"https://discord.com/api/webhooks/{webhook.id}/{webhook.token}",
        "user": user_json(bot),
    }


def _mentioned_users(message: Message) -> list[Json]:
    members = message.channel.guild.members.values() if message.channel.guild else ()
    return [user_json(member.user) for member in members if member.mention in message.mentions]


def _used(message: Message) -> set[str]:
    """The files that embeds and components show, as they name them."""
    parts = [embed[part] for embed in message.embeds for part in ("image", "thumbnail") if embed.get(part)]
    return {media["url"] for media in (*parts, *media_of(message.components))}


def _shown_embed(embed: Json, own: dict[str, Json]) -> Json:
    """An embed as Discord gives it back: pictures of the message's own files have a real address."""
    shown = {"type": "rich", "content_scan_version": 0, **embed}
    for part in ("image", "thumbnail"):
        if picture := embed.get(part):
            url = own[picture["url"]]["url"] if picture["url"] in own else picture["url"]
            shown[part] = {**picture, "url": url, "proxy_url": url}
    return shown


def _shown_components(components: Any, own: dict[str, Json]) -> Any:
    """Components as Discord gives them back: likewise, and each has an id."""
    shown = deepcopy(components)
    for select in flatten(shown):
        for chosen in select.get("default_values") or []:
            chosen["id"] = str(chosen["id"])  # also where it came as a number
    for number, component in enumerate(flatten(shown), 1):
        component.setdefault("id", number)
    for media in media_of(shown):
        media["id"] = "1"
        if file := own.get(media["url"]):
            media |= {"url": file["url"], "attachment_id": file["id"]}
        media["proxy_url"] = media["url"]
    return shown


def resolved_channel_json(channel: Channel, member: Member, bot: Member) -> Json:
    """A channel as an interaction carries it, with the rights of the person and of the bot (discord.md 8)."""
    return {
        **channel_json(channel),
        "permissions": str(member_permissions(member, channel)),
        "app_permissions": str(member_permissions(bot, channel)),
    }
