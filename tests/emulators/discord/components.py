"""What Discord accepts as buttons, menus and Components V2 (discord.md 2.2 and 7.1)."""

from collections.abc import Iterator

from tests.emulators.discord.errors import FormErrors
from tests.emulators.discord.nouns import Json

ACTION_ROW, BUTTON, STRING_SELECT, SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE = 1, 2, 3, 9, 10, 11, 12, 13
SEPARATOR, CONTAINER = 14, 17
ROLE_SELECT, CHANNEL_SELECT = 6, 8
SELECTS = {3, 5, 6, 7, 8}
#: What may be chosen already in selects that Discord fills itself.
DEFAULTS = {5: {"user"}, 6: {"role"}, 7: {"user", "role"}, 8: {"channel"}}
LABEL, TEXT_INPUT = 18, 4
IN_CONTAINERS = {ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR}
AT_THE_TOP = IN_CONTAINERS | {CONTAINER}
OWN_FILE = "attachment://"
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
        _check_parts("components", components, AT_THE_TOP, errors)
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
    lengths = [len(one.get("content") or "") for one in flat if one.get("type") == TEXT_DISPLAY]
    if max(lengths, default=0) <= _V2_TEXT_LIMIT < sum(lengths):
        message = f"The text of all components must be {_V2_TEXT_LIMIT} or fewer in length."
        errors.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def _check_parts(path: str, parts: list[Json], allowed: set[int], errors: FormErrors) -> None:
    """What may stand where in Components V2, and how large it is."""
    for number, part in enumerate(parts):
        inner = f"{path}.{number}"
        kind = part.get("type")
        if kind not in allowed:
            words = ", ".join(map(str, sorted(allowed)))
            errors.add(f"{inner}.type", "BASE_TYPE_CHOICES", f"Value must be one of {{{words}}}.")
        elif kind == TEXT_DISPLAY:
            _check_text(f"{inner}.content", part.get("content"), errors)
        elif kind == MEDIA_GALLERY:
            _count(f"{inner}.items", part.get("items"), 10, errors)
            for index, item in enumerate(part.get("items") or []):
                _check_media(f"{inner}.items.{index}", item, errors)
        elif kind == SECTION:
            _check_section(inner, part, errors)
        elif kind == CONTAINER:
            _count(f"{inner}.components", part.get("components"), _V2_COUNT_LIMIT, errors)
            if not 0 <= (part.get("accent_color") or 0) <= 0xFFFFFF:
                errors.add(f"{inner}.accent_color", "NUMBER_TYPE_MAX", "int value should be between 0 and 16777215.")
            _check_parts(f"{inner}.components", part.get("components") or [], IN_CONTAINERS, errors)
        elif kind == ACTION_ROW and path != "components":  # those at the top are checked in any message
            _check_row(inner, part.get("components") or [], errors)


def _check_section(path: str, section: Json, errors: FormErrors) -> None:
    _count(f"{path}.components", section.get("components"), 3, errors)
    _check_parts(f"{path}.components", section.get("components") or [], {TEXT_DISPLAY}, errors)
    accessory = section.get("accessory") or {}
    if accessory.get("type") == THUMBNAIL:
        _check_media(f"{path}.accessory", accessory, errors)
    elif accessory.get("type") == BUTTON:
        _check_button(f"{path}.accessory", accessory, errors)
    else:
        errors.add(f"{path}.accessory.type", "BASE_TYPE_CHOICES", "Value must be one of {2, 11}.")


def _check_text(path: str, text: object, errors: FormErrors) -> None:
    if not isinstance(text, str) or not text.strip():
        errors.required(path)
    errors.length(path, text, _V2_TEXT_LIMIT)


