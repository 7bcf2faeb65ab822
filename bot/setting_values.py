"""Reads the values of settings: each reader raises ValueError with what is wrong, and never repeats the value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from string import Formatter
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.models import Destination, OnUnknown, Withdrawn
from bot.reading.site import Captions, LinkTo

TELEGRAM_API: Final = "https://api.telegram.org"
WEBHOOK_PORTS: Final = (443, 80, 88, 8443)  # Bot API, setWebhook
POST_URL_PLACEHOLDERS: Final = ("code", "slug", "category", "language", "year", "month", "day", "path", "name")

_TELEGRAM_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")
_TELEGRAM_SECRET: Final = 35  # characters after the colon in every token that @BotFather has given out so far
_CONSOLE_TOKEN: Final = 16  # characters below which it can be guessed
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+")
_PERSON: Final = re.compile(r"-?\d+")
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_MOST_DAYS: Final = 36500
_MOST_MINUTES: Final = 7 * 24 * 60
_MOST_SECONDS: Final = 24 * 60 * 60
_MOST_DIGITS: Final = 9
_OFF: Final = frozenset({"", "off", "no", "none", "false"})


class LogFormat(StrEnum):
    """For whom the log is written: people or machines."""

    TEXT = "text"
    JSON = "json"


class Address(NamedTuple):
    """A host and a port; port 0 lets the system choose one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"


def folder(text: str) -> Path:
    """A path; "~" is the home of who runs newsbell."""
    if not text:
        raise ValueError("names no folder")
    return Path(text).expanduser()


def database(text: str) -> str:
    """`sqlite:///path`; four slashes begin an absolute path."""
    scheme, _, path = text.partition(":///")
    if text.lower().startswith(("postgresql:", "postgres:")):
        raise ValueError("PostgreSQL is not supported yet")
    if scheme != "sqlite":
        raise ValueError("is not the address of a database")
    if not path:
        raise ValueError("names no file")
    return text


def console(text: str) -> Address | None:
    """`host:port`, or None for "off"."""
    return None if text.lower() in _OFF else address(text)


def address(text: str) -> Address:
    """`host:port`, `[::1]:port`."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("has no port between 0 and 65535 at its end")
    if host.startswith("[") and host.endswith("]"):
        return Address(str(_ip(host[1:-1])), int(port))
    if not _HOST.fullmatch(host):
        raise ValueError("has no host before the port")
    return Address(host, int(port))


def addresses(text: str) -> tuple[Address, ...]:
    """A comma list of `host:port`."""
    return tuple(dict.fromkeys(address(part) for part in _parts(text)))


def secret(text: str) -> SecretStr | None:
    """A secret, or None for nothing."""
    return SecretStr(text) if text else None


def telegram_token(text: str) -> SecretStr | None:
    """A token as @BotFather gives it: digits, a colon, and about 35 letters, digits, "_" and "-"."""
    if text and not _TELEGRAM_TOKEN.fullmatch(text):
        raise ValueError("does not look like a token of Telegram")
    return secret(text)


def doubts(token: SecretStr | None, password: SecretStr | None, webhook_url: str) -> list[str]:
    """What works and is probably not meant, of the bot's token, the console's password and the webhook beside it."""
    found = []
    if token and len(token.get_secret_value().partition(":")[2]) != _TELEGRAM_SECRET:
        found.append("TELEGRAM_BOT_TOKEN: is not as long as tokens of Telegram are; was it copied whole?")
    if password and len(password.get_secret_value()) < _CONSOLE_TOKEN:
        found.append(f"NEWSBELL_CONSOLE_TOKEN: has less than {_CONSOLE_TOKEN} characters and can be guessed")
    if webhook_url and password is None:
        found.append(
            "NEWSBELL_CONSOLE_TOKEN: is not set, and TELEGRAM_WEBHOOK_URL lets a proxy reach the console; set it, or "
            "see that the proxy passes on nothing but /telegram/"
        )
    return found


def discord_token(text: str) -> SecretStr | None:
    """A bot token, without the word "Bot" before it."""
    if text.lower().startswith("bot "):
        raise ValueError('begins with "Bot"; the token alone is wanted')
    if any(character.isspace() for character in text):
        raise ValueError("has blanks in it")
    return secret(text)


def web_address(text: str) -> str:
    """An http(s) address without a slash at its end, or nothing."""
    return _base(text, "http", "https") if text else ""


def extensible_address(text: str) -> str:
    """A web address behind which newsbell puts paths of its own, or nothing."""
    base = web_address(text)
    if "?" in base or "#" in base:
        raise ValueError("has a ? or # in it")
    return base


def bot_api_address(text: str) -> str:
    """The base of a Bot API server; "/bot" and the token are put behind it by newsbell."""
    base = extensible_address(text)
    if re.search(r"/bot(\d+(:|%3a)|$)", base.lower()):
        raise ValueError("ends in /bot or has the token in it, and newsbell adds both")
    return base


def webhook(url: str, others: Mapping[str, Any]) -> str:
    """The address of a webhook, beside the `others` settings; a Bot API server of one's own calls any http address."""
    if "console" in others and others["console"] is None:
        raise ValueError("needs newsbell's web server, and NEWSBELL_CONSOLE is off")
    parts = urlsplit(url)
    if others.get("telegram_api_url") != TELEGRAM_API:
        return url
    if parts.scheme.lower() != "https":
        raise ValueError("does not begin with https://, and Telegram brings nothing to anything else")
    if (parts.port or WEBHOOK_PORTS[0]) not in WEBHOOK_PORTS:
        raise ValueError("has a port that Telegram does not call; it calls 443, 80, 88 and 8443")
    return url


