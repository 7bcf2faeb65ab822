"""Our table of limits is Discord's."""

from typing import Any

import pytest

from adapters.discord import limits
from tests.specs import load_spec

# Ours -> where the specification says the same.
PLACES = {
    "EMBED_TITLE": ("RichEmbed", "title", "maxLength"),
    "EMBED_DESCRIPTION": ("RichEmbed", "description", "maxLength"),
    "EMBED_URL": ("RichEmbed", "url", "maxLength"),
    "EMBED_FOOTER": ("RichEmbedFooter", "text", "maxLength"),
    "BUTTON_LABEL": ("ButtonComponentForMessageRequest", "label", "maxLength"),
    "BUTTON_URL": ("ButtonComponentForMessageRequest", "url", "maxLength"),
    "CUSTOM_ID": ("ButtonComponentForMessageRequest", "custom_id", "maxLength"),
    "ALT_TEXT": ("MessageAttachmentRequest", "description", "maxLength"),
}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    spec = load_spec("discord_openapi.json")
    if spec is None:
        pytest.skip("not checked: no specs")
    found: dict[str, Any] = spec["components"]["schemas"]
    return found


@pytest.mark.parametrize("name", PLACES)
def test_a_limit_is_the_one_of_the_specification(name: str, schemas: dict[str, Any]) -> None:
    schema, field, rule = PLACES[name]
    assert getattr(limits, name) == schemas[schema]["properties"][field][rule]


def test_content_is_kept_to_what_the_docs_say_where_the_specification_is_looser(schemas: dict[str, Any]) -> None:
    assert limits.CONTENT == 2000 < schemas["MessageCreateRequest"]["properties"]["content"]["maxLength"]


def test_choices_of_autocomplete_are_kept_to_the_specification(schemas: dict[str, Any]) -> None:
    choices = schemas["InteractionApplicationCommandAutocompleteCallbackStringData"]["properties"]["choices"]
    assert choices["maxItems"] == limits.CHOICES
