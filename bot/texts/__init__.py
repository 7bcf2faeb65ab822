"""Every sentence that people read in chats, per language: `texts("km").say("Read more")`."""

from bot.texts.catalogue import LANGUAGES, Reason, Texts, known_language, sentence, texts

__all__ = ["LANGUAGES", "Reason", "Texts", "known_language", "sentence", "texts"]
