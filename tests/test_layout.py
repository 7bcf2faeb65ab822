"""The shape of the code is read from its imports, and kept: who may know whom, and where each library lives."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
TOP: Final = ("bot", "adapters", "state")

CORE: Final = ("watching", "reading", "composing", "picturing", "publishing", "delivering", "subscribing", "texts")
RINGS: Final = (  # from the inside out: imports point inwards or stay in their ring
    ("bot.models",),
    ("bot.errors", "bot.clock", "bot.complaints", "bot.patience", "bot.blame"),
    ("bot.records",),
    ("bot.ports",),
    tuple(f"bot.{part}" for part in CORE),
    ("adapters", "state"),
    ("bot.settings", "bot.setting_values", "bot.variables", "bot.redaction", "bot.logs"),
    ("bot.groundwork", "bot.premises"),
    ("bot.newsroom",),
    ("bot.app", "bot.garbage", "bot.stopping", "bot.web"),
    ("bot.cli",),
)

HOMES: Final = {  # each library has one home; a library without an entry has none
    "PIL": ("adapters.pictures",),
    "aiohttp": ("adapters", "bot.web"),
    "babel": ("bot.texts",),
    "click": ("bot.cli",),
    "discord": ("adapters.discord",),
    "dotenv": ("bot.variables",),
    "frontmatter": ("bot.reading",),
    "gettext": ("bot.texts",),
    "httpx": ("adapters.telegram",),
    "jinja2": ("adapters.console", "bot.composing"),
    "markdown_it": ("bot.reading", "adapters.console"),
    "markupsafe": ("adapters.console",),
    "psycopg": ("state",),
    "psycopg_pool": ("state",),
    "pydantic": ("bot.settings", "bot.setting_values"),
    "pydantic_settings": ("bot.settings",),
    "regex": ("bot.composing", "bot.reading", "bot.subscribing"),
    "rich": ("bot.cli",),
    "sqlite3": ("state",),
    "sqlite_utils": ("state",),
    "structlog": ("bot.logs",),
    "telegram": ("adapters.telegram",),
    "tomllib": ("bot.reading", "adapters.discord"),
    "watchdog": ("bot.watching",),
    "yaml": ("bot.reading",),
    "yarl": ("adapters.discord", "adapters.fetching"),
}
PLATFORM_LIBRARIES: Final = {"telegram", "discord", "httpx", "aiohttp", "yarl"}
# HTTP: there is to be one guard, and one kind of pool (docs/adr/0013, 0018, 0021).
SHARED_BY_ADAPTERS: Final = "adapters.fetching"
SHOWN_BY_THE_CONSOLE: Final = {"adapters.telegram.render", "adapters.discord.render"}
# May import our own modules inside functions: a platform only when it is used.
LAZY: Final = ("bot.cli", "bot.app", "bot.newsroom")

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60


@dataclass(frozen=True)
class Import:
    """One import of `target` (a module) by `module`."""

    module: str
    target: str
    line: int
    in_function: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


Code = Mapping[str, ast.Module]
"""Our modules by name."""


def parse(sources: Mapping[str, str]) -> Code:
    return {name: ast.parse(source) for name, source in sources.items()}


@cache
def our_code() -> Code:
    files = [file for top in TOP for file in sorted((ROOT / top).rglob("*.py"))]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return parse({name: file.read_text(encoding="utf-8") for name, file in zip(names, files, strict=True)})


def imports(code: Code) -> Iterator[Import]:
    """Every import, also inside functions and below TYPE_CHECKING."""
    for module, tree in code.items():
        yield from _imports_of(module, tree, code, in_function=False)


def _imports_of(module: str, node: ast.AST, code: Code, *, in_function: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(module, alias.name, node.lineno, in_function) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"{module}:{node.lineno} imports by a relative name"
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield Import(module, whole if whole in code else node.module or "", node.lineno, in_function)
    inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _imports_of(module, child, code, in_function=inside)


def within(module: str, *places: str) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def ring(module: str) -> int:
    """How far outside the module stands; 0 is the innermost ring."""
    if module in TOP[:1]:
        return 0  # the package `bot` itself holds nothing
    found = [number for number, places in enumerate(RINGS) if within(module, *places)]
    assert found, f"{module} stands in no ring: give it a place in RINGS"
    return found[0]


# --- the rules: each names what breaks it ----------------------------------------------------------------------------


def outward_imports(code: Code) -> list[str]:
    ours = [found for found in imports(code) if within(found.target, *TOP)]
    return [str(found) for found in ours if ring(found.target) > ring(found.module)]


def neighbourly_imports(code: Code) -> list[str]:
    """Adapters that know each other or the store, and a store that knows adapters."""
    return [
        str(found)
        for found in imports(code)
        if within(found.module, "adapters", "state")
        and within(found.target, "adapters", "state")
        and _house(found.module) != _house(found.target)
        and not within(found.target, SHARED_BY_ADAPTERS)
        and not (within(found.module, "adapters.console") and found.target in SHOWN_BY_THE_CONSOLE)
    ]


def meetings_beside_the_store(code: Code) -> list[str]:
    """Publishing and delivering that know each other: they meet in the deliveries that the store keeps (ADR 0020)."""
    rooms = ("bot.publishing", "bot.delivering")
    return [
        str(found)
        for found in imports(code)
        for one, other in (rooms, rooms[::-1])
        if within(found.module, one) and within(found.target, other)
    ]


def _house(module: str) -> str:
    return "state" if within(module, "state") else ".".join(module.split(".")[:2])


def libraries_away_from_home(code: Code) -> list[str]:
    away = []
    for found in imports(code):
        library = found.target.partition(".")[0]
        free = library in TOP or (library in sys.stdlib_module_names and library not in HOMES)
        if not free and not within(found.module, *HOMES.get(library, ())):
            away.append(str(found))
    return away


def renderings_with_a_platform(code: Code) -> list[str]:
    """Each render.py that imports a platform library, itself or through our own modules."""
    return [
        f"{module} reaches {found}"
        for module in code
        if module.endswith(".render")
        for found in _reached(module, code)
        if found.target.partition(".")[0] in PLATFORM_LIBRARIES
    ]


def _reached(module: str, code: Code) -> list[Import]:
    """Every import that importing `module` runs, whatever it passes through."""
    by_module: dict[str, list[Import]] = {}
    for found in imports(code):
        by_module.setdefault(found.module, []).append(found)
    reached: list[Import] = []
    seen, todo = {module}, [module]
    while todo:
        for found in by_module.get(todo.pop(), []):
            reached.append(found)
            if found.target not in seen:
                seen.add(found.target)
                todo.append(found.target)
    return reached


def hidden_imports(code: Code) -> list[str]:
    return [
        str(found)
        for found in imports(code)
        if found.in_function and within(found.target, *TOP) and not within(found.module, *LAZY)
    ]


def import_cycles(code: Code) -> list[str]:
    """A circle of modules, or of packages, that import each other; in-function imports count."""
    return _cycle(code, lambda module: module) or _cycle(code, _package)


def _package(module: str) -> str:
    return "state" if within(module, "state") else ".".join(module.split(".")[:2])


def _cycle(code: Code, node_of: Callable[[str], str]) -> list[str]:
    graph: dict[str, set[str]] = {}
    for found in imports(code):
        module, target = node_of(found.module), node_of(found.target)
        if within(target, *TOP) and module != target:
            graph.setdefault(module, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(reversed(error.args[1]))]
    return []


def global_statements(code: Code) -> list[str]:
    return [
        f"{module}:{node.lineno} changes a global name"
        for module, tree in code.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Global)
    ]


def long_functions(code: Code) -> list[str]:
    return [
        f"{module}:{node.lineno} {node.name} has {length} lines"
        for module, tree in code.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


RULES: Final = (
    outward_imports,
    neighbourly_imports,
    meetings_beside_the_store,
    libraries_away_from_home,
    renderings_with_a_platform,
    hidden_imports,
    import_cycles,
    global_statements,
    long_functions,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_breaks_no_rule(rule: Callable[[Code], list[str]]) -> None:
    assert rule(our_code()) == []


@pytest.mark.parametrize(
    ("rule", "sources"),
    [
        (outward_imports, {"bot.models": "import bot.errors", "bot.errors": ""}),
        (outward_imports, {"bot.reading.reader": "from adapters.telegram.render import render"}),
        (outward_imports, {"adapters.discord.adapter": "from bot.settings import Settings"}),
        (neighbourly_imports, {"adapters.telegram.adapter": "import adapters.discord.markdown"}),
        (neighbourly_imports, {"adapters.console.adapter": "import adapters.discord.adapter"}),
        (neighbourly_imports, {"adapters.telegram.adapter": "import state"}),
        (neighbourly_imports, {"adapters.fetching.fetcher": "import adapters.telegram.markup"}),
        (neighbourly_imports, {"state.sqlite": "from adapters import telegram"}),
        (meetings_beside_the_store, {"bot.publishing.publisher": "import bot.delivering.pacer"}),
        (meetings_beside_the_store, {"bot.delivering.caller": "from bot.publishing.guard import Guards"}),
        (libraries_away_from_home, {"bot.reading.paths": "from watchdog.events import FileClosedEvent"}),
        (libraries_away_from_home, {"bot.delivering.pacer": "import sqlite3"}),
        (libraries_away_from_home, {"bot.app": "import requests"}),
        (
            renderings_with_a_platform,
            {
                "adapters.telegram.render": "import adapters.telegram.markup",
                "adapters.telegram.markup": "import telegram",
            },
        ),
        (hidden_imports, {"bot.reading.reader": "def read():\n    from bot import models", "bot.models": ""}),
        (
            import_cycles,
            {"bot.reading.a": "import bot.reading.b", "bot.reading.b": "def f():\n    import bot.reading.a"},
        ),
        (import_cycles, {"bot.reading.a": "import bot.texts.b", "bot.texts.c": "import bot.reading.d"}),
        (global_statements, {"bot.app": "count = 0\ndef add():\n    global count\n    count += 1"}),
        (long_functions, {"bot.app": "def long():\n" + "    pass\n" * LONGEST_FUNCTION}),
    ],
)
def test_every_rule_bites(rule: Callable[[Code], list[str]], sources: dict[str, str]) -> None:
    assert rule(parse(sources))


def test_every_module_has_its_place() -> None:
    assert [ring(module) for module in our_code()]


def test_the_console_may_show_what_the_platforms_render() -> None:
    assert neighbourly_imports(parse({"adapters.console.render": "from adapters.telegram.render import render"})) == []


def test_every_package_says_in_its_first_line_what_it_is() -> None:
    folders = {file.parent for top in TOP for file in (ROOT / top).rglob("*.py")}
    silent = [
        str(folder.relative_to(ROOT))
        for folder in folders
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    ]

    assert silent == []


def test_no_file_is_longer_than_a_person_reads() -> None:
    files = [file for top in (*TOP, "tests", "benchmarks") for file in (ROOT / top).rglob("*.py")]
    lengths = {str(file.relative_to(ROOT)): len(file.read_bytes().splitlines()) for file in files}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_command_line_starts_without_any_platform(tmp_path: Path) -> None:
    commands = [module for module in our_code() if within(module, "bot.cli") and not module.endswith("__main__")]

    loaded = python(f"import sys, {', '.join(commands)}; print(*sorted(sys.modules))", tmp_path).split()

    assert set(commands) <= set(loaded)
    assert {"telegram", "discord"}.isdisjoint(loaded)


def test_importing_does_nothing(tmp_path: Path) -> None:
    modules = [module for module in our_code() if not module.endswith("__main__")]

    said = python(f"import threading, {', '.join(modules)}; print(threading.active_count())", tmp_path)

    assert said == "1\n"  # nothing was printed but this, and nothing runs
    assert list(tmp_path.iterdir()) == []


def python(program: str, folder: Path) -> str:
    """What `program` prints, run by a fresh interpreter in `folder`."""
    command = [sys.executable, "-B", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
