"""Every shape of post seen in the wild, as a small site of its own in tests/posts/zoo, with the Post it must give.

A case is a folder with one post, what its site has beside it, and `expected.toml`: `[post]` (all fields of Post that
differ from an empty one), `[refused]` (line, what), or `no_post = true`. `[settings]` are variables, as in .env.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from bot.errors import IncompletePost, PostError
from bot.models import Overrides, Picture, Post, Span, Visibility
from bot.premises import site_of
from bot.reading.reader import read_post
from bot.settings import load_settings

TESTS: Final = Path(__file__).parents[1]
ZOO: Final = TESTS / "posts" / "zoo"
NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
EMPTY: Final = Post("", (), "", "", (), None, (), (), (), "en", None)
CASES: Final = sorted(path.parent for path in ZOO.glob("*/*/expected.toml"))

# How many cases each group has; what needs more than one file stands in tests/journeys and tests/publishing.
GROUPS: Final = {
    "categories": 9,
    "excerpt": 15,
    "file": 13,
    "identity": 5,
    "images": 9,
    "seed": 5,
    "time": 11,
    "title": 5,
    "url": 10,
    "yaml": 15,
}


def test_no_case_is_lost() -> None:
    folders = sorted(path for path in ZOO.glob("*/*") if path.is_dir())
    assert folders == CASES, "a case without an expected.toml"
    assert {group: sum(case.parent.name == group for case in CASES) for group in GROUPS} == GROUPS


def test_what_the_list_of_cases_names_exists() -> None:
    rows = [row for row in (ZOO / "README.md").read_text(encoding="utf-8").splitlines() if row.startswith("| ")][1:]
    assert len(rows) >= 50
    for row in rows:
        *_, case, shown_by, _ = row.split(" | ") if row.endswith(" | ") else (*row.removesuffix(" |").split(" | "), "")
        named = re.findall(r"`([^`]+)`", shown_by)
        assert named, f"{case}: nothing shows it"
        for name in named:
            file, is_test, test = name.partition("::")
            if is_test:
                source = (TESTS.parent / file).read_text(encoding="utf-8")
                assert re.search(rf"^(?:async )?def {re.escape(test)}\(", source, re.M), f"{case}: {name}"
            else:
                assert (ZOO / name / "expected.toml").is_file(), f"{case}: {name}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_post_is_read_as_its_generator_would(case: Path) -> None:
    expected = tomllib.loads((case / "expected.toml").read_text())
    settings = load_settings(None, {"NEWSBELL_POSTS": str(case), **expected.get("settings", {})})
    [file] = [path for path in case.rglob("*") if path.suffix in {".md", ".mdx"} and path.stem != "_index"]
    site = site_of(settings)
    if refused := expected.get("refused"):
        with pytest.raises(PostError) as caught:
            read_post(file, site, now=NOW)
        assert (caught.value.line, caught.value.what) == (refused["line"], refused["what"])
        assert caught.value.mend
        assert isinstance(caught.value, IncompletePost) is refused.get("incomplete", False)
        return
    post = read_post(file, site, now=NOW)
    if expected.get("no_post"):
        assert post is None
        return
    assert post == _post(expected["post"], case, file)


def _post(written: Mapping[str, Any], case: Path, file: Path) -> Post:
    """The Post that `written` describes."""
    values = {name: _VALUES.get(name, _same)(value) for name, value in written.items()}
    assert values.keys() <= {field.name for field in fields(Post)}
    values["pictures"] = tuple(_picture(each, case) for each in written.get("pictures", ()))
    return replace(EMPTY, path=file.relative_to(case).as_posix(), **values)


def _picture(written: Mapping[str, str], case: Path) -> Picture:
    file = str((case / written["file"]).resolve()) if "file" in written else None
    return Picture(url=written.get("url"), file=file, alt=written.get("alt", ""))


def _same(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_VALUES: Final[dict[str, Callable[[Any], Any]]] = {
    "excerpt": lambda written: tuple(Span(**span) for span in written),
    "published_at": lambda moment: moment.astimezone(UTC),
    "visibility": Visibility,
    "overrides": lambda written: Overrides(**written),
}
