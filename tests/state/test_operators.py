"""A one-time code makes one operator, once, within its time; and nobody guesses one."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.models import Destination
from bot.records import Admission
from bot.subscribing.operators import CODE_LASTS, Operators, digest_of, invite
from tests.state.making import NOON, Office, later

NAMED = Destination("telegram", "1")
DARA, SOK = Destination("telegram", "5001", bot="9"), Destination("telegram", "5002", bot="9")
HOUR = CODE_LASTS.total_seconds()


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def operators(office: Office, clock: Clock) -> Operators:
    operators = Operators([NAMED], office.store.operators, clock)
    await operators.look()
    return operators


async def test_who_gives_the_code_is_an_operator_at_once_and_for_good(office: Office, operators: Operators) -> None:
    code = await invite(office.store.operators, NOON)
    assert Destination("telegram", "5001") not in operators

    assert await operators.admit(code, DARA) is Admission.ADMITTED

    assert list(operators) == [NAMED, Destination("telegram", "5001")]
    assert [(each.person, each.since) for each in await office.store.operators.all()] == [
        (Destination("telegram", "5001"), NOON)
    ]


async def test_a_code_is_for_one_also_when_two_give_it_at_once(office: Office, operators: Operators) -> None:
    code = await invite(office.store.operators, NOON)
    both = await asyncio.gather(operators.admit(code, DARA), operators.admit(code, SOK))
    assert sorted(both) == [Admission.ADMITTED, Admission.USED]
    assert len(operators) == 2


async def test_who_presses_start_twice_is_not_told_that_the_code_was_used(office: Office, operators: Operators) -> None:
    code = await invite(office.store.operators, NOON)
    said = [await operators.admit(code, DARA) for _ in range(7)]
    assert said == [Admission.ADMITTED, *[Admission.KNOWN] * 6]


async def test_a_second_code_makes_no_second_of_the_same_person(office: Office, operators: Operators) -> None:
    for admission in (Admission.ADMITTED, Admission.KNOWN):
        assert await operators.admit(await invite(office.store.operators, NOON), DARA) is admission
    assert len(operators) == 2


@pytest.mark.parametrize(
    ("seconds", "admission"),
    [(HOUR - 1, Admission.ADMITTED), (HOUR, Admission.EXPIRED), (HOUR * 24, Admission.EXPIRED)],
)
async def test_a_code_lasts_an_hour(
    office: Office, operators: Operators, clock: Clock, seconds: float, admission: Admission
) -> None:
    code = await invite(office.store.operators, NOON)
    clock.at = later(seconds)
    assert await operators.admit(code, DARA) is admission
    assert (DARA in [Destination("telegram", each.chat_id, bot="9") for each in operators]) is (seconds < HOUR)


async def test_after_five_wrong_codes_not_even_the_right_one_is_looked_at_for_an_hour(
    office: Office, operators: Operators, clock: Clock
) -> None:
    code = await invite(office.store.operators, later(1))
    wrong = [await operators.admit(f"op-{number}", DARA) for number in range(5)]
    assert wrong == [Admission.STRANGE] * 5
    assert await operators.admit(code, DARA) is Admission.TOO_MANY
    clock.at = later(HOUR - 1)
    assert await operators.admit(code, DARA) is Admission.TOO_MANY
    assert await operators.admit(code, SOK) is Admission.ADMITTED, "others may"
    clock.at = later(HOUR + 1)
    assert await operators.admit("op-x", DARA) is Admission.STRANGE


async def test_no_code_is_written_down_and_none_is_like_another(office: Office) -> None:
    codes = {await invite(office.store.operators, NOON) for _ in range(20)}
    assert len(codes) == 20
    assert all(
        len(code) <= 64 and code.isascii() and code.replace("-", "").replace("_", "").isalnum() for code in codes
    )
    with office.stranger() as connection:
        kept = [tuple(row) for row in connection.execute("SELECT * FROM codes")]
    assert {digest for digest, *_ in kept} == {digest_of(code) for code in codes}
    assert not any(code in str(kept) for code in codes)


async def test_codes_of_long_ago_are_forgotten(office: Office, operators: Operators, clock: Clock) -> None:
    old = await invite(office.store.operators, NOON)
    await invite(office.store.operators, later(HOUR * 24 * 9))
    assert await operators.admit(old, DARA) is Admission.STRANGE


async def test_an_operator_who_is_forgotten_is_none_any_more_and_the_code_does_not_help(
    office: Office, operators: Operators
) -> None:
    code = await invite(office.store.operators, NOON)
    await operators.admit(code, DARA)
    assert await office.store.operators.forget(Destination("telegram", "5001"))
    assert not await office.store.operators.forget(Destination("telegram", "5001"))
    await operators.look()
    assert list(operators) == [NAMED]
    await operators.admit(code, DARA)
    assert list(operators) == [NAMED]
