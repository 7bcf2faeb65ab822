"""Reasons are remembered in English, with their values in them, and told in the reader's language."""

from __future__ import annotations

import re

import pytest

from bot.texts import Reason, texts
from bot.texts.catalogue import BEGINNINGS
from tests.texts.sentences import placeholders, sentences

KHMER = texts("km")
GONE = "the message was removed in the chat"
GONE_IN_KHMER = "សារត្រូវបានលុបចេញពីទីជជែក"

WITH_VALUES = sorted(
    {
        message
        for sentence in sentences()
        for message in sentence.messages[:1]
        if placeholders(message) and message.startswith(BEGINNINGS)
    }
)


@pytest.mark.parametrize(
    ("remembered", "told"),
    [
        (GONE, GONE_IN_KHMER),
        (
            "Telegram refuses the message: “Bad Request: {place}; the text is empty”",
            "Telegram បដិសេធសារ៖ “Bad Request: {place}; the text is empty”",
        ),
        (f"it could not be delivered for 7 days: {GONE}", f"មិនអាចផ្ញើវាបានអស់រយៈពេល 7 ថ្ងៃ៖ {GONE_IN_KHMER}"),
        (
            "https://news.example/1.jpg: the picture can't be loaded: it answers 404",
            "https://news.example/1.jpg៖ មិនអាចទាញយករូបភាពបានទេ៖ វាឆ្លើយថា 404",
        ),
        (
            "nothing was sent: the database can't be read: the disk is full; make room",
            "គ្មានអ្វីត្រូវបានផ្ញើទេ៖ មិនអាចអានមូលដ្ឋានទិន្នន័យបានទេ៖ ថាសពេញហើយ សូមបង្កើតកន្លែងទំនេរ",
        ),
        ("Discord says: what nobody foresaw", "Discord says៖ what nobody foresaw"),
        ("what nobody foresaw", "what nobody foresaw"),
        ("", ""),
    ],
)
def test_a_reason_that_is_remembered_in_english_is_told_in_khmer(remembered: str, told: str) -> None:
    assert KHMER.term(remembered, place="here") == told
    assert texts("en").term(remembered) == remembered


@pytest.mark.parametrize("message", WITH_VALUES)
def test_no_reason_is_taken_for_another_once_its_values_are_in_it(message: str) -> None:
    values = {name: GONE if name == "reason" else f"<{name}>" for name in placeholders(message)}
    said = values | {"reason": GONE_IN_KHMER} if "reason" in values else values

    assert KHMER.term(Reason(message, **values)) == KHMER.say(message, **said)


def test_a_reason_in_a_reason_in_a_reason_is_told_too() -> None:
    inner = Reason("{reason}; its picture is sent anew", reason=GONE)
    whole = KHMER.term(Reason("nothing was sent: {reason}", reason=inner))

    assert GONE_IN_KHMER in whole
    assert not re.search("[a-z]", whole)
