"""Every sentence exists in every language, with the same placeholders, and every value is given."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.texts import LANGUAGES
from tests.texts.sentences import ROOT, Sentence, placeholders, said_in, sentences

FOLDER = ROOT / "bot" / "texts"
TRANSLATED = sorted(set(LANGUAGES) - {"en"})


def catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_every_language_has_its_catalogue_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_code_is_translated(language: str) -> None:
    translated = {ids(message) for message in catalogue(language) if message.id and all(strings(message))}
    missing = {sentence.messages: sentence.place for sentence in sentences() if sentence.messages not in translated}

    entries = "\n\n".join(f"# {place}\n" + _entry(messages) for messages, place in missing.items())
    assert not missing, f"add to bot/texts/{language}.po:\n\n{entries}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_nothing_that_the_code_no_longer_says(language: str) -> None:
    said = {sentence.messages for sentence in sentences()}

    assert [ids(message) for message in catalogue(language) if message.id and ids(message) not in said] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            expected = set().union(*map(placeholders, ids(message)))
            assert [placeholders(string) for string in strings(message)] == [expected] * len(strings(message)), ids(
                message
            )


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_marked_as_doubtful(language: str) -> None:
    assert [message.id for message in catalogue(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("sentence", sentences(), ids=lambda sentence: sentence.place)
def test_a_call_gives_just_the_values_that_its_sentence_names(sentence: Sentence) -> None:
    if sentence.given is not None:
        named = set().union(*map(placeholders, sentence.messages))
        assert named - sentence.given == set()
        assert sentence.given - named <= {"count"}


def test_sentences_are_found_in_code() -> None:
    code = """
texts.say("One {a}", a=1)
self.texts.plural("{count} x of {b}", "{count} xs of {b}", 3, b=2)
TABLE = {"x": sentence("Marked")}
texts.say(TABLE["x"])
replies.say(reply, destination)
raise TryLater("Not {now}", 5)
raise Rejected(Reason("Never: “{a}”", a=error))
ROWS = Row(50013, LOST, "Marked by its place")
raise Rejected(str(error))
"""
    found = sorted(said_in(code, "x.py"), key=lambda sentence: sentence.place)

    assert [(sentence.place, sentence.messages, sentence.given) for sentence in found] == [
        ("x.py:2", ("One {a}",), {"a"}),
        ("x.py:3", ("{count} x of {b}", "{count} xs of {b}"), {"count", "b"}),
        ("x.py:4", ("Marked",), None),
        ("x.py:7", ("Not {now}",), None),
        ("x.py:8", ("Never: “{a}”",), {"a"}),
        ("x.py:9", ("Marked by its place",), None),
    ]


def test_a_sentence_put_together_at_run_time_is_refused() -> None:
    for code in ('texts.say(f"{count} posts")', 'raise Rejected(f"{error}")'):
        with pytest.raises(ValueError, match=r"x\.py:1: a message is one literal"):
            list(said_in(code, "x.py"))


def _entry(messages: tuple[str, ...]) -> str:
    if len(messages) == 1:
        return f'msgid "{messages[0]}"\nmsgstr ""'
    return f'msgid "{messages[0]}"\nmsgid_plural "{messages[1]}"\nmsgstr[0] ""'
