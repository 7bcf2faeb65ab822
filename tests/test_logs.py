"""The log tells people what happened, on one line each, and keeps every secret."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
import json
import logging
import re
import sys
import threading
import warnings
from collections import UserDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import pytest

from bot.logs import configure, summary
from bot.redaction import Redactor
from bot.variables import gather

TELEGRAM = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcDe.abcdefghijklmnopqrstuvwxyz0123456789"
CONSOLE = 'hu/sh "hush"+\\ ស្ងាត់'
log = logging.getLogger("bot.somewhere")


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    libraries = ("httpx", "httpcore", "telegram", "discord", "discord.client", "watchdog", "aiohttp.access", "asyncio")
    levels = {name: logging.getLogger(name).level for name in (*libraries, "markdown_it", "PIL")}
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield
    logging.captureWarnings(False)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    root.handlers = handlers
    root.setLevel(level)


def listen(level: str = "INFO", format: str = "text", stream: io.StringIO | None = None, **environ: str) -> io.StringIO:
    stream = stream or io.StringIO()
    configure(level, format, [CONSOLE], stream, environ=environ)
    root = logging.getLogger()
    root.handlers = root.handlers[-1:]  # without pytest's own, which also listen
    return stream


def test_what_newsbell_listens_for_itself_is_heard_at_every_level_and_not_shown() -> None:
    stream = listen("ERROR")
    watchdog = logging.getLogger("watchdog.observers.inotify_c")
    assert watchdog.isEnabledFor(logging.WARNING), "there alone it is said that events were lost"
    watchdog.warning("Inotify queue overflowed")
    assert stream.getvalue() == ""


def fail(what: str = "") -> NoReturn:
    raise ValueError(what)


def test_a_record_is_one_line_with_its_time_and_level() -> None:
    heard = listen()
    log.info("post %s queued for %d destinations", "rain.md", 3)
    log.warning("later")

    first, second = heard.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO     post rain\.md queued for 3 destinations", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING  later", second)


def test_what_is_below_the_level_is_not_written() -> None:
    heard = listen(level="WARNING")
    log.info("quiet")

    assert heard.getvalue() == ""


def test_the_journal_gets_no_times_for_it_has_its_own() -> None:
    heard = listen(JOURNAL_STREAM="8:1234")
    log.info("ready")

    assert heard.getvalue() == "INFO     ready\n"


@pytest.mark.parametrize(
    ("stream", "environ", "coloured"),
    [
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"NO_COLOR": ""}, True),
        (io.StringIO, {}, False),
    ],
)
def test_only_a_terminal_that_wants_them_gets_colours(
    stream: Callable[[], io.StringIO], environ: dict[str, str], coloured: bool
) -> None:
    heard = listen(stream=stream(), **environ)
    log.error("red")

    assert ("\x1b[" in heard.getvalue()) is coloured


def test_a_library_is_named_before_what_it_says() -> None:
    heard = listen()
    logging.getLogger("discord.http").warning("We are being rate limited.")

    assert heard.getvalue().endswith("WARNING  discord.http: We are being rate limited.\n")


def test_machines_get_an_object_a_line() -> None:
    heard = listen(format="json")
    log.info("អត្ថបទ %s", "rain.md")
    log.info("two\nlines")
    first, second = map(json.loads, heard.getvalue().splitlines())

    assert first.pop("timestamp").endswith("Z")
    assert first == {"level": "info", "logger": "bot.somewhere", "message": "អត្ថបទ rain.md"}
    assert second["message"] == "two\nlines"


def test_text_from_outside_makes_no_further_line_and_moves_no_cursor() -> None:
    heard = listen()
    log.info("title: %s", "Rain\r\n12:00:00 ERROR    forged\x1b[2J\u2028end")

    assert heard.getvalue()[9:] == "INFO     title: Rain 12:00:00 ERROR    forged\\x1b[2J end\n"


def test_at_info_an_exception_is_one_line_with_its_place_and_cause() -> None:
    heard = listen()
    try:
        try:
            fail("no such\nthing")
        except ValueError as error:
            raise RuntimeError from error
    except RuntimeError:
        log.exception("post %s failed", "rain.md")

    assert re.fullmatch(
        r"\S+ ERROR    post rain\.md failed: RuntimeError \(tests/test_logs\.py:\d+\), "
        r"caused by ValueError: no such thing \(tests/test_logs\.py:\d+\)\n",
        heard.getvalue(),
    )


def test_the_place_of_an_error_is_the_line_of_ours_that_led_to_it() -> None:
    class Broken(UserDict[str, str]):
        def __getitem__(self, key: str) -> str:
            raise ValueError(key)

    with pytest.raises(ValueError, match="X") as caught:
        gather(["X"], None, Broken())

    assert re.fullmatch(r"ValueError: X \(bot/variables\.py:\d+\)", summary(caught.value))


def test_the_place_of_an_error_far_from_ours_is_where_it_was_raised() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads("{")

    assert re.search(r" \(json/decoder\.py:\d+\)$", summary(caught.value))


def test_a_group_of_errors_names_each() -> None:
    group = ExceptionGroup("unhandled errors in a TaskGroup", [ValueError("one"), KeyError("two")])

    assert summary(group) == "ValueError: one; KeyError: 'two'"


def test_errors_that_cause_each_other_come_to_an_end() -> None:
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one

    assert summary(one) == "ValueError: one, caused by KeyError: 'other'"


@pytest.mark.parametrize("format", ["text", "json"])
def test_at_debug_there_is_a_traceback_and_a_stack(format: str) -> None:
    heard = listen("DEBUG", format)
    try:
        fail("deep")
    except ValueError:
        log.exception("failed", stack_info=True)

    assert "Traceback (most recent call last)" in heard.getvalue()
    assert "Stack (most recent call last)" in heard.getvalue()


def test_libraries_speak_only_when_it_matters() -> None:
    heard = listen("DEBUG")
    for name in (
        "httpx",
        "httpcore.connection",
        "telegram.Bot",
        "discord.gateway",
        "watchdog.observers",
        "aiohttp.access",
    ):
        logging.getLogger(name).info("chatter")
    logging.getLogger("discord.client").warning("PyNaCl is not installed, voice will NOT be supported")
    assert heard.getvalue() == ""

    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    assert "Inotify queue overflowed" in heard.getvalue()


def test_a_second_call_replaces_the_first() -> None:
    first, second = listen(), listen()
    log.info("once")

    assert (first.getvalue(), second.getvalue().count("once")) == ("", 1)


# --- secrets ---------------------------------------------------------------------------------------------------------


def _in_message() -> None:
    log.info(f"token {TELEGRAM} {DISCORD} {CONSOLE}")  # noqa: G004 - how a library would do it


def _in_arguments() -> None:
    log.info("%s %r %s", TELEGRAM, {"a": [CONSOLE]}, (DISCORD,))


def _in_an_address() -> None:
    log.info("POST https://api.telegram.org/bot%s/getMe?next=%s", TELEGRAM, quote(f"{TELEGRAM} {CONSOLE}", safe=""))


def _in_an_exception_and_its_causes() -> None:
    try:
        try:
            fail(f"cause {TELEGRAM}")
        except ValueError as error:
            raise OSError(2, DISCORD, CONSOLE) from error
    except OSError:
        log.exception("failed")


def _in_a_group() -> None:
    log.error("failed", exc_info=ExceptionGroup(TELEGRAM, [ValueError(CONSOLE), KeyError(DISCORD)]))


def _in_a_warning() -> None:
    warnings.warn_explicit(f"{TELEGRAM} {DISCORD} {CONSOLE}", UserWarning, "x.py", 1)


def _in_a_record_that_can_not_be_formatted() -> None:
    log.info("%d", f"{TELEGRAM} {DISCORD} {CONSOLE}")


def _uncaught() -> None:
    sys.excepthook(ValueError, ValueError(f"{TELEGRAM} {DISCORD} {CONSOLE}"), None)


def _uncaught_in_a_thread() -> None:
    thread = threading.Thread(target=fail, args=(f"{TELEGRAM} {DISCORD} {CONSOLE}",), name=TELEGRAM)
    thread.start()
    thread.join()


def _unraisable() -> None:
    class Leaky:
        def __repr__(self) -> str:
            return DISCORD

        def __del__(self) -> None:
            fail(f"{TELEGRAM} {CONSOLE}")

    Leaky()
    gc.collect()


def _in_a_task_that_nobody_awaits() -> None:
    async def leave_alone() -> None:
        async def leak() -> None:
            fail(f"{TELEGRAM} {DISCORD} {CONSOLE}")

        task = asyncio.create_task(leak(), name=TELEGRAM)
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(leave_alone())


def _in_other_spellings() -> None:
    log.info("%s", json.dumps({"x": CONSOLE}))
    log.info("%s", json.dumps({"x": CONSOLE}, ensure_ascii=False))
    log.info("Authorization: Basic %s", base64.b64encode(CONSOLE.encode()).decode())
    log.info("%s", re.sub("%..", lambda code: code[0].lower(), quote(CONSOLE)))


LEAKS = [value for name, value in list(globals().items()) if re.match(r"_(in|un)\w*", name) and callable(value)]


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.filterwarnings("default")
def test_no_secret_is_written(leak: Callable[[], None], level: str, format: str, capfd: Any) -> None:
    heard = listen(level, format)
    leak()
    written = heard.getvalue() + "".join(capfd.readouterr())

    assert heard.getvalue()
    for secret in (TELEGRAM.partition(":")[2], DISCORD, "hu/sh", "hu%2Fsh", "hu%2fsh", "ស្ងាត់", quote("ស្ងាត់")):
        assert secret not in written
    assert base64.b64encode(CONSOLE.encode()).decode().rstrip("=") not in written
    if format == "json":
        assert all(json.loads(line) for line in heard.getvalue().splitlines())


def test_tokens_are_hidden_by_their_shape_even_if_nobody_named_them() -> None:
    redact = Redactor()

    assert redact(f"https://api.telegram.org/bot{TELEGRAM}/x") == "https://api.telegram.org/bot123456789:***/x"
    assert redact(f"bot{quote(TELEGRAM)}") == "bot123456789:***"
    assert redact(f"Authorization: Bot {DISCORD}") == "Authorization: Bot ***"
    hook = "aWebhooksTokenIsLong_and-all-that-it-takes"
    assert redact(f"POST https://discord.com/api/v10/webhooks/123456789/{hook}?wait=true") == (
        "POST https://discord.com/api/v10/webhooks/123456789/***?wait=true"
    )
    assert redact(f"[{{'id': '1', 'token': '{hook}'}}]") == "[{'id': '1', 'token': '***'}]"


@pytest.mark.parametrize(
    "text", ["12:34:56 ready", "telegram:-1001234567890/7", "post 2024-11-07-rain.md at 1731000000:ok", "discord:456"]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor(["", "  "])(text) == text


def test_of_two_secrets_the_longer_one_goes_first() -> None:
    assert Redactor(["hush", "hush-hush"])("hush-hush hush") == "*** ***"


def test_a_stream_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    with (tmp_path / "closed").open("w") as stream:
        configure("INFO", "text", [], stream, environ={})
    log.info("into the void")

    assert (tmp_path / "closed").read_text() == ""


def test_the_keyboard_stops_without_an_error(capfd: Any) -> None:
    heard = listen()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert heard.getvalue().endswith("INFO     stopped from the keyboard\n")
