"""How people let the bot in: by buttons that ask for a chat, and by deep links (telegram.md 2.2, 6.2)."""

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from .acts import People
from .chats import Chat, Message
from .keyboards import rights_in
from .people import Member, User

PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")  # telegram.md 2.2: 64 characters


class Newcomers(People):
    """The world with people in it who bring the bot into their chats."""

    def tap(self, private: Chat, key: str) -> Message:
        """The person taps a key of the keyboard that only writes what is written on it."""
        tapped = self._key(private, key)
        assert "request_chat" not in tapped, f"{key!r} asks for a chat: share one"
        return self.type(private, private.user, tapped["text"])

    def share(self, private: Chat, key: str, chat: Chat, *, grants: bool = True) -> Message:
        """The person taps a key that asks for a chat, and chooses `chat`.

        Their client then lets the bot in with the rights that the key names, unless it does not (`grants`); it offers
        only chats that fit (Bot API, KeyboardButtonRequestChat).
        """
        request = self._key(private, key)["request_chat"]
        user = private.user
        assert user is not None
        assert request["chat_is_channel"] is (chat.kind == "channel"), f"{key!r} does not offer {chat}"
        wanted = rights_in(request, "user_administrator_rights")
        member = chat.member(user)
        assert not wanted or all(map(member.may, wanted)), f"{user.first_name} may not do all that {key!r} asks for"
        if grants:
            self._let_in(chat, user, rights_in(request, "bot_administrator_rights"), request)
        told: dict[str, Any] = {"request_id": request["request_id"], "chat_id": chat.id}
        told |= {"title": chat.title} if request.get("request_title") else {}
        return self.say_shared(private, told)

    def say_shared(self, private: Chat, shared: dict[str, Any]) -> Message:
        """The service message by which the bot learns of a shared chat (Bot API, ChatShared)."""
        message = self.add_message(private, private.user, service={"chat_shared": shared})
        self._tell_of(message)
        return message

    def open(self, link: str, user: User, chat: Chat | None = None) -> None:
        """`user` opens a link to the bot, chooses `chat` where the link adds the bot to one, and confirms."""
        address = urlsplit(link)
        assert (address.netloc, address.path) == ("t.me", f"/{self.bot.username}"), link
        query = {name: values[0] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        assert all(PARAMETER.fullmatch(query.get(name, "")) for name in ("start", "startgroup", "startchannel")), link
        if chat is None:
            private = self.chats.get(user.id) or self.add_private(user)
            private.set_member(Member(self.bot))
            self.type(private, user, f"/start {query['start']}".strip())
            return
        rights = frozenset(f"can_{right}" for right in query.get("admin", "").split() if right)
        if "startchannel" in query:
            assert chat.kind == "channel"
            self.promote(chat, self.bot, by=user, **dict.fromkeys(rights, True))
            return
        assert chat.kind in {"group", "supergroup"}
        self.join(chat, by=user)
        if query["startgroup"]:
            self.type(chat, user, f"/start@{self.bot.username} {query['startgroup']}")

    def _let_in(self, chat: Chat, user: User, rights: frozenset[str], request: dict[str, Any]) -> None:
        bot = self.bot_in(chat)
        if rights and not all(map(bot.may, rights)):
            self.promote(chat, self.bot, by=user, **dict.fromkeys(rights | bot.rights, True))
        elif request.get("bot_is_member") and not bot.present:
            self.join(chat, by=user)

    def _key(self, private: Chat, key: str) -> dict[str, Any]:
        found = [button for row in private.reply_keyboard for button in row if key in button["text"]]
        assert found, f"there is no key {key!r}, only {private.keys}"
        return found[0]
