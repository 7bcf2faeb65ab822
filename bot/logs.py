"""Sets up logging: lines for people or JSON for machines, one line a record, and no secret in either."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

from bot.blame import is_ours, place_of
from bot.redaction import Redactor
from bot.settings import surroundings

log = logging.getLogger(__name__)

_LIBRARIES: Final[Mapping[str, int]] = {
    "httpx": logging.WARNING,  # names the address with the token at INFO, with every poll
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    "discord": logging.WARNING,
    "discord.client": logging.ERROR,  # warns at every start that voice is not supported
    "watchdog": logging.WARNING,  # says there, and only there, that inotify overflowed
    "aiohttp.access": logging.CRITICAL,
    "asyncio": logging.WARNING,
    "markdown_it": logging.WARNING,
    "PIL": logging.INFO,
}
"""From which level on a library is heard, when it is heard less than we are."""

_LISTENED_TO: Final = frozenset({"watchdog"})
"""Libraries whose words newsbell itself acts on (bot.watching.hints), whether or not people are to read them."""

_CAUSES: Final = 3  # how far back the one line of an error goes
_BREAKS: Final = re.compile(r"\s*[\r\n\u2028\u2029\x0b\x0c\x85]+\s*")
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != ord("\t")} | {
    code: f"\\u{code:04x}"
    for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # turn the text after them
}


def configure(
    level: str,
    format: str,
    secrets: Iterable[str],
    stream: TextIO | None = None,
    *,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Send all logging, warnings and uncaught exceptions to `stream` (the standard error), without the `secrets`.

    `format` is "text" or "json". `environ` may name NO_COLOR and JOURNAL_STREAM. A second call replaces the first.
    """
    environ = surroundings() if environ is None else environ
    stream = stream or sys.stderr
    with_tracebacks = logging.getLevelName(level) <= logging.DEBUG
    redact = Redactor(secrets)
    render = _for_machines(redact) if format == "json" else _for_people(stream, environ)
    handler = _Handler(stream, redact)
    handler.setLevel(level)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
            processors=[
                _with_errors(with_tracebacks),
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _Handler)] + [handler]
    root.setLevel(level)
    for name, least in _LIBRARIES.items():
        logging.getLogger(name).setLevel(least if name in _LISTENED_TO else max(least, root.level))
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


def summary(error: BaseException) -> str:
    """An error on one line, with its place and what caused it: "KeyError: 'x' (bot/app.py:12)"."""
    chain = list(_chain(error))[:_CAUSES]
    return ", caused by ".join(_one_line(each) for each in chain)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes records without secrets. Redacting here, last of all, covers arguments, exceptions and libraries."""

    def __init__(self, stream: TextIO, redact: Redactor) -> None:
        super().__init__(stream)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is written."""
        return self._redact(super().format(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Name the place of a record that can't be written; the library would show its arguments, secrets and all."""
        what = "the log record of %s:%s can't be written: %s"
        values = (record.pathname, record.lineno, getattr(sys.exc_info()[0], "__name__", ""))
        with suppress(Exception):  # most likely nobody reads the stream any more
            substitute = logging.LogRecord(record.name, logging.ERROR, "", 0, what, values, None)
            self.stream.write(self.format(substitute) + self.terminator)


def _for_people(stream: TextIO, environ: Mapping[str, str]) -> list[Processor]:
    on_terminal = stream.isatty()
    in_journal = bool(environ.get("JOURNAL_STREAM")) and not on_terminal  # the journal has times of its own
    times: list[Processor] = [] if in_journal else [structlog.processors.TimeStamper("%H:%M:%S", utc=False)]
    return [*times, _line(coloured=on_terminal and not environ.get("NO_COLOR"))]


def _line(*, coloured: bool) -> Processor:
    styles = structlog.dev.ConsoleRenderer.get_default_level_styles(colors=coloured)
    reset = structlog.dev.RESET_ALL if coloured else ""

    def render(logger: Any, method: str, event: EventDict) -> str:
        name = event["logger"]
        source = "" if is_ours(name) else f"{name}: "  # a library's lines say whose they are
        level = f"{styles.get(event['level'], '')}{event['level'].upper():<8}{reset}"
        words = (event.get("timestamp", ""), level, source + _flat(event["event"]))
        below = (event.get("stack", ""), event.get("exception", ""))
        return "\n".join([" ".join(filter(None, words)), *filter(None, below)])

    return render


def _for_machines(redact: Redactor) -> list[Processor]:
    def redact_values(logger: Any, method: str, event: EventDict) -> EventDict:
        """Also before JSON escapes what `repr` has escaped already: no list of spellings covers that."""
        return {name: redact(value) if isinstance(value, str) else value for name, value in event.items()}

    return [
        redact_values,
        structlog.processors.TimeStamper("iso", utc=True),
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _with_errors(with_tracebacks: bool) -> Processor:
    """Say an exception on the line of its record; with tracebacks, show where it came from below."""

    def process(logger: Any, method: str, event: EventDict) -> EventDict:
        stack = event.pop("stack_info", None)
        _, error, _ = event.pop("exc_info", None) or (None, None, None)
        if error is not None:
            event["event"] = f"{event['event']}: {summary(error)}"
        if with_tracebacks and error is not None:
            event["exception"] = "".join(traceback.format_exception(error)).rstrip()
        if with_tracebacks and stack:
            event["stack"] = stack
        return event

    return process


def _flat(text: str) -> str:
    """Keep what posts and platforms say from making further lines or moving the cursor."""
    return _BREAKS.sub(" ", text.strip()).translate(_CONTROL)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it; of a group the errors in it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _one_line(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(summary(each) for each in error.exceptions)
    what = _flat(str(error))
    name = type(error).__name__
    place = place_of(error)
    return (f"{name}: {what}" if what else name) + (f" ({place})" if place else "")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        log.info("stopped from the keyboard")
        return
    log.critical("stopped by an error that nobody caught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "?"
        log.error("thread %s ended by an error", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def _unraisable(args: Any) -> None:  # sys.UnraisableHookArgs exists for type checkers only
    if args.exc_value is not None:
        what = args.err_msg or "an error that could not be raised, in"
        log.error("%s %r", what, args.object, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
