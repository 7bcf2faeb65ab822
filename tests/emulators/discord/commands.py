"""The registration of application commands (discord.md 8 and 10.1)."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from tests.emulators.discord.access import Access
from tests.emulators.discord.calls import Answer, Call, Route
from tests.emulators.discord.errors import FormErrors, refuse
from tests.emulators.discord.nouns import Json
from tests.emulators.discord.permissions import BITS
from tests.emulators.discord.world import World

_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{Script=Devanagari}\p{Script=Thai}]{1,32}")
#: Docs, reference, Locales.
LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
_COMMANDS_LIMIT = 100
_OPTIONS_LIMIT = 25
_CREATES_PER_DAY = 200
_EVERYWHERE = 0


class Commands:
    """What the bot has registered, for everywhere and for single guilds."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access
        self._registered: dict[int, list[Json]] = {}
        #: Roles that a server owner added under Integrations: they see the commands without the default permissions.
        self.opened: set[int] = set()
        #: Names created so far, for each guild, or 0 for everywhere; Discord allows 200 a day (discord.md 2.1).
        self.creates: Counter[int] = Counter()

    def routes(self) -> Iterator[Route]:
        """The routes of this room."""
        for place in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"):
            yield Route("GET", f"{place}/commands", self.list)
            yield Route("PUT", f"{place}/commands", self.replace)
            yield Route("POST", f"{place}/commands", self.add)
            yield Route("DELETE", f"{place}/commands/{{command_id}}", self.remove)

    @property
    def everywhere(self) -> list[Json]:
        """The global commands, as Discord would give them back."""
        return self._registered.get(_EVERYWHERE, [])

    def find(self, name: str, guild_id: int) -> Json | None:
        """The command that people in the guild see under this name; a guild's own hides the global one."""
        offered = [*self._registered.get(guild_id, []), *self.everywhere]
        return next((command for command in offered if command["name"] == name), None)

    def list(self, call: Call) -> Answer:
        """What is registered; in other languages only to who asks for them (docs, application-commands)."""
        registered = self._registered.get(self._place(call), [])
        asked = call.query.get("with_localizations") in {"1", "true", "True"}
        return Answer(registered if asked else [_unlocalised(command) for command in registered])

    def replace(self, call: Call) -> Answer:
        """Register all commands anew; those that keep their name keep their id."""
        place = self._place(call)
        bodies: list[Json] = call.body if isinstance(call.body, list) else []
        errors = FormErrors()
        if len(bodies) > _COMMANDS_LIMIT:
            errors.add("commands", "BASE_TYPE_MAX_LENGTH", f"Must be {_COMMANDS_LIMIT} or fewer in length.")
        for number, body in enumerate(bodies):
            _check(f"{number}", body, errors)
        _check_doubles(bodies, errors)
        errors.raise_if_any()
        self._registered[place] = [self._made(body, place) for body in bodies]
        return Answer(self._registered[place])

    def add(self, call: Call) -> Answer:
        """Register one command more, or anew."""
        place = self._place(call)
        errors = FormErrors()
        _check("command", call.form, errors)
        errors.raise_if_any()
        made = self._made(call.form, place)
        others = [one for one in self._registered.get(place, []) if one["id"] != made["id"]]
        self._registered[place] = [*others, made]
        return Answer(made)

    def remove(self, call: Call) -> Answer:
        """Forget a command."""
        place = self._place(call)
        left = [one for one in self._registered.get(place, []) if one["id"] != call.params["command_id"]]
        if len(left) == len(self._registered.get(place, [])):
            raise refuse(10063)
        self._registered[place] = left
        return Answer(status=204)

    def _place(self, call: Call) -> int:
        if call.id("application_id") != self._world.application_id:
            raise refuse(50001)
        return self._access.to_guild(call.id("guild_id")).id if "guild_id" in call.params else _EVERYWHERE

    def _made(self, body: Json, place: int) -> Json:
        """The command as Discord keeps it. Raises 30034 beyond 200 new names a day."""
        kind = body.get("type", 1)
        old = next(
            (one for one in self._registered.get(place, []) if one["name"] == body["name"] and one["type"] == kind),
            None,
        )
        if old is None:
            if self.creates[place] >= _CREATES_PER_DAY:
                raise refuse(30034)
            self.creates[place] += 1
        permissions = body.get("default_member_permissions")
        where = {"guild_id": str(place)} if place else {}
        return {
            "nsfw": False,
            "description": "",
            **body,
            "integration_types": body.get("integration_types") or [0],
            **where,
            "id": old["id"] if old else str(self._world.ids.next()),
            "application_id": str(self._world.application_id),
            "version": str(self._world.ids.next()),
            "type": kind,
            "default_member_permissions": None if permissions is None else str(permissions),
        }


