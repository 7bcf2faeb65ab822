"""Every sentence that people read in chats, per language: `texts("km").say("Read more")`."""

from bot.texts.catalogue import INSIDE, LANGUAGES, TOPIC, Reason, Texts, known_language, language_named, sentence, texts

__all__ = ["INSIDE", "LANGUAGES", "TOPIC", "Reason", "Texts", "known_language", "language_named", "sentence", "texts"]
