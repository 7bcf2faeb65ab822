"""Users and what they are in a chat."""

from dataclasses import dataclass
from typing import Any, Final

from .wire import without_blanks

# telegram.md 6.2: what administrators may do, and what restricted members may keep.
CHANNEL_RIGHTS: Final = frozenset({"can_post_messages", "can_edit_messages"})
GROUP_RIGHTS: Final = frozenset({"can_pin_messages", "can_manage_topics"})
COMMON_RIGHTS: Final = frozenset(
    {
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
    }
)
PERMISSIONS: Final = frozenset(
    {
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_react_to_messages",
        "can_edit_tag",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    }
)


@dataclass(eq=False)
class User:
    """Somebody with an account; the bot is one too."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> dict[str, Any]:
        """The Bot API's `User`."""
        names = {"first_name": self.first_name, "username": self.username, "language_code": self.language_code}
        return without_blanks({"id": self.id, "is_bot": self.is_bot, **names})


# telegram.md 6.1: the users behind messages that no user signed; the ids are those of telegram.constants.ChatID.
ANONYMOUS_ADMIN: Final = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
FAKE_CHANNEL: Final = User(136817688, "Channel", "Channel_Bot", is_bot=True)
SERVICE: Final = User(777000, "Telegram")


@dataclass(frozen=True)
class Member:
    """What `user` is in one chat: creator, administrator, member, restricted, left or kicked.

    `rights` are an administrator's rights, or the permissions that a restricted member keeps.
    """

    user: User
    status: str = "member"
    rights: frozenset[str] = frozenset()
    anonymous: bool = False
    title: str | None = None

    @property
    def present(self) -> bool:
        """Whether the user is in the chat at all."""
        return self.status not in {"left", "kicked"}

    @property
    def administrator(self) -> bool:
        """Whether the user runs the chat."""
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        """Whether the user has an administrator's `right`."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def keeps(self, permission: str) -> bool:
        """Whether the user may do what members may, such as `can_send_messages`."""
        return self.status != "restricted" or permission in self.rights

    def as_json(self, *, in_channel: bool) -> dict[str, Any]:
        """The Bot API's `ChatMember` of this status."""
        body: dict[str, Any] = {"status": self.status, "user": self.user.as_json()}
        if self.administrator:
            body |= without_blanks({"is_anonymous": self.anonymous, "custom_title": self.title})
        if self.status == "administrator":
            known = COMMON_RIGHTS | (CHANNEL_RIGHTS if in_channel else GROUP_RIGHTS)
            body |= {right: right in self.rights for right in sorted(known)} | {"can_be_edited": False}
        if self.status == "restricted":
            body |= {permission: permission in self.rights for permission in sorted(PERMISSIONS)}
            body["is_member"] = True
        if self.status in {"restricted", "kicked"}:
            body["until_date"] = 0
        return body