def may_see(command: Json, permissions: int) -> bool:
    """Whether Discord shows the command to a member with these permissions."""
    if permissions & BITS["administrator"]:
        return True
    needed = command.get("default_member_permissions")
    if needed is None:
        return bool(permissions & BITS["use_application_commands"])
    return int(needed) != 0 and permissions & int(needed) == int(needed)


def _check(path: str, body: Json, errors: FormErrors) -> None:
    """Note what is wrong with a command or an option: names, descriptions, numbers of options and choices."""
    name = body.get("name") or ""
    if body.get("type", 1) == 1 or path.count("."):
        if not _NAME.fullmatch(name) or name != name.lower():
            message = r"Command name is invalid: it must match ^[-_'\p{L}\p{N}]{1,32}$ in lower case."
            errors.add(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", message)
        errors.length(f"{path}.description", body.get("description") or "", 100, least=1)
        _check_localised(path, body, errors)
    options = body.get("options") or []
    if len(options) > _OPTIONS_LIMIT:
        errors.add(f"{path}.options", "BASE_TYPE_MAX_LENGTH", f"Must be {_OPTIONS_LIMIT} or fewer in length.")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        message = "Required options must be placed before non-required options"
        errors.add(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
    for number, option in enumerate(options):
        _check(f"{path}.options.{number}", option, errors)
    check_choices(f"{path}.choices", body.get("choices") or [], errors)


def _check_localised(path: str, body: Json, errors: FormErrors) -> None:
    """Names and descriptions in other languages keep to the same rules, and the languages are Discord's."""
    for locale, name in (body.get("name_localizations") or {}).items():
        if locale not in LOCALES:
            errors.add(f"{path}.name_localizations", "BASE_TYPE_CHOICES", f"{locale} is no locale.")
        if not _NAME.fullmatch(name) or name != name.lower():
            errors.add(f"{path}.name_localizations.{locale}", "APPLICATION_COMMAND_INVALID_NAME", "Invalid name.")
    for locale, words in (body.get("description_localizations") or {}).items():
        if locale not in LOCALES:
            errors.add(f"{path}.description_localizations", "BASE_TYPE_CHOICES", f"{locale} is no locale.")
        errors.length(f"{path}.description_localizations.{locale}", words, 100, least=1)
    _check_doubles(body.get("options") or [], errors)


def _check_doubles(named: Sequence[Json], errors: FormErrors) -> None:
    """No two commands, and no two options of one, have the same name in a language."""
    for locale in ("", *LOCALES):
        names = [(one.get("name_localizations") or {}).get(locale, one.get("name")) for one in named]
        if len(names) != len(set(names)):
            errors.add("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", f"Names must be unique: {locale} {names}.")


def _unlocalised(part: Json) -> Json:
    kept = {name: value for name, value in part.items() if not name.endswith("_localizations")}
    return kept | ({"options": [_unlocalised(one) for one in part["options"]]} if "options" in part else {})


def check_choices(path: str, choices: list[Json], errors: FormErrors) -> None:
    """Note what is wrong with choices, those of autocomplete too: 25 at most, of 100 characters (discord.md 2.2)."""
    if len(choices) > _OPTIONS_LIMIT:
        errors.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {_OPTIONS_LIMIT} or fewer in length.")
    for number, choice in enumerate(choices):
        errors.length(f"{path}.{number}.name", choice.get("name"), 100, least=1)
        if isinstance(choice.get("value"), str):
            errors.length(f"{path}.{number}.value", choice["value"], 100)
