"""What came of calls is written down in batches, and nothing is lost for being in one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.delivering.ledger import Ledger
from bot.models import Action, Attempt, Delivery, DeliveryState, Lane, Outcome
from bot.records import Conclusion
from state.deliveries import DeliveryShelf
from tests.state.making import NOON, chat


class Shelf(DeliveryShelf):
    """A store whose commits end when the test lets them; that delivery 13 is settled can't be written."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.held: list[Conclusion] = []
        self.free = asyncio.Event()

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        ids = [one.delivery.id for one in conclusions]
        self.batches.append(ids)
        await self.free.wait()
        if any(one.delivery.id == 13 and one.state is DeliveryState.SETTLED for one in conclusions):
            raise ValueError("unwritable")
        self.held += [one for one in conclusions if one.state is DeliveryState.HELD]


def conclusion(number: int) -> Conclusion:
    delivery = Delivery(
        number, 1, chat(number), number, 1, None, DeliveryState.CLAIMED, Lane.POST, 1, NOON, nonce=f"{number}-ab"
    )
    attempt = Attempt(number, Action.SEND, Outcome.SENT, NOON, NOON, epoch=1)
    return Conclusion(delivery, attempt, DeliveryState.SETTLED, NOON, None)


async def enter(ledger: Ledger, *numbers: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(ledger.enter(conclusion(number))) for number in numbers]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_the_first_is_written_at_once_and_the_others_together_after_it() -> None:
    shelf = Shelf()
    ledger = Ledger(shelf)

    first = await enter(ledger, 1)
    others = await enter(ledger, 2, 3, 4)
    assert shelf.batches == [[1]], "nothing waits for company, and a commit on its way takes nobody with it"
    assert not first[0].done()

    shelf.free.set()
    await asyncio.gather(*first, *others)
    assert shelf.batches == [[1], [2, 3, 4]]

    await ledger.enter(conclusion(5))
    assert shelf.batches[-1] == [5]


async def test_one_that_cannot_be_written_takes_no_other_with_it() -> None:
    shelf = Shelf()
    shelf.free.set()

    results = await asyncio.gather(*await enter(Ledger(shelf), 12, 13, 14), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    assert shelf.batches == [[12, 13, 14], [12], [13], [13], [14]]


async def test_one_that_cannot_be_written_waits_for_a_persons_word() -> None:
    shelf = Shelf()
    shelf.free.set()

    await asyncio.gather(*await enter(Ledger(shelf), 13), return_exceptions=True)

    [held] = shelf.held
    assert (held.state, held.nonce, held.attempt.outcome) == (DeliveryState.HELD, "13-ab", Outcome.UNKNOWN)
    assert "unwritable" in held.reason
    assert "newsbell deliveries retry --held" in held.reason


async def test_one_whose_caller_gave_up_is_written_all_the_same() -> None:
    shelf = Shelf()
    ledger = Ledger(shelf)
    [gave_up] = await enter(ledger, 1)
    gave_up.cancel()

    shelf.free.set()
    await ledger.enter(conclusion(2))

    assert shelf.batches == [[1], [2]]
