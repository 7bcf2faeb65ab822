"""Pins of a subscription rotate, those of a post go with its wish for them; and whatever fails, the messages stand."""

from __future__ import annotations

import pytest

from bot.errors import MessageGone, Rejected, Scope, StoreBusy, TryLater
from bot.models import Action, DeliveryState, Overrides, Withdrawn
from bot.ports import Rate
from tests.delivering.service import Service
from tests.fakes import FakeNotices
from tests.state.making import chat

PINNED = Overrides(pin=True)


def pinned(service: Service, place: int = 1) -> list[str]:
    return [message.title for message in service.adapter.messages(chat(place)) if message.pinned]


async def begin(service: Service, *, pin: bool = True) -> None:
    await service.subscribe(pin=pin)
    await service.start()


# --- of a subscription -----------------------------------------------------------------------------------------------


async def test_each_new_post_is_pinned_and_the_one_before_is_not_any_more(service: Service) -> None:
    await begin(service)
    for path in ("a.md", "b.md", "c.md"):
        await service.publish(path)
        await service.idle()

    assert pinned(service) == ["C"]
    assert len(service.adapter.calls_of(Action.PIN)) == 3
    assert len(service.adapter.calls_of(Action.UNPIN)) == 2


async def test_nothing_is_unpinned_where_nothing_was_pinned(service: Service) -> None:
    await begin(service)
    await service.subscribe(chat(2))
    await service.publish("a.md")
    await service.idle()

    assert (pinned(service), pinned(service, 2)) == (["A"], [])
    assert service.adapter.calls_of(Action.UNPIN) == []


async def test_what_was_pinned_is_known_after_a_restart(service: Service) -> None:
    await begin(service)
    await service.publish("a.md")
    await service.idle()
    await service.stop()

    await service.start()
    await service.publish("b.md")
    await service.idle()

    assert pinned(service) == ["B"]


