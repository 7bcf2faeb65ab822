"""Who gets how much of what a platform takes: whatever waits in thousands, the news goes first."""

from __future__ import annotations

from bot.errors import OutcomeUnknown, TryLater
from bot.models import Action
from tests.delivering.service import Service
from tests.state.making import chat


async def test_however_much_is_unknown_news_go_first(service: Service) -> None:
    lost, others = [chat(number) for number in range(60)], [chat(number) for number in range(60, 120)]
    service.adapter.fail(*[OutcomeUnknown("no answer came")] * len(lost), action=Action.SEND)
    await service.subscribe(*lost)
    await service.start()
    await service.publish("rain.md")
    await service.adapter.until(lambda: len(service.adapter.calls) == len(lost))
    await service.stop()

    service.adapter.fail(*[TryLater("not all that is new is known", 25.0)] * 400, action=Action.PROBE)
    await service.subscribe(*others)
    await service.publish("flood.md")
    service.pass_time(10)
    await service.start(in_flight=4)
    await service.adapter.until(lambda: sum(bool(service.adapter.titles(place)) for place in others) >= 40)

    looked_into = len(service.adapter.calls_of(Action.PROBE))
    assert looked_into <= 7, "every eighth of the turns: 40 that arrived, and 4 in the air"
    await service.adapter.until(
        lambda: {call.destination for call in service.adapter.calls_of(Action.PROBE)} == set(lost),
    )
