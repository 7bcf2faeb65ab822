"""One call of a Bot API method: its parameters, read as Telegram reads them, and the table of methods."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .acts import People
from .articles import read_article
from .chats import Chat, Content
from .entities import ENTITIES_LIMIT, is_seen, is_web_address, parse_html, trim
from .pictures import find_article_photo, find_media
from .refusals import RefusedError, bad_request
from .wire import Upload, names, utf16_length

TEXT_LIMIT: Final = 4096  # UTF-16 units after entity parsing (telegram.md 2.2, 8.5)
CAPTION_LIMIT: Final = 1024
BUTTON_DATA_LIMIT_BYTES: Final = 64
_BUTTON_ACTIONS: Final = names(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay"
)


@dataclass
class Call:
    """A method, its decoded parameters and the files that came along."""

    telegram: People
    method: str
    parameters: dict[str, Any]
    files: dict[str, Upload]
    kept_since: float | None = None  # a fault keeps it back; by the clock of the limits
    ignored: list[str] = field(default_factory=list)  # what was passed over without a word

    def text(self, name: str) -> str:
        """A text parameter; "" when it is absent."""
        return str(self.parameters.get(name, ""))

    def integer(self, name: str, default: int = 0) -> int:
        """A number; `default` when it is absent."""
        value = self.parameters.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """A yes or no; no when it is absent."""
        return self.parameters.get(name) is True

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat that `chat_id` names by number or as @username (8.1); unknown ones are refused as in 4.4."""
        wanted = self.parameters.get(name)
        if wanted in {None, ""}:
            raise bad_request(f"{name} is empty")
        found = self.known_chat(wanted)
        if found is None or (found.deleted and found.kind != "group"):
            private = isinstance(wanted, int) and wanted > 0
            raise bad_request("private chat not found" if private else "chat not found")
        return found

    def known_chat(self, wanted: Any) -> Chat | None:
        """The chat of this id or @username, if there is one."""
        if isinstance(wanted, int):
            return self.telegram.chats.get(wanted)
        name = str(wanted).removeprefix("@").lower()
        named = (chat for chat in self.telegram.chats.values() if chat.username and chat.kind != "private")
        return next((chat for chat in named if str(chat.username).lower() == name), None)

    def words(self, name: str) -> tuple[str, tuple[dict[str, Any], ...]]:
        """A text after entity parsing and its entities; the length is checked here.

        Entities beyond the limit are ignored silently (2.2): nobody means them to be, so that is noted.
        """
        source, options = self.text(name), self.parameters
        text, entities = read_words(source, options, "entities" if name == "text" else "caption_entities")
        check_length(text, CAPTION_LIMIT if name == "caption" else TEXT_LIMIT, editing=self.method.startswith("edit"))
        if (beyond := len(entities) - ENTITIES_LIMIT) > 0:
            self.ignored.append(f"{self.method}: {beyond} entities are ignored")
        return text, entities[:ENTITIES_LIMIT]

    def captioned(self, kind: str) -> Content:
        """The content of a photo or document with its caption."""
        media = find_media(self.telegram, kind, self.parameters.get(kind), self.files, own_part=kind)
        text, entities = self.words("caption")
        return Content(
            text,
            entities,
            media,
            self.keyboard(),
            caption_above=self.flag("show_caption_above_media"),
            spoiler=self.flag("has_spoiler"),
            html=self.text("caption"),
        )

    def plain(self) -> Content:
        """The content of a text message."""
        text, entities = self.words("text")
        if not is_seen(text):
            raise bad_request("message text is empty")
        preview = self.parameters.get("link_preview_options")
        return Content(text, entities, keyboard=self.keyboard(), preview=preview, html=self.text("text"))

    def rich(self) -> Content:
        """The content of a rich message (Bot API 10.1)."""
        source = self.parameters.get("rich_message") or {}
        article = read_article(source, lambda url: find_article_photo(self.telegram, url))
        return Content(article.words, keyboard=self.keyboard(), html=source["html"], article=article)

    def keyboard(self) -> tuple[tuple[dict[str, Any], ...], ...]:
        """The inline keyboard; () without one."""
        markup = self.parameters.get("reply_markup") or {}
        rows = tuple(tuple(row) for row in markup.get("inline_keyboard", ()) if row)
        for row in rows:
            for button in row:
                _check_button(button)
        return rows


def read_words(source: str, options: dict[str, Any], entities_name: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    """Text and entities as `options` (`parse_mode`, or a list of entities) want them read."""
    mode = str(options.get("parse_mode", "")).lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad_request(f"this emulator reads HTML only, not parse_mode {mode!r}")
    else:
        text, entities = trim(source, list(options.get(entities_name) or []))
    return text, tuple(entities)


def check_length(text: str, limit: int, *, editing: bool) -> None:
    """Refuse what is longer than `limit` UTF-16 units (8.5; texts of 4.4)."""
    if utf16_length(text) <= limit:
        return
    if limit == CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    raise bad_request("MESSAGE_TOO_LONG" if editing else "message is too long")


def _check_button(button: dict[str, Any]) -> None:
    if not button.get("text") or not _BUTTON_ACTIONS & button.keys():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button.get("callback_data", "-").encode()) <= BUTTON_DATA_LIMIT_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not url.startswith("tg://") and not is_web_address(url):
        raise bad_request("BUTTON_URL_INVALID")


# --- the table of methods ---------------------------------------------------------------------------------------------

Function = Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True)
class Method:
    """A method of the Bot API that the emulator knows, with the names of the parameters that it understands."""

    name: str
    run: Function
    parameters: frozenset[str]


METHODS: Final[dict[str, Method]] = {}  # by lower-case name, for Telegram does not mind the case


def method(name: str, parameters: str = "") -> Callable[[Function], Function]:
    """Enter a function into the table as the method `name` with these parameters, separated by blanks."""

    def enter(function: Function) -> Function:
        METHODS[name.lower()] = Method(name, function, names(parameters))
        return function

    return enter


def unknown_method() -> RefusedError:
    """404, never a fake `true` (8.1)."""
    return RefusedError(404, "Not Found: method not found")