def _check_media(path: str, item: Json, errors: FormErrors) -> None:
    url = (item.get("media") or {}).get("url")
    if not url:
        errors.required(f"{path}.media.url")
    elif not str(url).startswith(("http://", "https://", OWN_FILE)) or " " in str(url):
        errors.add(f"{path}.media.url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    errors.length(f"{path}.media.url", url, 2048)
    errors.length(f"{path}.description", item.get("description"), 1024, least=1)


def _count(path: str, parts: object, most: int, errors: FormErrors) -> None:
    if not isinstance(parts, list) or not 1 <= len(parts) <= most:
        errors.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length.")


def media_of(components: list[Json]) -> Iterator[Json]:
    """The pictures that components show: `{"url": …}`."""
    for component in flatten(components):
        for holder in (component, *(component.get("items") or [])):
            if isinstance(media := holder.get("media"), dict):
                yield media


def texts_of(components: list[Json]) -> Iterator[str]:
    """What components say, in the order of reading."""
    yield from (one["content"] for one in flatten(components) if one.get("type") == TEXT_DISPLAY)


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
        elif component.get("type") in SELECTS:
            _check_menu(inner, component, errors)
            if len(row) > 1:
                errors.add(inner, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select takes the width of a row.")
        else:
            errors.add(f"{inner}.type", "BASE_TYPE_CHOICES", "Value must be one of {2, 3, 5, 6, 7, 8}.")


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
    """Selects (docs, components/reference): the number of values, what is chosen already, and the options."""
    if not menu.get("custom_id"):
        errors.required(f"{path}.custom_id")
    errors.length(f"{path}.placeholder", menu.get("placeholder"), 150)
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not 0 <= least <= 25:
        errors.add(f"{path}.min_values", "NUMBER_TYPE_MAX", "int value should be between 0 and 25.")
    if not max(least, 1) <= most <= 25:
        errors.add(f"{path}.max_values", "NUMBER_TYPE_MAX", f"int value should be between {max(least, 1)} and 25.")
    if menu.get("type") == STRING_SELECT:
        _check_options(path, menu, most, errors)
        return
    defaults = menu.get("default_values") or []
    if len(defaults) > most:
        errors.add(f"{path}.default_values", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    kinds = DEFAULTS[menu["type"]]
    if any(each.get("type") not in kinds for each in defaults):
        errors.add(f"{path}.default_values", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(kinds)}.")


def _check_options(path: str, menu: Json, most: int, errors: FormErrors) -> None:
    options = menu.get("options") or []
    if most > len(options) or sum(bool(option.get("default")) for option in options) > most:
        errors.add(f"{path}.max_values", "SELECT_COMPONENT_MAX_VALUES", "More values than options, or more chosen.")
    if not 1 <= len(options) <= 25:
        errors.add(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    for number, option in enumerate(options):
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            errors.length(f"{path}.options.{number}.{name}", option.get(name), 100, least=least)
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        errors.add(
            f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
        )


def check_modal(modal: Json, errors: FormErrors) -> None:
    """Note what is wrong with a window: its title, and its labels with one field each (docs, components/reference)."""
    errors.length("data.title", modal.get("title"), 45, least=1)
    errors.length("data.custom_id", modal.get("custom_id"), 100, least=1)
    _count("data.components", modal.get("components"), 5, errors)
    ids = []
    for number, part in enumerate(modal.get("components") or []):
        path = f"data.components.{number}"
        ids.append(_check_part_of_modal(path, part, errors))
    if len(ids) != len(set(ids)):
        errors.add("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def _check_part_of_modal(path: str, part: Json, errors: FormErrors) -> str:
    """A label with its field, or a row with one, which is deprecated and taken still; returns the field's custom_id."""
    field: Json = part.get("component") or {}
    if part.get("type") == LABEL:
        errors.length(f"{path}.label", part.get("label"), 45, least=1)
        errors.length(f"{path}.description", part.get("description"), 100, least=1)
        if field.get("label"):
            errors.add(f"{path}.component.label", "COMPONENT_LABEL_NOT_ALLOWED", "A field in a label has none itself.")
    elif part.get("type") == ACTION_ROW:
        _count(f"{path}.components", part.get("components"), 1, errors)
        field = next(iter(part.get("components") or []), {})
        errors.length(f"{path}.components.0.label", field.get("label"), 45, least=1)
    else:
        errors.add(f"{path}.type", "BASE_TYPE_CHOICES", f"Value must be one of {{{ACTION_ROW}, {LABEL}}}.")
    if field.get("type") == TEXT_INPUT:
        _check_field(f"{path}.component", field, errors)
    elif field.get("type") in SELECTS and part.get("type") == LABEL:
        _check_menu(f"{path}.component", field, errors)
    else:
        errors.add(f"{path}.component.type", "BASE_TYPE_CHOICES", "Value must be one of {3, 4, 5, 6, 7, 8}.")
    return str(field.get("custom_id"))


def _check_field(path: str, field: Json, errors: FormErrors) -> None:
    errors.length(f"{path}.custom_id", field.get("custom_id"), 100, least=1)
    errors.length(f"{path}.placeholder", field.get("placeholder"), 100)
    if field.get("style") not in {1, 2}:
        errors.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    errors.length(f"{path}.value", field.get("value"), min(field.get("max_length") or 4000, 4000))
