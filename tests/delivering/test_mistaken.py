"""An adapter makes a mistake where nobody expects one: it costs that post, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from bot.models import Action, Announcement, Destination, Look, Step
from bot.ports import Rate
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat


async def test_a_post_over_whose_picture_an_adapter_fails_holds_up_no_other(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    step_of = service.adapter.picture

    def fail_over_one(announcement: Announcement, look: Look, **more: Any) -> Step | None:
        if announcement.title == "Bad":
            raise ValueError("a mistake of the adapter's")
        return step_of(announcement, look, **more)

    monkeypatch.setattr(service.adapter, "picture", fail_over_one)
    await service.subscribe(chat(1), chat(2))
    await service.publish("bad.md", "good.md", pictures=PICTURES)
    await service.start()
    await service.publish("worse.md", title="Bad")
    await service.idle()

    assert service.adapter.titles(chat(1)) == service.adapter.titles(chat(2)) == ["Bad", "Good", "Bad"]


async def test_a_round_that_fails_half_way_begins_with_those_who_had_their_turns(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[str] = []

    def limits(destination: Destination, _action: Action) -> tuple[Rate, ...]:
        if destination == chat(2) and gates._inside and not failed:
            failed.append(destination.chat_id)
            raise ValueError("a mistake of the adapter's")
        return ()

    service.adapter.limits = limits
    await service.subscribe(chat(1), chat(2))
    await service.publish()
    await service.start()
    gates = service.dispatcher._line.gates
    await service.idle()

    assert "a round of deliveries failed" in caplog.text
    assert service.adapter.titles(chat(1)) == service.adapter.titles(chat(2)) == ["Rain"]
    assert not any(one.sends for one in gates._chats.values()), "who is inside for ever keeps looks out"
