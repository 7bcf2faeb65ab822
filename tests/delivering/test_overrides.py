"""A post that asks to be pinned, or that follows another: favours, which never change what becomes of the delivery."""

from __future__ import annotations

import pytest

from bot.delivering import pinning
from bot.errors import BotRefused, DestinationLost, MessageGone, OutcomeUnknown, Rejected, TryLater
from bot.models import Action, DeliveryState, Outcome, Overrides, Receipt
from tests.adapters.fake import FakeAdapter
from tests.delivering.service import Service
from tests.state.making import chat, post

PINNED = Overrides(pin=True)


async def test_a_post_that_asks_for_it_is_pinned_once_and_others_are_not(service: Service) -> None:
    await service.subscribe(chat(1), chat(2))
    await service.start()
    await service.publish("a.md")
    await service.publish("b.md", overrides=PINNED)

    await service.idle()

    for place in (chat(1), chat(2)):
        assert [message.pinned for message in service.adapter.messages(place)] == [False, True]
    assert len(service.adapter.calls_of(Action.PIN)) == 2


async def test_an_edit_pins_nothing(service: Service) -> None:
    await service.subscribe()
    await service.start()
    await service.publish("a.md")
    await service.idle()

    await service.publish("a.md", title="Edited", overrides=PINNED)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Edited"]
    assert service.adapter.calls_of(Action.PIN) == []


@pytest.mark.parametrize(
    "error",
    [
        Rejected("the bot may not pin"),
        MessageGone("removed"),
        DestinationLost("the bot was removed"),
        OutcomeUnknown("no answer"),
        BotRefused("the token is dead"),
        TryLater("not reachable"),
        RuntimeError("a mistake of ours"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_pin_that_fails_is_logged_and_changes_nothing(
    service: Service, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    await service.subscribe()
    service.adapter.fail(error, action=Action.PIN)
    await service.start()
    await service.publish("a.md", overrides=PINNED)
    await service.publish("b.md")

    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    assert (await service.delivery()).state is DeliveryState.SETTLED
    assert await service.outcomes() == [Outcome.SENT]
    assert len(service.adapter.calls_of(Action.PIN)) == 1
    assert "pin" in caplog.text


async def test_a_missing_right_is_said_once_for_each_chat(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    await service.subscribe(chat(1), chat(2))
    service.adapter.forbid_pinning()
    await service.start()
    await service.publish("a.md", "b.md", "c.md", overrides=PINNED)

    await service.idle()

    said = [record for record in caplog.records if "not pinned" in record.message]
    assert len(said) == 2
    assert all("allow it to" in record.message for record in said)


async def test_a_pin_that_hangs_holds_up_its_chat_only_so_long(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pinning, "PATIENCE_SECONDS", 0.05)
    service.adapter.hang(action=Action.PIN)
    await service.subscribe()
    await service.start()
    await service.publish("a.md", overrides=PINNED)
    await service.publish("b.md")

    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    assert "pin it by hand" in caplog.text


async def test_a_send_that_is_found_after_all_is_pinned(service: Service) -> None:
    service.adapter.lose_answer(action=Action.SEND)
    await service.subscribe()
    await service.start()
    await service.publish("a.md", overrides=PINNED)

    await service.quiet()
    service.pass_time(120)
    await service.reaches(DeliveryState.SETTLED)
    await service.idle()

    assert [message.pinned for message in service.adapter.messages(chat(1))] == [True]


async def test_a_crash_between_sending_and_pinning_leaves_the_message_unpinned(service: Service) -> None:
    service.adapter.hang(action=Action.PIN)
    await service.subscribe()
    await service.start()
    await service.publish("a.md", overrides=PINNED)
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PIN)))

    await service.die()
    await service.start()
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A"]
    assert len(service.adapter.calls_of(Action.PIN)) == 1


# --- following -------------------------------------------------------------------------------------------------------


async def test_a_post_answers_the_message_of_the_one_it_follows_in_each_chat(service: Service) -> None:
    await service.subscribe(chat(1), chat(2))
    await service.start()
    await service.publish_post(post("a.md", "ART1"))
    await service.publish_post(post("b.md", "ART2", overrides=Overrides(follows="ART1")))

    await service.idle()

    for place in (chat(1), chat(2)):
        first, second = service.adapter.messages(place)
        assert second.reply_to == first.id
        assert first.reply_to == ""


async def test_a_post_that_follows_nothing_known_is_sent_all_the_same(service: Service) -> None:
    await service.subscribe()
    await service.start()
    await service.publish_post(post("b.md", "ART2", overrides=Overrides(follows="ART1")))

    await service.idle()

    assert [message.reply_to for message in service.adapter.messages(chat(1))] == [""]


async def test_who_subscribed_later_gets_the_follow_up_without_an_answer(service: Service) -> None:
    await service.subscribe(chat(1))
    await service.start()
    await service.publish_post(post("a.md", "ART1"))
    await service.idle()
    await service.subscribe(chat(2))
    await service.publish_post(post("b.md", "ART2", overrides=Overrides(follows="ART1")))

    await service.idle()

    assert [bool(message.reply_to) for message in service.adapter.messages(chat(1))] == [False, True]
    assert [bool(message.reply_to) for message in service.adapter.messages(chat(2))] == [False]


async def test_the_fake_refuses_to_pin_what_is_not_there() -> None:
    with pytest.raises(MessageGone):
        await FakeAdapter().pin(chat(1), Receipt(("1",)))
