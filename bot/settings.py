"""The settings: the only reader of the environment. Every mistake is told at once, by variable name, never by value."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import setting_values as read
from bot.errors import SettingsError
from bot.models import Destination, OnUnknown, Withdrawn
from bot.reading.site import Captions, LinkTo
from bot.setting_values import Address, LogFormat
from bot.variables import gather

_PLACEHOLDERS: Final = " ".join(f"{{{name}}}" for name in read.POST_URL_PLACEHOLDERS)


def _setting(variable: str, default: str, meaning: str, *, example: str, mend: str) -> Any:
    """A field that is read from `variable`. `default` is text, as in a .env file, and read in the same way."""
    return Field(
        default, validation_alias=variable, description=meaning, examples=[example], json_schema_extra={"mend": mend}
    )


class Settings(BaseSettings):
    """What the person who runs newsbell decided. Made by `load_settings`; building it reads nothing by itself."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", validate_default=True)

    telegram_bot_token: Annotated[SecretStr | None, PlainValidator(read.telegram_token)] = _setting(
        "TELEGRAM_BOT_TOKEN",
        "",
        "The token of the Telegram bot, from https://t.me/BotFather. Without one, Telegram is left out.",
        example="123456789:AAE-the_rest_of_what_BotFather_says",
        mend="open https://t.me/BotFather, send /token, and copy the whole token",
    )
    telegram_api_url: Annotated[str, PlainValidator(read.bot_api_address)] = _setting(
        "TELEGRAM_API_URL",
        read.TELEGRAM_API,
        "Base of the Bot API server, for those who run their own.",
        example="http://127.0.0.1:8081",
        mend="write the server's base address without the token, or remove the line",
    )
    telegram_paid_broadcast: Annotated[int, PlainValidator(read.paid_broadcast)] = _setting(
        "TELEGRAM_PAID_BROADCAST",
        "off",
        "Send posts faster than the free 30 a second: so many a second, up to 1000. Telegram then takes 0.1 Star from "
        "the bot's balance for each message beyond the free rate, and allows it only to bots that have enough Stars "
        "and readers (https://core.telegram.org/bots/faq#broadcasting-to-users). off: none costs anything. Where "
        "Telegram refuses it, posts go out at the free rate until the next start.",
        example="500",
        mend="write off, or a whole number from 31 to 1000",
    )
    discord_bot_token: Annotated[SecretStr | None, PlainValidator(read.discord_token)] = _setting(
        "DISCORD_BOT_TOKEN",
        "",
        "The token of the bot, from https://discord.com/developers/applications. Without one, Discord is left out. "
        "newsbell doctor shows the link that invites the bot to a server.",
        example="three-parts.with-dots.between-them",
        mend="open https://discord.com/developers/applications, choose Bot, Reset Token, and copy the whole token",
    )
    discord_api_url: Annotated[str, PlainValidator(read.web_address)] = _setting(
        "DISCORD_API_URL",
        "https://discord.com/api/v10",
        "Base of Discord's REST API.",
        example="http://127.0.0.1:8082/api/v10",
        mend="write an address that ends in /api/v10, or remove the line",
    )
    discord_gateway_url: Annotated[str, PlainValidator(read.gateway_address)] = _setting(
        "DISCORD_GATEWAY_URL",
        "wss://gateway.discord.gg",
        "Discord's gateway.",
        example="ws://127.0.0.1:8082/gateway",
        mend="write an address that begins with wss://, or remove the line",
    )
    posts: Annotated[Path, PlainValidator(read.folder)] = _setting(
        "NEWSBELL_POSTS",
        "examples/posts",
        "The folder of Markdown posts to watch.",
        example="/srv/site/_posts",
        mend="write the path of a folder",
    )
    database: Annotated[str, PlainValidator(read.database)] = _setting(
        "NEWSBELL_DATABASE",
        "sqlite:///newsbell.db",
        "Where newsbell remembers what was sent to whom. Four slashes begin an absolute path.",
        example="sqlite:////var/lib/newsbell/newsbell.db",
        mend="write sqlite:///newsbell.db, or sqlite:////var/lib/newsbell/newsbell.db",
    )
    site_url: Annotated[str, PlainValidator(read.web_address)] = _setting(
        "NEWSBELL_SITE_URL",
        "",
        "Base of the public site, for links and pictures that posts give without it. Unset, the configuration of the "
        "site's generator is asked.",
        example="https://news.example",
        mend="write the address that readers see, such as https://news.example",
    )
    post_url: Annotated[str, PlainValidator(read.post_url)] = _setting(
        "NEWSBELL_POST_URL",
        "",
        f"The link of a post whose front matter has none. Placeholders: {_PLACEHOLDERS}",
        example="https://news.example/{category}/{code}",
        mend=f"write an address, or with NEWSBELL_SITE_URL set a path that begins with /; there are {_PLACEHOLDERS}",
    )
    link: Annotated[LinkTo, PlainValidator(read.link)] = _setting(
        "NEWSBELL_LINK",
        "origin",
        "Where a message leads when a post has two pages: origin, the publisher's (origin_url, external_url, "
        "canonical_url), or site, this site's own.",
        example="site",
        mend="write origin or site",
    )
    captions: Annotated[Captions, PlainValidator(read.captions)] = _setting(
        "NEWSBELL_CAPTIONS",
        "auto",
        "Whether the first paragraph below the lead picture is its caption, and no part of the excerpt: auto (where "
        "it reads like one), always or never.",
        example="always",
        mend="write auto, always or never",
    )
    folder_categories: Annotated[bool, PlainValidator(read.yes_or_no)] = _setting(
        "NEWSBELL_FOLDER_CATEGORIES",
        "no",
        "yes: the folders above a post count as its categories, too. Jekyll's own do in any case.",
        example="yes",
        mend="write yes or no",
    )
    timezone: Annotated[str, PlainValidator(read.timezone)] = _setting(
        "NEWSBELL_TIMEZONE",
        "UTC",
        "The site's time zone: of dates that name none, and of dates that people read. Unset, the configuration of the "
        "site's generator is asked first.",
        example="Asia/Phnom_Penh",
        mend="write a name of the IANA list, such as Asia/Phnom_Penh",
    )
    language: Annotated[str, PlainValidator(read.language)] = _setting(
        "NEWSBELL_LANGUAGE",
        "en",
        "The language of posts that name none. Unset, the configuration of the site's generator is asked first.",
        example="km",
        mend="write a language code, such as en, km or zh-tw",
    )
    settle: Annotated[float, PlainValidator(read.seconds)] = _setting(
        "NEWSBELL_SETTLE",
        "2",
        "Seconds that a file must be still before it is read.",
        example="5",
        mend="write a number such as 2",
    )
    grace: Annotated[float, PlainValidator(read.seconds)] = _setting(
        "NEWSBELL_GRACE",
        "10",
        "Seconds that a file must be away before its post counts as withdrawn.",
        example="60",
        mend="write a number such as 10",
    )
    wait_for_url: Annotated[int, PlainValidator(read.minutes)] = _setting(
        "NEWSBELL_WAIT_FOR_URL",
        "0",
        "For sites that are built after a file is saved: so many minutes at most a post waits until its public page "
        "answers, then it is sent all the same, with a word to the operators. 0: none waits.",
        example="10",
        mend="write a whole number of minutes, or 0",
    )
    withdrawn: Annotated[Withdrawn, PlainValidator(read.withdrawn)] = _setting(
        "NEWSBELL_WITHDRAWN",
        "delete",
        "What becomes of the messages of a post that is removed or public no more: delete, mark (say that it was "
        "withdrawn) or keep.",
        example="mark",
        mend="write delete, mark or keep",
    )
    on_unknown: Annotated[OnUnknown, PlainValidator(read.on_unknown)] = _setting(
        "NEWSBELL_ON_UNKNOWN",
        "resend",
        "When nothing can tell whether a message arrived (mostly on Telegram, after a broken connection): resend sends "
        "it again, rather twice than never; hold lets it wait for your word: newsbell deliveries --held. For one chat: "
        "newsbell subscriptions on-unknown.",
        example="hold",
        mend="write resend or hold",
    )
    flood: Annotated[int, PlainValidator(read.whole_number)] = _setting(
        "NEWSBELL_FLOOD",
        "20",
        "When more new posts than this come at once, they wait for your word: newsbell send --held. "
        "0: everything new waits.",
        example="50",
        mend="write a whole number such as 20",
    )
    digest: Annotated[int, PlainValidator(read.digest)] = _setting(
        "NEWSBELL_DIGEST",
        "10",
        "When more posts than this have piled up for a chat (newsbell was down, the chat was paused or could not be "
        "written to, held posts were released), they go out as one message that lists them. 0 or "
        "off: never.",
        example="5",
        mend="write a whole number such as 10, or off",
    )
    max_age: Annotated[int, PlainValidator(read.whole_days)] = _setting(
        "NEWSBELL_MAX_AGE",
        "0",
        "A new post that is older than so many days waits for your word. 0: none does.",
        example="30",
        mend="write a whole number of days, or 0",
    )
    edit_days: Annotated[int, PlainValidator(read.whole_days)] = _setting(
        "NEWSBELL_EDIT_DAYS",
        "14",
        "For so many days after it was sent a message follows the edits of its post. 0: for ever.",
        example="3",
        mend="write a whole number of days such as 14",
    )
    keep_days: Annotated[timedelta, PlainValidator(read.days)] = _setting(
        "NEWSBELL_KEEP_DAYS",
        "30",
        "For so many days newsbell why tells what was tried, when, and why. What was sent to whom is known for good.",
        example="365",
        mend="write a number of days such as 30",
    )
    admins: Annotated[tuple[Destination, ...], PlainValidator(read.people)] = _setting(
        "NEWSBELL_ADMINS",
        "",
        "Operators: told of problems, allowed everywhere. A comma list of their ids on the platforms. On Telegram, "
        "newsbell operators add makes one without an id. Discord shows ids in Developer Mode (Settings > Advanced): "
        "right-click a name > Copy User ID.",
        example="telegram:123456789,discord:234567890123456789",
        mend="write a list such as telegram:123456789,discord:234567890123456789",
    )
    console: Annotated[Address | None, PlainValidator(read.console)] = _setting(
        "NEWSBELL_CONSOLE",
        "127.0.0.1:8787",
        "Host and port of the local web console, or off. Port 0 takes any free one.",
        example="0.0.0.0:8787",
        mend="write host:port such as 127.0.0.1:8787, or off",
    )
    console_token: Annotated[SecretStr | None, PlainValidator(read.secret)] = _setting(
        "NEWSBELL_CONSOLE_TOKEN",
        "",
        "The console's password, which it must have when other machines can reach it.",
        example="a-long-text-that-nobody-guesses",
        mend="make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
    )
    console_url: Annotated[str, PlainValidator(read.web_address)] = _setting(
        "NEWSBELL_CONSOLE_URL",
        "",
        "The console's public address, when it is behind a proxy.",
        example="https://newsbell.example",
        mend="write the address that browsers show, such as https://newsbell.example",
    )
    telegram_webhook_url: Annotated[str, PlainValidator(read.extensible_address)] = _setting(
        "TELEGRAM_WEBHOOK_URL",
        "",
        "The public https address that leads to NEWSBELL_CONSOLE, so that Telegram brings what people type (a webhook; "
        "docs/operating.md). Unset, newsbell asks for it, which needs no address.",
        example="https://newsbell.example",
        mend="write an https address that leads to NEWSBELL_CONSOLE, which must not be off, or remove the line",
    )
    fetch_allow: Annotated[tuple[Address, ...], PlainValidator(read.addresses)] = _setting(
        "NEWSBELL_FETCH_ALLOW",
        "",
        "Private addresses, as a comma list, from which newsbell may fetch pictures, and at which it may look for the "
        "pages of posts (NEWSBELL_WAIT_FOR_URL). All others are refused.",
        example="10.0.0.5:8080,media.internal:80",
        mend="write a list of host:port such as 10.0.0.5:8080,media.internal:80",
    )
    log_level: Annotated[str, PlainValidator(read.log_level)] = _setting(
        "NEWSBELL_LOG_LEVEL",
        "INFO",
        "How much the log tells: DEBUG, INFO, WARNING, ERROR or CRITICAL. Tracebacks are shown at DEBUG only.",
        example="DEBUG",
        mend="write DEBUG, INFO, WARNING, ERROR or CRITICAL",
    )
    log_format: Annotated[LogFormat, PlainValidator(read.log_format)] = _setting(
        "NEWSBELL_LOG_FORMAT",
        "text",
        "text for people, json for machines: one object a line.",
        example="json",
        mend="write text or json",
    )
    warnings: tuple[str, ...] = ()
    """What works, but is probably not meant; each a sentence that begins with the variable's name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `load_settings` gathered, for it also knows `X_FILE` and unknown names."""
        return (init_settings,)

    @field_validator("console_token")
    @classmethod
    def _a_public_console_has_a_token(cls, token: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        address = others.data.get("console")
        if address and not address.is_loopback and token is None:
            raise ValueError("is missing, and NEWSBELL_CONSOLE lets other machines in")
        return token

    @field_validator("telegram_webhook_url")
    @classmethod
    def _telegram_finds_its_webhook(cls, url: str, others: ValidationInfo) -> str:
        return read.webhook(url, others.data) if url else url

    @field_validator("post_url")
    @classmethod
    def _a_path_needs_a_site(cls, post_url: str, others: ValidationInfo) -> str:
        if post_url.startswith("/") and others.data.get("site_url") == "":
            raise ValueError("is a path on the site, and NEWSBELL_SITE_URL is not set")
        return post_url

    def secrets(self) -> tuple[str, ...]:
        """The secret values, for the log to leave out."""
        kept = (self.telegram_bot_token, self.discord_bot_token, self.console_token)
        password = urlsplit(self.database).password
        return (*(secret.get_secret_value() for secret in kept if secret), *([password] if password else []))


def load_settings(env_file: Path | None = Path(".env"), environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environ` (None: this process's), which goes before `env_file`. Raises SettingsError."""
    found = gather(_fields(), env_file, surroundings() if environ is None else environ)
    try:
        settings = Settings.model_validate(found.values)
    except ValidationError as error:
        found.mistakes += [_mistake(dict(each)) for each in error.errors(include_input=False)]
    if found.mistakes:
        raise SettingsError(found.mistakes)
    doubts = read.doubts(settings.telegram_bot_token, settings.console_token, settings.telegram_webhook_url)
    return settings.model_copy(update={"warnings": (*found.warnings, *doubts)})


def surroundings() -> Mapping[str, str]:
    """The environment of this process, for what is no setting of newsbell's own: NO_COLOR, JOURNAL_STREAM."""
    return os.environ


def example() -> str:
    """The text of .env.example: every setting with its meaning and default, commented out."""
    return "\n".join([*_HEADING, *(_example_of(variable, field) for variable, field in _fields().items())])


_HEADING: Final = (
    "# The settings of newsbell. Copy this file to .env and take away the # before what you change.",
    "# Every variable X may also come as X_FILE, the path of a file that holds the value; the environment goes first.",
    "# This file is written by: python -m bot.settings > .env.example",
    "",
)


def _example_of(variable: str, field: FieldInfo) -> str:
    meaning = textwrap.wrap(field.description or "", 110, initial_indent="# ", subsequent_indent="# ")
    examples = [f"# Example: {variable}={text}" for text in field.examples or ()]
    return "\n".join([*meaning, *examples, f"#{variable}={field.default}", ""])


def _fields() -> dict[str, FieldInfo]:
    """The fields that come from variables, by variable."""
    fields = Settings.model_fields.values()
    return {field.validation_alias: field for field in fields if isinstance(field.validation_alias, str)}


def _mistake(error: Mapping[str, Any]) -> str:
    """One sentence about a variable. pydantic's `loc` names it, or for a default the field; `ctx` has our error."""
    named = str(error["loc"][0])
    field = _fields().get(named) or Settings.model_fields[named]
    mend = field.json_schema_extra["mend"] if isinstance(field.json_schema_extra, dict) else ""
    return f"{field.validation_alias}: {error['ctx']['error']}; {mend}"


if __name__ == "__main__":
    sys.stdout.write(example())
