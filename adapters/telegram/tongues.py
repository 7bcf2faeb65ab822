"""In which language people are spoken to: alone in their own, wherever they are, and in a chat in the chat's."""

from __future__ import annotations

import logging

from telegram import User

from adapters.telegram.askers import chat_destination, language_of
from bot.errors import StoreError
from bot.models import Destination
from bot.ports import Lobby
from bot.texts import Texts, known_language, texts

log = logging.getLogger(__name__)


class Tongues:
    """Asks the lobby. Where the database can't be read, people's own Telegram tells: a word of regret must not fail."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def of(self, person: User | None) -> str:
        """What `person` chose in the private chat with the bot; else the language of their Telegram, else the site's.

        Empty where nobody is seen: who writes as the group, or in a channel.
        """
        if person is None or person.is_bot:
            return ""
        return await self._chosen(chat_destination(person.get_bot(), person.id), language_of(person))

    async def there(self, place: Destination, person: User | None) -> str:
        """What was chosen for `place`, where others read as well what `person` is told; else as for that person."""
        return await self._chosen(place, await self.of(person))

    async def to(self, person: User | None) -> Texts:
        """The sentences for what nobody else reads."""
        return texts(await self.of(person))

    async def _chosen(self, chat: Destination, guess: str) -> str:
        try:
            return await self._lobby.language(chat, guess)
        except StoreError as error:
            log.warning("which language is spoken in %s is not known now: %s", chat, error)
            return known_language(guess) or "en"
