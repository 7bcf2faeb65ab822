"""What is answered to a person's command or to a notice, while fifty channels get a post."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

import pytest

from tests.adapters.discord.refused.newsdesk import Newsdesk, play
from tests.adapters.discord.refused.table import TABLE, named
from tests.adapters.refused.newsdesk import CROWD
from tests.adapters.refused.table import Case


@pytest.mark.parametrize("case", [case for case in TABLE.answers if case["fate"] == "asked"], ids=named)
def test_a_command_is_answered_too_late(case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def journey(desk: Newsdesk) -> None:
        await desk.gather("text")
        await desk.open(hears=True)
        fault = desk.discord.fault(
            "status", status=case["status"], code=case["code"], path="/interactions/{interaction_id}/{token}/callback"
        )
        asking = asyncio.create_task(desk.discord.command(desk.channel, desk.owner, "help", answer_within=0.2))
        await desk.discord.until(lambda: fault.met)
        await desk.publish("Rain")
        await desk.come_to_rest()
        with suppress(AssertionError):  # nobody answered in time
            await asking
        assert [desk.shown(place) for place in (*desk.crowd, desk.victim)] == [["Rain"]] * (CROWD + 1)
        assert await desk.others() == {("active", "settled")}
        assert await desk.told() == {}

    caplog.set_level(logging.INFO)
    play(tmp_path, journey)
    assert [record.levelname for record in caplog.records if record.name == "adapters.discord.answering"] == ["INFO"]


def test_a_person_who_takes_no_messages_is_told_nothing_and_the_operator_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    [case] = [case for case in TABLE.answers if case["fate"] == "unheard"]

    async def journey(desk: Newsdesk) -> None:
        await desk.gather("text")
        await desk.open()
        desk.owner.user.refuses_dms = True
        desk.discord.forbid(desk.channel, "send_messages")
        await desk.publish("Rain")
        await desk.come_to_rest()
        await desk.hear()
        assert (await desk.place()).state.value == "suspended"
        told = await desk.told()
        assert told.keys() == {"operator"}
        assert "newsbell lacks Send Messages here" in told["operator"][0]
        assert [desk.shown(place) for place in desk.crowd] == [["Rain"]] * CROWD

    play(tmp_path, journey)
    assert case["says"] in caplog.text
