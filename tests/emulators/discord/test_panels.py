"""Selects, windows and names in other languages: what Discord would refuse of them (docs, components/reference)."""

from typing import Any

import pytest

from tests.emulators.discord import DiscordEmulator
from tests.emulators.discord.client import post
from tests.emulators.discord.components import check_components, check_modal
from tests.emulators.discord.errors import ApiError, FormErrors


def options(count: int, **about: Any) -> list[dict[str, Any]]:
    return [{"label": "a", "value": str(number), **about} for number in range(count)]


def refused(errors: FormErrors) -> bool:
    try:
        errors.raise_if_any()
    except ApiError:
        return True
    return False


LIST = {"type": 3, "custom_id": "a", "options": options(25)}
CHOSEN = [{"id": "1", "type": "role"}]
ROLES = {"type": 6, "custom_id": "a", "default_values": CHOSEN}


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        ([LIST], True),
        ([ROLES], True),
        ([{**LIST, "options": options(26)}], False),
        ([{**LIST, "options": options(1, label="x" * 101)}], False),
        ([{**LIST, "options": options(1, description="x" * 101)}], False),
        ([{**LIST, "max_values": 26}], False),
        ([{**LIST, "min_values": 2}], False),
        ([{**LIST, "options": options(2), "max_values": 3}], False),
        ([{**LIST, "options": options(2, default=True)}], False),
        ([{**LIST, "options": options(2, default=True), "min_values": 0, "max_values": 2}], True),
        ([{**LIST, "placeholder": "x" * 151}], False),
        ([{**LIST, "custom_id": "x" * 101}], False),
        ([LIST, {"type": 2, "style": 1, "label": "a", "custom_id": "b"}], False),
        ([{**ROLES, "default_values": [{"id": "1", "type": "channel"}]}], False),
        ([{**ROLES, "default_values": CHOSEN * 2}], False),
        ([{"type": 4, "custom_id": "a", "style": 1}], False),
    ],
)
def test_a_row_with_a_select_keeps_to_the_rules(row: list[Any], taken: bool) -> None:
    errors = FormErrors()
    check_components([{"type": 1, "components": row}], errors, v2=False)
    assert refused(errors) != taken


FIELD = {"type": 4, "custom_id": "text", "style": 1, "max_length": 100}
LABEL = {"type": 18, "label": "Sender", "component": FIELD}
WINDOW = {"title": "Sender", "custom_id": "a", "components": [LABEL]}


@pytest.mark.parametrize(
    ("window", "taken"),
    [
        (WINDOW, True),
        ({**WINDOW, "title": "x" * 46}, False),
        ({**WINDOW, "custom_id": ""}, False),
        ({**WINDOW, "components": []}, False),
        ({**WINDOW, "components": [LABEL, LABEL]}, False),
        ({**WINDOW, "components": [{**LABEL, "label": "x" * 46}]}, False),
        ({**WINDOW, "components": [{**LABEL, "description": "x" * 101}]}, False),
        ({**WINDOW, "components": [{**LABEL, "component": {**FIELD, "value": "x" * 101}}]}, False),
        ({**WINDOW, "components": [{**LABEL, "component": {**FIELD, "style": 3}}]}, False),
        ({**WINDOW, "components": [{**LABEL, "component": {**FIELD, "label": "a"}}]}, False),
        ({**WINDOW, "components": [{"type": 1, "components": [{**FIELD, "label": "a"}]}]}, True),
        ({**WINDOW, "components": [FIELD]}, False),
    ],
)
def test_a_window_keeps_to_the_rules(window: dict[str, Any], taken: bool) -> None:
    errors = FormErrors()
    check_modal(window, errors)
    assert refused(errors) != taken


@pytest.mark.parametrize(
    ("localised", "status"),
    [
        ({"name_localizations": {"th": "ติดตาม", "de": "abonnieren"}}, 200),
        ({"name_localizations": {"de": "Abonnieren"}}, 400),
        ({"name_localizations": {"de": "zwei worte"}}, 400),
        ({"name_localizations": {"km": "ជាវ"}}, 400),
        ({"name_localizations": {"de": "hilfe"}}, 400),  # which another command is called
        ({"description_localizations": {"de": "x" * 101}}, 400),
    ],
)
async def test_names_in_other_languages_keep_to_the_rules(localised: dict[str, Any], status: int) -> None:
    async with DiscordEmulator(check=False) as server:
        subscribe = {"name": "subscribe", "description": "Subscribe", **localised}
        others = [{"name": "hilfe", "description": "Help"}]
        path = f"/applications/{server.bot.id}/commands"
        answered, _, _ = await post(server, path, [subscribe, *others], "PUT")
        assert answered == status
        if status == 200:
            [plain, _] = (await post(server, path, None, "GET"))[2]
            [full, _] = (await post(server, f"{path}?with_localizations=true", None, "GET"))[2]
            assert "name_localizations" not in plain
            assert full["name_localizations"] == localised["name_localizations"]
