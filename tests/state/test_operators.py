"""A one-time code makes one operator, once, within its time; and nobody guesses one."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.models import Destination
from bot.records import Admission
from bot.subscribing.operators import CODE_LASTS, Operators, digest_of, invite
from tests.fakes.notices import FakeNotices
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


class Door(Operators):
    """The operators, and what they are told when somebody becomes one of them."""

    def __init__(self, office: Office, clock: Clock) -> None:
        super().__init__([NAMED], office.store.operators, clock)
        self.notices = FakeNotices()

    async def take(self, code: str, person: Destination) -> Admission:
        return await self.admit(code, person, self.notices)


@pytest.fixture
async def operators(office: Office, clock: Clock) -> Door:
    operators = Door(office, clock)
    await operators.look()
    return operators


async def test_who_gives_the_code_is_an_operator_at_once_and_for_good(office: Office, operators: Door) -> None:
    code = await invite(office.store.operators, NOON)
    assert Destination("telegram", "5001") not in operators

    assert await operators.take(code, DARA) is Admission.ADMITTED

    assert list(operators) == [NAMED, Destination("telegram", "5001")]
    assert operators.notices.words == [
        "telegram:5001 became an operator by a one-time code. If that is wrong: newsbell operators remove telegram:5001"
    ]
    assert [(each.person, each.since) for each in await office.store.operators.all()] == [
        (Destination("telegram", "5001"), NOON)
    ]


async def test_a_code_is_for_one_also_when_two_give_it_at_once(office: Office, operators: Door) -> None:
    code = await invite(office.store.operators, NOON)
    both = await asyncio.gather(operators.take(code, DARA), operators.take(code, SOK))
    assert sorted(both) == [Admission.ADMITTED, Admission.USED]
    assert len(operators) == 2


async def test_who_presses_start_twice_is_not_told_that_the_code_was_used(office: Office, operators: Door) -> None:
    code = await invite(office.store.operators, NOON)
    said = [await operators.take(code, DARA) for _ in range(7)]
    assert said == [Admission.ADMITTED, *[Admission.KNOWN] * 6]
    assert len(operators.notices.told) == 1


async def test_a_code_that_was_given_before_all_makes_nobody_an_operator_but_unmakes_nobody(
    office: Office, operators: Door
) -> None:
    read_by_all, used = [await invite(office.store.operators, NOON) for _ in range(2)]
    group = Destination("telegram", "-1005", bot="9")
    await operators.spend(read_by_all, group)
    assert await operators.take(read_by_all, DARA) is Admission.USED
    await operators.take(used, DARA)
    await operators.spend(used, group)
    assert await operators.take(used, DARA) is Admission.KNOWN


async def test_a_second_code_makes_no_second_of_the_same_person(office: Office, operators: Door) -> None:
    for admission in (Admission.ADMITTED, Admission.KNOWN):
        assert await operators.take(await invite(office.store.operators, NOON), DARA) is admission
    assert len(operators) == 2


@pytest.mark.parametrize(
    ("seconds", "admission"),
    [(HOUR - 1, Admission.ADMITTED), (HOUR, Admission.EXPIRED), (HOUR * 24, Admission.EXPIRED)],
)
async def test_a_code_lasts_an_hour(
    office: Office, operators: Door, clock: Clock, seconds: float, admission: Admission
) -> None:
    code = await invite(office.store.operators, NOON)
    clock.at = later(seconds)
    assert await operators.take(code, DARA) is admission
    assert (DARA in [Destination("telegram", each.chat_id, bot="9") for each in operators]) is (seconds < HOUR)


async def test_after_five_wrong_codes_not_even_the_right_one_is_looked_at_for_an_hour(
    office: Office, operators: Door, clock: Clock
) -> None:
    code = await invite(office.store.operators, later(1))
    wrong = [await operators.take(f"op-{number}", DARA) for number in range(5)]
    assert wrong == [Admission.STRANGE] * 5
    assert await operators.take(code, DARA) is Admission.TOO_MANY
    clock.at = later(HOUR - 1)
    assert await operators.take(code, DARA) is Admission.TOO_MANY
    assert await operators.take(code, SOK) is Admission.ADMITTED, "others may"
    clock.at = later(HOUR + 1)
    assert await operators.take("op-x", DARA) is Admission.STRANGE


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


async def test_codes_of_long_ago_are_forgotten(office: Office, operators: Door, clock: Clock) -> None:
    old = await invite(office.store.operators, NOON)
    await invite(office.store.operators, later(HOUR * 24 * 9))
    assert await operators.take(old, DARA) is Admission.STRANGE


async def test_an_operator_who_is_forgotten_is_none_any_more_and_the_code_does_not_help(
    office: Office, operators: Door
) -> None:
    code = await invite(office.store.operators, NOON)
    await operators.take(code, DARA)
    assert await office.store.operators.forget(Destination("telegram", "5001"))
    assert not await office.store.operators.forget(Destination("telegram", "5001"))
    await operators.look()
    assert list(operators) == [NAMED]
    await operators.take(code, DARA)
    assert list(operators) == [NAMED]
