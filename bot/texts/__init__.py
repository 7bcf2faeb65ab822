"""Every sentence that people read in chats, per language: `texts("km").say("Read more")`."""

from bot.texts.catalogue import LANGUAGES, Texts, known_language, sentence, texts

__all__ = ["LANGUAGES", "Texts", "known_language", "sentence", "texts"]
