"""Settings come from the environment and .env; what is wrong is told at once, by name and never by value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.errors import SettingsError
from bot.models import Destination, OnUnknown, Withdrawn
from bot.reading.site import Captions, LinkTo
from bot.setting_values import Address, LogFormat
from bot.settings import Settings, example, load_settings
from tests.texts.sentences import ROOT

TELEGRAM = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"


def settings(**environ: str) -> Settings:
    return load_settings(None, environ)


def mistakes(environ: Mapping[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file, environ)
    return caught.value.mistakes


def test_everything_has_a_default() -> None:
    assert settings().model_dump() == {
        "telegram_bot_token": None,
        "telegram_paid_broadcast": 0,
        "telegram_api_url": "https://api.telegram.org",
        "telegram_webhook_url": "",
        "discord_bot_token": None,
        "discord_api_url": "https://discord.com/api/v10",
        "discord_gateway_url": "wss://gateway.discord.gg",
        "posts": Path("examples/posts"),
        "database": "sqlite:///newsbell.db",
        "site_url": "",
        "post_url": "",
        "link": LinkTo.ORIGIN,
        "captions": Captions.AUTO,
        "folder_categories": False,
        "timezone": "UTC",
        "language": "en",
        "settle": 2.0,
        "grace": 10.0,
        "withdrawn": Withdrawn.DELETE,
        "on_unknown": OnUnknown.RESEND,
        "flood": 20,
        "digest": 10,
        "max_age": 0,
        "edit_days": 14,
        "keep_days": timedelta(days=30),
        "admins": (),
        "console": Address("127.0.0.1", 8787),
        "console_token": None,
        "console_url": "",
        "fetch_allow": (),
        "wait_for_url": 0,
        "log_level": "INFO",
        "log_format": LogFormat.TEXT,
        "warnings": (),
    }


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", f" {TELEGRAM}\n", "telegram_bot_token", SecretStr(TELEGRAM)),
        ("TELEGRAM_BOT_TOKEN", "  ", "telegram_bot_token", None),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "telegram_api_url", "http://127.0.0.1:8081"),
        ("TELEGRAM_API_URL", "https://bots.example/api//", "telegram_api_url", "https://bots.example/api"),
        ("TELEGRAM_API_URL", "http://[::1]:8081", "telegram_api_url", "http://[::1]:8081"),
        ("TELEGRAM_API_URL", "http://bots.example/robots", "telegram_api_url", "http://bots.example/robots"),
        ("TELEGRAM_WEBHOOK_URL", "https://bell.example/", "telegram_webhook_url", "https://bell.example"),
        ("TELEGRAM_WEBHOOK_URL", "https://bell.example/bot", "telegram_webhook_url", "https://bell.example/bot"),
        ("TELEGRAM_WEBHOOK_URL", "https://bell.example:8443/x", "telegram_webhook_url", "https://bell.example:8443/x"),
        ("TELEGRAM_PAID_BROADCAST", "1000", "telegram_paid_broadcast", 1000),
        ("TELEGRAM_PAID_BROADCAST", "Off", "telegram_paid_broadcast", 0),
        ("DISCORD_BOT_TOKEN", "a.b.c", "discord_bot_token", SecretStr("a.b.c")),
        ("DISCORD_GATEWAY_URL", "ws://127.0.0.1:8082/gateway", "discord_gateway_url", "ws://127.0.0.1:8082/gateway"),
        ("NEWSBELL_POSTS", "~/posts", "posts", Path.home() / "posts"),
        ("NEWSBELL_DATABASE", "sqlite:////var/lib/newsbell.db", "database", "sqlite:////var/lib/newsbell.db"),
        ("NEWSBELL_SITE_URL", "https://news.example/", "site_url", "https://news.example"),
        ("NEWSBELL_POST_URL", "https://n.example/{year}/{slug}", "post_url", "https://n.example/{year}/{slug}"),
        ("NEWSBELL_TIMEZONE", "Asia/Phnom_Penh", "timezone", "Asia/Phnom_Penh"),
        ("NEWSBELL_LANGUAGE", "zh_TW", "language", "zh-tw"),
        ("NEWSBELL_SETTLE", "0.5", "settle", 0.5),
        ("NEWSBELL_GRACE", "0", "grace", 0.0),
        ("NEWSBELL_WITHDRAWN", "Mark", "withdrawn", Withdrawn.MARK),
        ("NEWSBELL_ON_UNKNOWN", "Hold", "on_unknown", OnUnknown.HOLD),
        ("NEWSBELL_LINK", "Site", "link", LinkTo.SITE),
        ("NEWSBELL_CAPTIONS", "Never", "captions", Captions.NEVER),
        ("NEWSBELL_FOLDER_CATEGORIES", "yes", "folder_categories", True),
        ("NEWSBELL_FLOOD", "0", "flood", 0),
        ("NEWSBELL_MAX_AGE", "30", "max_age", 30),
        ("NEWSBELL_EDIT_DAYS", "3", "edit_days", 3),
        ("NEWSBELL_DIGEST", "Off", "digest", 0),
        ("NEWSBELL_KEEP_DAYS", "0.5", "keep_days", timedelta(hours=12)),
        (
            "NEWSBELL_ADMINS",
            "telegram:12, Discord:345,telegram:12,",
            "admins",
            (Destination("telegram", "12"), Destination("discord", "345")),
        ),
        ("NEWSBELL_CONSOLE", "off", "console", None),
        ("NEWSBELL_CONSOLE", "localhost:0", "console", Address("localhost", 0)),
        ("NEWSBELL_CONSOLE", "[::1]:8787", "console", Address("::1", 8787)),
        ("NEWSBELL_FETCH_ALLOW", "10.0.0.5:8080,media:80", "fetch_allow", (("10.0.0.5", 8080), ("media", 80))),
        ("NEWSBELL_LOG_LEVEL", "warn", "log_level", "WARNING"),
        ("NEWSBELL_LOG_FORMAT", "JSON", "log_format", LogFormat.JSON),
    ],
)
def test_a_value_is_read_as_it_is_meant(variable: str, text: str, field: str, value: Any) -> None:
    assert getattr(settings(**{variable: text}), field) == value


WRONG = [
    ("TELEGRAM_BOT_TOKEN", "@my_bot", "does not look like a token"),
    ("TELEGRAM_BOT_TOKEN", f"bot {TELEGRAM}", "does not look like a token"),
    ("TELEGRAM_API_URL", "api.telegram.org", "is no address"),
    ("TELEGRAM_API_URL", "http://[::1", "is no address"),
    ("TELEGRAM_API_URL", "http://127.0.0.1:8081/bot/", "newsbell adds both"),
    ("TELEGRAM_API_URL", f"http://127.0.0.1:8081/bot{TELEGRAM}", "newsbell adds both"),
    ("TELEGRAM_API_URL", "http://127.0.0.1:8081/?x=1", "has a ? or # in it"),
    ("TELEGRAM_WEBHOOK_URL", "https://bell.example/?x", "has a ? or # in it"),
    ("TELEGRAM_WEBHOOK_URL", "http://bell.example", "does not begin with https://"),
    ("TELEGRAM_WEBHOOK_URL", "https://bell.example:8787", "it calls 443, 80, 88 and 8443"),
    ("TELEGRAM_PAID_BROADCAST", "30", "neither off nor a number of messages a second from 31 to 1000"),
    ("TELEGRAM_PAID_BROADCAST", "yes", "neither off nor a number"),
    ("DISCORD_BOT_TOKEN", "Bot abc.def.ghi", "the token alone is wanted"),
    ("DISCORD_BOT_TOKEN", "abc def", "has blanks"),
    ("DISCORD_API_URL", "wss://discord.example", "is no address that begins with http:// or https://"),
    ("DISCORD_GATEWAY_URL", "ftp://discord.example", "begins with ws:// or wss://"),
    ("NEWSBELL_DATABASE", "postgresql://newsbell:hush@db/newsbell", "not supported yet"),
    ("NEWSBELL_DATABASE", "newsbell.db", "is not the address of a database"),
    ("NEWSBELL_DATABASE", "sqlite:///", "names no file"),
    ("NEWSBELL_SITE_URL", "https://editor:hush@news.example", "has a user or password"),
    ("NEWSBELL_POST_URL", "https://news.example/{title}", "a placeholder that newsbell does not know"),
    ("NEWSBELL_POST_URL", "https://news.example/{0}", "a placeholder that newsbell does not know"),
    ("NEWSBELL_POST_URL", "https://news.example/{code!r}", "a placeholder that newsbell does not know"),
    ("NEWSBELL_POST_URL", "https://news.example/{code", "a brace without its partner"),
    ("NEWSBELL_POST_URL", "news.example/{code}", "is no address"),
    ("NEWSBELL_POST_URL", "/{category}/{code}", "NEWSBELL_SITE_URL is not set"),
    ("NEWSBELL_TIMEZONE", "Phnom Penh", "is no time zone"),
    ("NEWSBELL_TIMEZONE", "Asia", "is no time zone"),
    ("NEWSBELL_TIMEZONE", "../../etc/passwd", "is no time zone"),
    ("NEWSBELL_LANGUAGE", "Khmer!", "is no language code"),
    ("NEWSBELL_SETTLE", "two", "is no number"),
    ("NEWSBELL_SETTLE", "-1", "from 0 to 86400"),
    ("NEWSBELL_GRACE", "nan", "from 0 to 86400"),
    ("NEWSBELL_GRACE", "inf", "from 0 to 86400"),
    ("NEWSBELL_GRACE", "1e99", "from 0 to 86400, which is a day"),
    ("NEWSBELL_WAIT_FOR_URL", "10081", "is more than 10080 minutes, which is a week"),
    ("NEWSBELL_MAX_AGE", "36501", "is more than 36500 days"),
    ("NEWSBELL_EDIT_DAYS", "36501", "is more than 36500 days, which is a hundred years"),
    ("NEWSBELL_EDIT_DAYS", "999999999999", "with 9 digits at most"),
    ("NEWSBELL_FLOOD", "9" * 5000, "with 9 digits at most"),
    ("NEWSBELL_DIGEST", "many", "is no whole number"),
    ("NEWSBELL_WITHDRAWN", "remove", "is none of delete, mark, keep"),
    ("NEWSBELL_ON_UNKNOWN", "drop", "is neither resend nor hold"),
    ("NEWSBELL_LINK", "both", "is neither origin nor site"),
    ("NEWSBELL_CAPTIONS", "sometimes", "is none of auto, always, never"),
    ("NEWSBELL_FOLDER_CATEGORIES", "perhaps", "is neither yes nor no"),
    ("NEWSBELL_FLOOD", "1.5", "is no whole number"),
    ("NEWSBELL_MAX_AGE", "-3", "is no whole number"),
    ("NEWSBELL_EDIT_DAYS", "٣", "is no whole number"),
    ("NEWSBELL_KEEP_DAYS", "a month", "is no number"),
    ("NEWSBELL_KEEP_DAYS", "0", "above 0 and up to 36500"),
    ("NEWSBELL_KEEP_DAYS", "inf", "above 0 and up to 36500"),
    ("NEWSBELL_ADMINS", "telegram:@somebody", "id is no number"),
    ("NEWSBELL_ADMINS", "12345", "begins with neither"),
    ("NEWSBELL_CONSOLE", "8787", "has no port"),
    ("NEWSBELL_CONSOLE", ":8787", "has no host"),
    ("NEWSBELL_CONSOLE", "localhost:99999", "has no port"),
    ("NEWSBELL_CONSOLE", "[nonsense]:80", "has no IPv6 address"),
    ("NEWSBELL_CONSOLE_URL", "newsbell.example", "is no address"),
    ("NEWSBELL_FETCH_ALLOW", "10.0.0.5", "has no port"),
    ("NEWSBELL_LOG_LEVEL", "LOUD", "is none of DEBUG"),
    ("NEWSBELL_LOG_FORMAT", "xml", "is none of text, json"),
]


@pytest.mark.parametrize(("variable", "text", "what"), WRONG)
def test_a_mistake_names_the_variable_and_the_mend_but_not_the_value(variable: str, text: str, what: str) -> None:
    [mistake] = mistakes({variable: text})

    assert re.match(rf"{variable}: .*{re.escape(what)}.*; \w+", mistake)
    assert not re.search(rf"hush|my_bot|{TELEGRAM}|abc|somebody", mistake)


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {variable: text for variable, text, _ in reversed(WRONG)}
    told = mistakes(wrong)

    assert sorted(mistake.partition(":")[0] for mistake in told) == sorted(wrong)


@pytest.mark.parametrize("console", ["0.0.0.0:8787", "[::]:80", "192.168.1.4:8787", "newsbell.example:80"])
def test_a_console_that_others_can_reach_needs_a_token(console: str) -> None:
    [mistake] = mistakes({"NEWSBELL_CONSOLE": console})

    assert mistake.startswith(
        "NEWSBELL_CONSOLE_TOKEN: is missing, and NEWSBELL_CONSOLE lets other machines in; make one"
    )
    assert settings(NEWSBELL_CONSOLE=console, NEWSBELL_CONSOLE_TOKEN="long-enough-to-be-secret").console_token


@pytest.mark.parametrize("console", ["127.0.0.1:8787", "127.8.9.10:80", "localhost:80", "[::1]:80", "off"])
def test_a_console_on_this_machine_needs_none(console: str) -> None:
    assert settings(NEWSBELL_CONSOLE=console).console_token is None


def test_a_path_as_link_needs_the_site() -> None:
    made = settings(NEWSBELL_SITE_URL="https://news.example", NEWSBELL_POST_URL="/{path}")

    assert made.post_url == "/{path}"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text('\ufeffNEWSBELL_FLOOD=5\nexport NEWSBELL_GRACE="7" # slow disk\nNEWSBELL_POSTS=${HOME}/x\n')
    made = load_settings(env_file, {"NEWSBELL_FLOOD": "9", "NEWSBELL_GRACE": ""})

    assert (made.flood, made.grace, made.posts) == (9, 7.0, Path("${HOME}/x"))


def test_a_missing_env_file_is_no_mistake(tmp_path: Path) -> None:
    assert load_settings(tmp_path / ".env", {}) == settings()


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (b"NEWSBELL_FLOOD=5\n'broken\n", ".env: line 2 can't be understood; write it as NAME=value"),
        (b"NEWSBELL_FLOOD=\xff\n", ".env: can't be read (it is not UTF-8); make it a text file that newsbell may read"),
    ],
)
def test_a_broken_env_file_is_named_with_its_line(tmp_path: Path, content: bytes, mistake: str) -> None:
    (tmp_path / ".env").write_bytes(content)

    assert mistakes({}, tmp_path / ".env") == [mistake]


def test_a_folder_in_place_of_the_env_file_is_told(tmp_path: Path) -> None:
    assert mistakes({}, tmp_path)[0].endswith(
        "can't be read (Is a directory); make it a text file that newsbell may read"
    )


@pytest.mark.parametrize("variable", ["TELEGRAM_BOT_TOKEN", "NEWSBELL_FLOOD", "NEWSBELL_DATABASE"])
def test_every_variable_may_come_from_a_file(tmp_path: Path, variable: str) -> None:
    values = {"TELEGRAM_BOT_TOKEN": TELEGRAM, "NEWSBELL_FLOOD": "7", "NEWSBELL_DATABASE": "sqlite:///other.db"}
    (tmp_path / "value").write_text(values[variable] + "\n")

    assert settings(**{f"{variable}_FILE": str(tmp_path / "value")}) == settings(**{variable: values[variable]})


def test_a_variable_set_twice_is_a_mistake_but_the_environment_may_override_the_file(tmp_path: Path) -> None:
    (tmp_path / "flood").write_text("7")
    (tmp_path / ".env").write_text(f"NEWSBELL_FLOOD_FILE={tmp_path / 'flood'}")
    twice = {"NEWSBELL_FLOOD": "5", "NEWSBELL_FLOOD_FILE": str(tmp_path / "flood")}

    assert mistakes(twice) == ["NEWSBELL_FLOOD: is set twice, also by NEWSBELL_FLOOD_FILE; remove one of the two"]
    assert load_settings(tmp_path / ".env", {"NEWSBELL_FLOOD": "5"}).flood == 5


def test_a_file_that_can_not_be_read_is_told_by_its_variable(tmp_path: Path) -> None:
    [mistake] = mistakes({"DISCORD_BOT_TOKEN_FILE": str(tmp_path / "nowhere")})

    assert mistake == (
        "DISCORD_BOT_TOKEN_FILE: the file can't be read (No such file or directory); name one that newsbell may read"
    )


@pytest.mark.parametrize(
    ("variable", "warning"),
    [
        ("NEWSBELL_POST", "NEWSBELL_POST: is no setting of newsbell; did you mean NEWSBELL_POSTS?"),
        ("NEWSBELL_TIMEZOME", "NEWSBELL_TIMEZOME: is no setting of newsbell; did you mean NEWSBELL_TIMEZONE?"),
        ("newsbell_posts", "newsbell_posts: is no setting of newsbell; did you mean NEWSBELL_POSTS?"),
        (
            "TELEGRAM_PAID_BRODCAST",
            "TELEGRAM_PAID_BRODCAST: is no setting of newsbell; did you mean TELEGRAM_PAID_BROADCAST?",
        ),
        ("DISCORD_BOT_TOKE", "DISCORD_BOT_TOKE: is no setting of newsbell; did you mean DISCORD_BOT_TOKEN?"),
        ("NEWSBELL_XYZZY_QUUX", "NEWSBELL_XYZZY_QUUX: is no setting of newsbell; .env.example lists them all"),
    ],
)
def test_an_unknown_variable_is_a_warning(variable: str, warning: str) -> None:
    assert settings(**{variable: "x"}).warnings == (warning,)


def test_variables_of_other_programs_are_left_alone() -> None:
    assert settings(TELEGRAM_CHAT="x", PATH="/bin", NEWSBELL_POSTS_FILE="").warnings == ()


def test_secrets_that_look_cut_off_or_weak_are_a_warning() -> None:
    warnings = settings(TELEGRAM_BOT_TOKEN="1:abc", NEWSBELL_CONSOLE_TOKEN="hush").warnings

    assert [warning.partition(":")[0] for warning in warnings] == ["TELEGRAM_BOT_TOKEN", "NEWSBELL_CONSOLE_TOKEN"]
    assert not any("abc" in warning or "hush" in warning for warning in warnings)
    assert settings(TELEGRAM_BOT_TOKEN=TELEGRAM, NEWSBELL_CONSOLE_TOKEN="sixteen-letters!").warnings == ()


def test_a_webhook_needs_the_web_server_and_warns_where_that_has_no_password() -> None:
    url = "https://bell.example"
    assert mistakes({"TELEGRAM_WEBHOOK_URL": url, "NEWSBELL_CONSOLE": "off"}) == [
        "TELEGRAM_WEBHOOK_URL: needs newsbell's web server, and NEWSBELL_CONSOLE is off; write an https address that "
        "leads to NEWSBELL_CONSOLE, which must not be off, or remove the line"
    ]
    assert settings(NEWSBELL_CONSOLE="off").telegram_webhook_url == ""
    [warning] = settings(TELEGRAM_WEBHOOK_URL=url).warnings
    assert warning.startswith("NEWSBELL_CONSOLE_TOKEN: is not set, and TELEGRAM_WEBHOOK_URL lets a proxy reach")
    assert settings(TELEGRAM_WEBHOOK_URL=url, NEWSBELL_CONSOLE_TOKEN="sixteen-letters!").warnings == ()


def test_a_bot_api_server_of_ones_own_calls_a_webhook_anywhere() -> None:
    own = {"TELEGRAM_API_URL": "http://127.0.0.1:8081", "TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:8787"}
    assert settings(**own).telegram_webhook_url == "http://127.0.0.1:8787"


def test_secrets_are_known_for_redaction_and_never_shown() -> None:
    made = settings(
        TELEGRAM_BOT_TOKEN=TELEGRAM, DISCORD_BOT_TOKEN="d.i.s", NEWSBELL_CONSOLE_TOKEN="hush-hush-hush-hush"
    )
    with_database = made.model_copy(update={"database": "postgresql://newsbell:password-of-it@db/newsbell"})

    assert made.secrets() == (TELEGRAM, "d.i.s", "hush-hush-hush-hush")
    assert with_database.secrets()[-1] == "password-of-it"
    assert not any(secret in f"{made!r} {made} {made.model_dump()}" for secret in made.secrets())


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings().flood = 3


def test_the_environment_of_the_process_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBELL_FLOOD", "77")

    assert load_settings(None).flood == 77


def test_the_example_file_is_up_to_date() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example(), "python -m bot.settings > .env.example"


def test_the_example_file_taken_as_it_is_changes_nothing(tmp_path: Path) -> None:
    lines = example().splitlines()
    (tmp_path / ".env").write_text("\n".join(line.removeprefix("#") for line in lines if re.match(r"#[A-Z]", line)))

    assert load_settings(tmp_path / ".env", {}) == settings()


def test_the_examples_of_all_settings_are_good_ones() -> None:
    given = dict(re.findall(r"^# Example: (\w+)=(.*)$", example(), re.MULTILINE))

    assert set(given) == set(re.findall(r"^#([A-Z_]+)=", example(), re.MULTILINE))
    assert load_settings(None, given).warnings == ()
