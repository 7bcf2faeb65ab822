"""What Discord accepts as the body of a message: sizes, addresses, emptiness (discord.md 2.2 and 10.1)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.emulators.discord.calls import Upload
from tests.emulators.discord.components import OWN_FILE, check_components, media_of
from tests.emulators.discord.errors import FormErrors, refuse
from tests.emulators.discord.nouns import Json, MessageFlag

CONTENT_LIMIT = 2000
EMBEDS_LIMIT = 10
EMBEDS_TEXT_LIMIT = 6000
FIELDS_LIMIT = 25
NONCE_LIMIT = 25
URL_LIMIT = 2048
FILES_LIMIT = 10
FILE_BYTES_LIMIT = 10 * 1024 * 1024
REQUEST_BYTES_LIMIT = 25 * 1024 * 1024
ALT_TEXT_LIMIT = 1024
MENTIONS_LIMIT = 100


def check_message(body: Json, files: Mapping[int, Upload], *, flags: int) -> None:
    """Raise 50035 with all that is wrong with a message body, or 40005 when its files are too large.

    `flags` are those that the message has after this request.
    """
    check_uploads(files)
    errors = FormErrors()
    errors.length("content", body.get("content"), CONTENT_LIMIT)
    _check_nonce(body.get("nonce"), errors)
    _check_embeds(body.get("embeds") or [], errors)
    _check_attachments(body.get("attachments") or [], files, errors)
    _check_allowed_mentions(body.get("allowed_mentions") or {}, errors)
    v2 = bool(flags & MessageFlag.COMPONENTS_V2)
    check_components(body.get("components") or [], errors, v2=v2)
    if v2:
        check_no_legacy(body, errors)
    errors.raise_if_any()


def check_no_legacy(body: Json, errors: FormErrors) -> None:
    """Raise 50035 where a message of Components V2 would have content, embeds or a poll (discord.md 7.1)."""
    for name in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(name):
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            errors.add(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    errors.raise_if_any()


def check_own_files(components: list[Json], names: set[str]) -> None:
    """Raise 50035 where components show a file that the message does not have (discord-api-docs #7529)."""
    errors = FormErrors()
    for media in media_of(components):
        if str(media.get("url")).startswith(OWN_FILE) and media["url"].removeprefix(OWN_FILE) not in names:
            message = "The referenced attachment was not found"
            errors.add("components.media.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
    errors.raise_if_any()


def check_uploads(files: Mapping[int, Upload]) -> None:
    """Raise 413 with 40005 when a file, or all together, are too large."""
    sizes = [len(file.data) for file in files.values()]
    if any(size > FILE_BYTES_LIMIT for size in sizes) or sum(sizes) > REQUEST_BYTES_LIMIT:
        raise refuse(40005)


def _check_nonce(nonce: object, errors: FormErrors) -> None:
    if isinstance(nonce, str):
        errors.length("nonce", nonce, NONCE_LIMIT)
    elif isinstance(nonce, int) and not -(2**63) <= nonce < 2**63:
        errors.add("nonce", "NUMBER_TYPE_MAX", "int64 value should be less than or equal to 9223372036854775807.")


def _check_embeds(embeds: list[Json], errors: FormErrors) -> None:
    if len(embeds) > EMBEDS_LIMIT:
        errors.add("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS_LIMIT} or fewer in length.")
    for number, embed in enumerate(embeds):
        _check_embed(f"embeds.{number}", embed, errors)
    if sum(_text_length(embed) for embed in embeds) > EMBEDS_TEXT_LIMIT:  # the sum over the whole message
        message = f"Embed size exceeds maximum size of {EMBEDS_TEXT_LIMIT}"
        errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)


def _check_embed(path: str, embed: Json, errors: FormErrors) -> None:
    errors.length(f"{path}.title", embed.get("title"), 256)
    errors.length(f"{path}.description", embed.get("description"), 4096)
    _check_url(f"{path}.url", embed.get("url"), errors, schemes=("http", "https"))
    for part in ("image", "thumbnail"):
        url = (embed.get(part) or {}).get("url")
        _check_url(f"{path}.{part}.url", url, errors, schemes=("http", "https", "attachment"))
    footer, author = embed.get("footer") or {}, embed.get("author") or {}
    errors.length(f"{path}.footer.text", footer.get("text"), 2048)
    errors.length(f"{path}.author.name", author.get("name"), 256)
    for owner, place in ((footer, "footer"), (author, "author")):
        _check_url(f"{path}.{place}.icon_url", owner.get("icon_url"), errors, schemes=("http", "https", "attachment"))
    _check_url(f"{path}.author.url", author.get("url"), errors, schemes=("http", "https"))
    fields = embed.get("fields") or []
    if len(fields) > FIELDS_LIMIT:
        errors.add(f"{path}.fields", "BASE_TYPE_MAX_LENGTH", f"Must be {FIELDS_LIMIT} or fewer in length.")
    for number, field in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            if not field.get(name):
                errors.required(f"{path}.fields.{number}.{name}")
            errors.length(f"{path}.fields.{number}.{name}", field.get(name), most)


def _check_url(path: str, url: object, errors: FormErrors, *, schemes: tuple[str, ...]) -> None:
    if url is None:
        return
    errors.length(path, url, URL_LIMIT)
    parts = urlsplit(str(url))
    if parts.scheme not in schemes:
        message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of {schemes!r}.'
        errors.add(path, "URL_TYPE_INVALID_SCHEME", message)
    elif not parts.netloc or " " in str(url):
        errors.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _text_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text) for text in texts if text)


def _check_attachments(attachments: list[Json], files: Mapping[int, Upload], errors: FormErrors) -> None:
    if max(len(attachments), len(files)) > FILES_LIMIT:
        errors.add("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {FILES_LIMIT} or fewer in length.")
    for number, attachment in enumerate(attachments):
        errors.length(f"attachments.{number}.description", attachment.get("description"), ALT_TEXT_LIMIT)
        if attachment.get("id") is None:
            errors.required(f"attachments.{number}.id")


def _check_allowed_mentions(allowed: Mapping[str, Any], errors: FormErrors) -> None:
    for name in ("users", "roles"):
        named = allowed.get(name) or []
        if len(named) > MENTIONS_LIMIT:
            errors.add(f"allowed_mentions.{name}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
        if named and name in (allowed.get("parse") or []):
            message = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            errors.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def is_empty(content: str, *parts: object) -> bool:
    """Whether a message has nothing to show, which is 50006."""
    return not content.strip() and not any(parts)