async def test_no_pin_that_waits_holds_up_the_end(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full group: the turn comes late."""
    monkeypatch.setattr("bot.delivering.pinning.FAREWELL_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivering.pinning.PATIENCE_SECONDS", 1000)
    service.adapter.hang(action=Action.PIN)
    await begin(service)
    await service.publish("a.md")
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PIN)))
    await service.stop()
    assert pinned(service) == ["A"]  # it had arrived

    await service.start()
    await service.publish("b.md")
    await service.idle()

    assert pinned(service) == ["B"]


async def test_a_pin_without_an_answer_is_taken_back_in_its_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivering.pinning.PATIENCE_SECONDS", 0.05)
    service.adapter.hang(action=Action.PIN)
    await begin(service)
    await service.publish("a.md")
    await service.idle()
    monkeypatch.undo()
    await service.publish("b.md")
    await service.idle()

    assert pinned(service) == ["B"]


async def test_a_crash_while_it_is_pinned_leaves_nothing_pinned_for_ever(service: Service) -> None:
    service.adapter.hang(action=Action.PIN)
    await begin(service)
    await service.publish("a.md")
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PIN)))
    await service.die()
    assert pinned(service) == ["A"]  # it had arrived

    await service.start()
    await service.publish("b.md")
    await service.idle()

    assert pinned(service) == ["B"]


async def test_every_place_has_its_own_pin(service: Service) -> None:
    await service.subscribe(chat(1), chat(2), pin=True)
    await service.start()
    for path in ("a.md", "b.md"):
        await service.publish(path)
        await service.idle()

    assert (pinned(service), pinned(service, 2)) == (["B"], ["B"])


async def test_a_post_that_asks_to_be_pinned_itself_stays_so_when_the_next_one_is(service: Service) -> None:
    await begin(service)
    await service.publish("a.md", overrides=PINNED)
    await service.idle()
    await service.publish("b.md")
    await service.idle()
    await service.publish("c.md")
    await service.idle()

    assert pinned(service) == ["A", "C"]


# --- of a post -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["A", "Edited"], ids=["nothing else changes", "its words change"])
async def test_a_post_that_asks_for_its_pin_no_more_is_unpinned(service: Service, title: str) -> None:
    await begin(service, pin=False)
    await service.publish("a.md", overrides=PINNED)
    await service.idle()
    assert pinned(service) == ["A"]

    await service.publish("a.md", title=title)
    await service.idle()

    assert (service.adapter.titles(chat(1)), pinned(service)) == ([title], [])
    assert len(service.adapter.calls_of(Action.UNPIN)) == 1


async def test_an_edit_unpins_nothing_that_is_still_to_be_pinned(service: Service) -> None:
    await begin(service, pin=False)
    await service.publish("a.md", overrides=PINNED)
    await service.idle()
    await service.publish("a.md", title="Edited", overrides=PINNED)
    await service.idle()

    assert pinned(service) == ["Edited"]
    assert (len(service.adapter.calls_of(Action.PIN)), service.adapter.calls_of(Action.UNPIN)) == (1, [])


async def test_the_newest_post_stays_pinned_for_its_subscription_when_it_asks_no_more(service: Service) -> None:
    await begin(service)
    await service.publish("a.md", overrides=PINNED)
    await service.idle()
    await service.publish("a.md", title="Edited")
    await service.idle()
    assert pinned(service) == ["Edited"]

    await service.publish("b.md")
    await service.idle()
    assert pinned(service) == ["B"]


@pytest.mark.parametrize("pin", [True, False], ids=["of its subscription", "of its own"])
async def test_a_post_that_is_withdrawn_is_unpinned(service: Service, pin: bool) -> None:
    await begin(service, pin=pin)
    await service.publish("a.md", overrides=Overrides(pin=not pin))
    await service.idle()

    await service.store.posts.take_back(1, Withdrawn.MARK, service.now)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Withdrawn: A"]
    assert pinned(service) == []


async def test_a_post_that_is_deleted_costs_no_unpinning_and_is_forgotten(service: Service) -> None:
    await begin(service)
    await service.publish("a.md")
    await service.idle()
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    await service.idle()
    await service.publish("b.md")
    await service.idle()

    assert pinned(service) == ["B"]
    assert service.adapter.calls_of(Action.UNPIN) == []
    assert len(await service.store.deliveries.pins("fake", service.adapter.bot)) == 1


# --- failing ---------------------------------------------------------------------------------------------------------


async def test_without_the_right_every_post_arrives_and_it_is_said_once(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    told = service.notices = FakeNotices()
    await begin(service)
    service.adapter.forbid_pinning()
    for path in ("a.md", "b.md"):
        await service.publish(path)
        await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    assert [(await service.delivery(subject)).state for subject in (1, 2)] == [DeliveryState.SETTLED] * 2
    assert len([record for record in caplog.records if "allow it to" in record.message]) == 1
    assert told.words == ["Posts arrive in fake:1, but are not pinned: the bot may not pin there; allow it to."]
    assert await service.store.deliveries.pins("fake", service.adapter.bot) == []


async def test_what_could_not_be_unpinned_is_tried_again_with_the_next_post(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.adapter.fail(Rejected("not now"), action=Action.UNPIN)
    await begin(service)
    for path in ("a.md", "b.md"):
        await service.publish(path)
        await service.idle()
    assert pinned(service) == ["A", "B"]
    assert "an earlier message stays pinned: not now" in caplog.text

    await service.publish("c.md")
    await service.idle()
    assert pinned(service) == ["C"]


async def test_a_message_that_somebody_removed_needs_no_unpinning(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.adapter.fail(MessageGone("removed"), action=Action.UNPIN)
    await begin(service)
    for path in ("a.md", "b.md", "c.md"):
        await service.publish(path)
        await service.idle()

    assert len(service.adapter.calls_of(Action.UNPIN)) == 2  # of A, and of B
    assert "stays pinned" not in caplog.text


async def test_a_database_that_is_busy_costs_only_the_pin(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def busy(*_: object) -> None:
        raise StoreBusy("the database is locked")

    monkeypatch.setattr(service.store.deliveries, "note_pin", busy)
    await begin(service)
    await service.publish("a.md")
    await service.idle()

    assert (service.adapter.titles(chat(1)), pinned(service)) == (["A"], [])
    assert "not pinned: the database is locked" in caplog.text


@pytest.mark.parametrize(("scope", "held"), [(Scope.DESTINATION, "chat:1"), (Scope.BOT, "bot")])
async def test_a_flood_wait_at_pinning_keeps_all_in_its_scope_silent_for_so_long(
    service: Service, scope: Scope, held: str
) -> None:
    rates = Rate("bot", 30, 1.0, even=True), Rate("chat:1", 5, 1.0)
    service.adapter.limits = lambda destination, action: rates
    service.adapter.fail(TryLater("slow down", 3000.0, flood=True, scope=scope), action=Action.PIN)
    await begin(service)
    await service.publish("a.md")

    await service.idle()

    blocked = service.pacer.blocker(rates)
    assert blocked is not None
    assert blocked[0].key == held


async def test_pins_do_not_follow_a_group_into_its_supergroup(service: Service) -> None:
    await begin(service)
    await service.publish("a.md")
    await service.idle()

    await service.store.subscriptions.move(chat(1), "-1009")

    assert await service.store.deliveries.pins("fake", service.adapter.bot) == []