def gateway_address(text: str) -> str:
    """The address of a gateway: http(s) or ws(s), or nothing."""
    return _base(text, "ws", "wss", "http", "https") if text else ""


def post_url(text: str) -> str:
    """A template of links: an address, or a path on the site, with {placeholders} that newsbell knows."""
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError as error:
        raise ValueError("has a brace without its partner") from error
    for _, name, specification, conversion in fields:
        if name not in POST_URL_PLACEHOLDERS or specification or conversion:
            raise ValueError("has a placeholder that newsbell does not know")
    if not text.startswith("/"):
        web_address(re.sub(r"\{\w+\}", "x", text))
    return text


def timezone(text: str) -> str:
    """A name of the IANA list."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder, such as "Asia"
        raise ValueError("is no time zone") from error


def language(text: str) -> str:
    """A language code in lower case: "en", "km", "zh-tw"."""
    code = text.replace("_", "-").lower()
    if not _LANGUAGE.fullmatch(code):
        raise ValueError("is no language code")
    return code


def seconds(text: str) -> float:
    """Seconds, at least 0."""
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError("is no number") from error
    if not 0 <= number <= _MOST_SECONDS:  # nan is neither
        raise ValueError(f"is not a number of seconds from 0 to {_MOST_SECONDS}, which is a day")
    return number


def days(text: str) -> timedelta:
    """A time in days, more than none."""
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError("is no number") from error
    if not 0 < number <= _MOST_DAYS:
        raise ValueError(f"is not a number of days above 0 and up to {_MOST_DAYS}")
    return timedelta(days=number)


def whole_number(text: str) -> int:
    """A whole number, at least 0."""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise ValueError(f"is no whole number from 0 upwards, with {_MOST_DIGITS} digits at most")
    return int(text)


def whole_days(text: str) -> int:
    """Days, at least 0, and few enough to be counted back from today."""
    number = whole_number(text)
    if number > _MOST_DAYS:
        raise ValueError(f"is more than {_MOST_DAYS} days, which is a hundred years")
    return number


def minutes(text: str) -> int:
    """Whole minutes, at least 0."""
    number = whole_number(text)
    if number > _MOST_MINUTES:
        raise ValueError(f"is more than {_MOST_MINUTES} minutes, which is a week")
    return number


def digest(text: str) -> int:
    """A number of posts; 0 for "off"."""
    return 0 if text.lower() in _OFF else whole_number(text)


def paid_broadcast(text: str) -> int:
    """Messages a second, more than are free; 0 for "off"."""
    if text.lower() in _OFF:
        return 0
    if not text.isascii() or not text.isdigit() or not 30 < int(text) <= 1000:
        raise ValueError("is neither off nor a number of messages a second from 31 to 1000")
    return int(text)


def captions(text: str) -> Captions:
    """See bot.reading.site.Captions."""
    if text.lower() not in set(Captions):
        raise ValueError("is none of auto, always, never")
    return Captions(text.lower())


def link(text: str) -> LinkTo:
    """See bot.reading.site.LinkTo."""
    if text.lower() not in set(LinkTo):
        raise ValueError("is neither origin nor site")
    return LinkTo(text.lower())


def yes_or_no(text: str) -> bool:
    """A decision."""
    if text.lower() not in {"yes", "no"}:
        raise ValueError("is neither yes nor no")
    return text.lower() == "yes"


def withdrawn(text: str) -> Withdrawn:
    """See Withdrawn."""
    if text.lower() not in set(Withdrawn):
        raise ValueError("is none of delete, mark, keep")
    return Withdrawn(text.lower())


def on_unknown(text: str) -> OnUnknown:
    """See OnUnknown."""
    if text.lower() not in set(OnUnknown):
        raise ValueError("is neither resend nor hold")
    return OnUnknown(text.lower())


def log_level(text: str) -> str:
    """The name of a level of the standard library, in capitals."""
    level = {"WARN": "WARNING"}.get(text.upper(), text.upper())
    if level not in _LEVELS:
        raise ValueError(f"is none of {', '.join(_LEVELS)}")
    return level


def log_format(text: str) -> LogFormat:
    """See LogFormat."""
    if text.lower() not in set(LogFormat):
        raise ValueError("is none of text, json")
    return LogFormat(text.lower())


def people(text: str) -> tuple[Destination, ...]:
    """A comma list of people, each as `telegram:<id>` or `discord:<id>`."""
    return tuple(dict.fromkeys(_person(part) for part in _parts(text)))


def _person(text: str) -> Destination:
    platform, _, number = text.partition(":")
    if platform.lower() not in {"telegram", "discord"}:
        raise ValueError("has an entry that begins with neither telegram: nor discord:")
    if not _PERSON.fullmatch(number):
        raise ValueError(f"has an entry of {platform.lower()} whose id is no number; names do not work")
    return Destination(platform.lower(), number)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _ip(text: str) -> object:
    try:
        return ip_address(text)
    except ValueError as error:
        raise ValueError("has no IPv6 address between its brackets") from error


def _base(text: str, *schemes: str) -> str:
    """`text` without slashes at its end, if it is an address with one of the schemes and no secrets in it."""
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ValueError("is no address") from error
    if parts.scheme.lower() not in schemes or not parts.hostname or not has_port or re.search(r"\s", text):
        raise ValueError(f"is no address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if parts.username or parts.password:
        raise ValueError("has a user or password in it, which addresses in messages and logs must not have")
    return text.rstrip("/")
