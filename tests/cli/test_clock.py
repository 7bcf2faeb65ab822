"""The times that an operator reads are those of the site's clocks, with the zone named; for machines they are UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock
from tests.cli.conftest import Shell

DATED = {"date": "2099-01-02T20:04:00Z"}


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "2026-07-01 23:30:05 UTC"),
        ("Asia/Phnom_Penh", "2026-07-02 06:30:05 UTC+07"),
        ("Europe/Berlin", "2026-07-02 01:30:05 CEST"),
        ("America/Sao_Paulo", "2026-07-01 20:30:05 UTC-03"),
    ],
)
def test_a_zone_is_named_also_where_it_has_only_a_number(zone: str, shown: str) -> None:
    clock, moment = Clock(ZoneInfo(zone)), datetime(2026, 7, 1, 23, 30, 5, tzinfo=UTC)

    assert clock.second(moment) == shown
    assert clock.minute(moment) == shown.replace(":05 ", " ")


@pytest.fixture
def local(begun: Shell) -> Shell:
    """In Phnom Penh, with a post on its way to a chat and a suspended chat."""
    begun.settings.setenv("NEWSBELL_TIMEZONE", "Asia/Phnom_Penh")
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun.write("new.md", title="It rains")
    begun("once")
    begun.rows("UPDATE deliveries SET due_at = '2026-11-02T20:00:01.000000+00:00'")
    begun.rows("UPDATE destinations SET state = 'suspended', reason = 'it was closed' WHERE platform = 'discord'")
    return begun


def test_people_read_the_times_of_the_site(local: Shell) -> None:
    local.write("later.md", **DATED)
    local("once")

    assert "waits for its date, 2099-01-03 03:04 UTC+07" in local("why", "later.md")[1]
    assert "is dated 2099-01-03 03:04 UTC+07, which is yet to come" in local("preview", "later.md")[1]
    assert "discord:456: suspended since 2026-11-02 19:00 UTC+07: it was closed" in local("status")[1]
    assert "“It rains”: not there yet, due 2026-11-03 03:00:01 UTC+07" in local("deliveries")[1]


def test_the_zone_is_also_that_of_the_generator(local: Shell) -> None:
    local.settings.delenv("NEWSBELL_TIMEZONE")
    local.write("_config.yml", "timezone: Europe/Berlin\n")

    assert "due 2026-11-02 21:00:01 CET" in local("deliveries")[1]


def test_machines_read_utc(local: Shell) -> None:
    [row] = json.loads(local("deliveries", "--json")[1])["deliveries"]
    [chat] = json.loads(local("status", "--json")[1])["suspended"]

    assert row["due_at"] == "2026-11-02T20:00:01+00:00"
    assert (chat["since"], chat["until"]) == ("2026-11-02T12:00:00+00:00", "")
