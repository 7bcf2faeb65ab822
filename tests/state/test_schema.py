"""A migration that somebody's database has gone through is never changed: a new one follows it."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from state.schema import MIGRATIONS

AS_LANDED: Final = {
    "0001_first": "fb2184e363ae67d3",
    "0002_notices": "7983a55c9443cd31",
    "0003_brakes": "c57e9cf795ed835e",
    "0004_trials": "a1f1a72dc476fe90",
    "0005_pruning": "5dbe648252d8a802",
    "0006_pauses": "de7745b84030829a",
    "0007_handovers": "e34ed5aaff79ece9",
    "0008_pages": "4bbd325b4849162a",
    "0009_cooldowns": "72bceb58b24bdbaf",
    "0010_digests": "10d9e211a7f0cbb5",
    "0011_crossposts": "12073b546162e7f3",
    "0012_turns": "cf8e1453815a0dab",
    "0013_called": "2a949150a9d31818",
    "0014_told_reasons": "a44d7ba35adc3cfd",
    "0015_fan_out": "7440b46f091b013a",
    "0016_words": "8e432ced6b55850a",
    "0017_held_edits": "d2b8383cde80546b",
    "0018_policies": "d755c5a672c225ee",
    "0019_lost_calls": "d3fff291d703e64f",
    "0020_goes": "6cbf8204e57fb81b",
    "0021_folders": "d670ba3ed21a26ce",
    "0022_copies": "7d0380c0d2a304a7",
    "0023_lobby": "c51fb81f1a20358b",
    "0024_profiles": "30d63d1c1cbc0e3c",
    "0025_unwanted": "f8346fce4b1aab21",
    "0026_pins": "243e249b61d825f3",
    "0027_rungs": "8f870c19e84869aa",
    "0028_masses": "a7d84898cc5f85d6",
    "0029_people": "ce11c885a7efe3d9",
    "0030_moves": "f6e833e8e865f8f9",
    "0031_topics": "6a3cd5f36b8bd786",
    "0032_menus": "db81d2565b267e2c",
    "0033_offered": "a11d3fbebbc278f0",
    "0034_discussions": "03daa109a97be11a",
    "0035_commanders": "5d36bc5462ea40bf",
    "0036_signed": "8a9157fe20d3dd51",
    "0037_server_languages": "8ba577e6d6b3985a",
    "0038_spread": "ea48941397c3489c",
    "0039_claimed_at": "1502634f870c8157",
    "0040_leaving": "fd66afd299a3a21a",
    "0041_back": "b8a08b197ef7dae1",
    "0042_listed": "e6de167b4f9f8c71",
    "0043_told": "ef47f92dca1fbdba",
}
"""The digest of each migration's statements; a new one gets its line here when it lands."""


def digest(statements: tuple[str, ...]) -> str:
    return sha256("\0".join(statements).encode()).hexdigest()[:16]


def test_no_migration_was_changed_or_went_and_each_new_one_is_noted_down() -> None:
    assert {name: digest(statements) for name, statements in MIGRATIONS} == AS_LANDED


def test_migrations_are_numbered_in_their_order() -> None:
    assert [name.partition("_")[0] for name, _ in MIGRATIONS] == [f"{n:04}" for n in range(1, len(MIGRATIONS) + 1)]
