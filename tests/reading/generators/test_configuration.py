"""A configuration is read whatever is in it; what can't be read is told with its line and the mend."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.generators.configuration import (
    LARGEST_FILE_BYTES,
    Configuration,
    flag_at,
    mapping_at,
    read_configuration,
    text_at,
    value_at,
    zone_at,
)
from tests.reading.generators.sites import write


def configured(folder: Path, name: str, text: str) -> Configuration:
    return read_configuration(write(folder, name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_config.yml", "url: https://paper.example\nlimits:\n  posts: 10\nfuture: true\n"),
        (
            "_config.yaml",
            "\ufeffurl: https://paper.example\r\nlimits: {posts: 10}\r\nfuture: yes\r\n---\nsecond: one\n",
        ),
        ("config.toml", 'url = "https://paper.example"\nfuture = true\n[limits]\nposts = 10\n'),
        ("config.json", '{"url": "https://paper.example", "limits": {"posts": 10}, "future": true}'),
    ],
)
def test_each_kind_gives_the_same_values(tmp_path: Path, name: str, text: str) -> None:
    found = configured(tmp_path, name, text)
    assert found.doubts == ()
    assert text_at(found.values, "url") == "https://paper.example"
    assert text_at(found.values, "limits", "posts") == "10"
    assert flag_at(found.values, "future") is True


def test_scalars_of_yaml_stay_as_written(tmp_path: Path) -> None:
    found = configured(tmp_path, "_config.yml", "lang: no\ntime: 12:30\nversion: 0123\nempty:\n")
    assert found.values == {"lang": "no", "time": "12:30", "version": "0123", "empty": None}


def test_a_script_is_its_text(tmp_path: Path) -> None:
    found = configured(tmp_path, "astro.config.mjs", "export default {}\n")
    assert found.values == {"source": "export default {}\n"}


@pytest.mark.parametrize(
    "tag", ["!!python/name:os.system", "!!python/object/apply:os.system [ls]", "!ENV [A, b]", "!x"]
)
def test_what_has_a_tag_of_its_own_is_nothing(tmp_path: Path, tag: str) -> None:
    found = configured(tmp_path, "mkdocs.yml", f"site_name: Paper\nformat: {tag}\nnested: [a, {{b: {tag} }}]\n")
    assert found.doubts == ()
    assert found.values == {"site_name": "Paper", "format": None, "nested": ["a", {"b": None}]}


@pytest.mark.parametrize(
    ("name", "text", "doubt"),
    [
        ("_config.yml", "url: x\ntitle: a: b\n", "_config.yml:2: it can't be understood here"),
        ("_config.yml", "- a\n- b\n", "_config.yml:1: its lines are not in the form  key: value"),
        ("_config.yml", f"a: {'[' * 30_000}\n", "_config.yml: it is nested too deeply"),
        ("_config.yml", "a: &a [*a]\n", "_config.yml: it is nested too deeply"),
        ("config.toml", "a = 1\nb = x\n", "config.toml:2: it is not valid TOML (Invalid value)"),
        ("config.toml", f"a = {'[' * 100_000}\n", "config.toml: it is nested too deeply"),
        ("config.json", '{"a": 1,\n}', "config.json:"),
        ("config.json", f'{{"a": {"[" * 100}{"]" * 100}}}', "config.json: it is nested too deeply"),
        ("config.json", f'{{"a": {"9" * 5000}}}', "config.json: a value in it can't be read"),
    ],
)  # fmt: skip
def test_what_can_t_be_read_is_told(tmp_path: Path, name: str, text: str, doubt: str) -> None:
    found = configured(tmp_path, name, text)
    assert found.values == {}
    [told] = found.doubts
    assert told.startswith(doubt)
    assert "; until it can be read, newsbell assumes the defaults; " in told
    assert found.source == text


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    file = tmp_path / "_config.yml"
    file.write_bytes(b"a: b\nurl: \xff\n")
    assert read_configuration(file).doubts[0].startswith("_config.yml:2: it is not UTF-8; ")


def test_a_huge_file_a_pipe_and_no_file_are_told(tmp_path: Path) -> None:
    huge = tmp_path / "_config.yml"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    pipe = tmp_path / "_config.toml"
    os.mkfifo(pipe)
    assert f"larger than {LARGEST_FILE_BYTES >> 10} KiB" in read_configuration(huge).doubts[0]
    assert "it is no file" in read_configuration(pipe).doubts[0]
    assert "it can't be read (No such file or directory)" in read_configuration(tmp_path / "none.yml").doubts[0]


def test_an_alias_bomb_is_harmless(tmp_path: Path) -> None:
    lines = [f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'x'}]" for n in range(30)]
    assert configured(tmp_path, "_config.yml", "\n".join(lines)).doubts == ()


def test_keys_are_found_however_they_are_written() -> None:
    values = {"baseURL": "https://paper.example", "Params": {"Author": "x", 1: "y"}, "none": None}
    assert text_at(values, "baseurl") == "https://paper.example"
    assert text_at(values, "params", "author") == "x"
    assert mapping_at(values, "params") == {"Author": "x"}
    assert value_at(values, "params", "author", "deeper") is None
    assert value_at([], "x") is None
    assert mapping_at(values, "none") == {}


@pytest.mark.parametrize(
    ("written", "zone"),
    [("Asia/Phnom_Penh", "Asia/Phnom_Penh"), ("Asia", ""), ("Local", ""), ("../x", ""), ("x" * 5000, ""), ("", "")],
)
def test_a_time_zone_exists_or_is_none(written: str, zone: str) -> None:
    assert zone_at({"timezone": written}, "timezone") == zone


@given(content=st.binary(max_size=300) | st.text("{}[]&*!:-'\"\n ab#%@|>=", max_size=300).map(str.encode))
@settings(max_examples=300)
def test_nothing_in_a_file_raises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for suffix in ("yml", "toml", "json", "js"):
        file = folder / f"any.{suffix}"
        file.write_bytes(content)
        found = read_configuration(file)
        assert all(isinstance(key, str) for key in found.values)
