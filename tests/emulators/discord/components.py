"""What Discord accepts as buttons, menus and Components V2 (discord.md 2.2 and 7.1)."""

from collections.abc import Iterator

from tests.emulators.discord.errors import FormErrors
from tests.emulators.discord.nouns import Json

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_DISPLAY, MEDIA_GALLERY = 1, 2, 3, 10, 12
SELECTS = {3, 5, 6, 7, 8}
V2_ONLY = {9, 10, 11, 12, 13, 14, 17}
_LINK_STYLE = 5
_ROWS_LIMIT = 5
_V2_COUNT_LIMIT = 40
_V2_TEXT_LIMIT = 4000


def flatten(components: list[Json]) -> Iterator[Json]:
    """All components, the nested ones too, in the order of reading."""
    for component in components:
        yield component
        yield from flatten(component.get("components") or [])
        if accessory := component.get("accessory"):
            yield accessory


def check_components(components: list[Json], errors: FormErrors, *, v2: bool) -> None:
    """Note what is wrong with the components of a message; `v2` when it has the flag IS_COMPONENTS_V2."""
    flat = list(flatten(components))
    if v2:
        _check_v2(flat, errors)
    elif len(components) > _ROWS_LIMIT:
        errors.add("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_ROWS_LIMIT} in length.")
    _check_ids(flat, errors)
    for number, component in enumerate(components):
        path = f"components.{number}"
        if not v2 and component.get("type") != ACTION_ROW:
            errors.add(f"{path}.type", "BASE_TYPE_CHOICES", "Value must be one of {1}.")
        if component.get("type") == ACTION_ROW:
            _check_row(path, component.get("components") or [], errors)


def _check_v2(flat: list[Json], errors: FormErrors) -> None:
    if len(flat) > _V2_COUNT_LIMIT:
        message = f"The total number of components must be {_V2_COUNT_LIMIT} or fewer."
        errors.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    if sum(len(one.get("content") or "") for one in flat if one.get("type") == TEXT_DISPLAY) > _V2_TEXT_LIMIT:
        message = f"The text of all components must be {_V2_TEXT_LIMIT} or fewer in length."
        errors.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    for gallery in (one for one in flat if one.get("type") == MEDIA_GALLERY):
        if not 1 <= len(gallery.get("items") or []) <= 10:
            errors.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")


def _check_ids(flat: list[Json], errors: FormErrors) -> None:
    ids = [component["custom_id"] for component in flat if component.get("custom_id")]
    if len(ids) != len(set(ids)):
        errors.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def _check_row(path: str, row: list[Json], errors: FormErrors) -> None:
    if not 1 <= len(row) <= 5:
        errors.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for number, component in enumerate(row):
        inner = f"{path}.components.{number}"
        errors.length(f"{inner}.custom_id", component.get("custom_id"), 100, least=1)
        if component.get("type") == BUTTON:
            _check_button(inner, component, errors)
        elif component.get("type") == STRING_SELECT:
            _check_menu(inner, component, errors)


def _check_button(path: str, button: Json, errors: FormErrors) -> None:
    errors.length(f"{path}.label", button.get("label"), 80)
    errors.length(f"{path}.url", button.get("url"), 512)
    if not button.get("label") and not button.get("emoji"):
        errors.required(f"{path}.label")
    if button.get("style") == _LINK_STYLE:
        if not str(button.get("url", "")).startswith(("http://", "https://", "discord://")):
            errors.add(f"{path}.url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif not button.get("custom_id"):
        errors.required(f"{path}.custom_id")


def _check_menu(path: str, menu: Json, errors: FormErrors) -> None:
    options = menu.get("options") or []
    if not 1 <= len(options) <= 25:
        errors.add(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    errors.length(f"{path}.placeholder", menu.get("placeholder"), 150)
    for number, option in enumerate(options):
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            errors.length(f"{path}.options.{number}.{name}", option.get(name), 100, least=least)
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        errors.add(
            f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
        )
