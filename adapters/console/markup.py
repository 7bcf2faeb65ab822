"""The platforms' markup as HTML for the page, by strict whitelists: no post can put a tag or a script there. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

_TELEGRAM_TAGS: Final = frozenset({"a", "b", "i", "u", "s", "code", "pre", "blockquote"})
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_BARE_ADDRESS: Final = re.compile(r"(?<![\w(<])https?://[^\s<>]+")
_HASHTAG: Final = re.compile(r"(?<![\w/#])#[^\s#.,;:!?()\[\]<>\"'&]+")
_COMMAND: Final = re.compile(r"(?<![^\s(])/[a-z]+\b(?!/)")
_HEADING: Final = re.compile(r"<h\d>(.*?)</h\d>", re.DOTALL)
_LEAD: Final = re.compile(r"<h1>(.*?)</h1>")
_FIGURE: Final = re.compile(r"<figure>.*?</figure>|<img [^>]*>")
_BLOCK: Final = re.compile(r"(?:</?(?:p|footer)>)+")
_ROLE: Final = re.compile(r"&lt;@&amp;(\d+)&gt;")


def telegram_html(text: str) -> Markup:
    """Telegram's HTML as the app shows it: its few tags stay, others go and leave their words; hashtags are marked."""
    reader = _TelegramReader()
    reader.feed(text)
    reader.close()
    return Markup("").join(reader.pieces)


def article_html(article: str) -> Markup:
    """Telegram's article in one run: its blocks are parted by blank lines, and the heading is bold.

    Its picture, with the caption, is shown by the page itself.
    """
    text = _FIGURE.sub("", article).replace("\n", "").replace("<br>", "\n")
    return telegram_html(_BLOCK.sub("\n\n", _LEAD.sub(r"<p><b>\1</b></p>", text)).strip())


def plain_html(text: str) -> Markup:
    """Plain text with commands that can be pressed, as Telegram shows them."""
    return _marked(
        text, _COMMAND, Markup('<button type="button" class="command" data-command="{0}">{0}</button>').format
    )


def discord_html(text: str) -> Markup:
    """Discord's Markdown as the app shows it: no raw HTML, no pictures, only links of the web."""
    html = _DiscordReader().render(
        _BARE_ADDRESS.sub(r"<\g<0>>", text)
    )  # a "<" of the text is "&lt;" by now: the tags are the reader's
    html = html.replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')
    html = _HEADING.sub(r'<p class="large">\1</p>', html)  # the page's own headings stay its outline
    return Markup(_ROLE.sub(r'<span class="mention">@role \1</span>', html))


def _marked(text: str, pattern: re.Pattern[str], mark: Callable[[str], Markup]) -> Markup:
    """`text` escaped, with every match of `pattern` replaced by what `mark` makes of it."""
    pieces: list[Markup] = []
    end = 0
    for match in pattern.finditer(text):
        pieces += [escape(text[end : match.start()]), mark(match[0])]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


class _TelegramReader(HTMLParser):
    """Copies what is allowed into `pieces`, and closes whatever the text leaves open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Markup] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Let in a tag of Telegram's; a link only if it leads to the web."""
        address = dict(attrs).get("href") or ""
        if tag == "a" and _WEB.match(address):
            opening = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">').format(address)
        elif tag in _TELEGRAM_TAGS - {"a"}:
            opening = Markup("<{}>").format(tag)
        else:
            return
        self._open.append(tag)
        self.pieces.append(opening)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag that was let in, and whatever is open inside it."""
        while tag in self._open:
            inner = self._open.pop()
            self.pieces.append(Markup("</{}>").format(inner))
            if inner == tag:
                return

    def handle_data(self, data: str) -> None:
        """Escape the words; outside links, mark their hashtags."""
        hashtag = Markup('<span class="tag">{}</span>').format
        self.pieces.append(escape(data) if "a" in self._open else _marked(data, _HASHTAG, hashtag))

    def close(self) -> None:
        """Read to the end and close what is still open."""
        super().close()
        while self._open:
            self.pieces.append(Markup("</{}>").format(self._open.pop()))


class _DiscordReader(MarkdownIt):
    """Markdown with only what Discord shows: https://support.discord.com/hc/en-us/articles/210298617."""

    def __init__(self) -> None:
        super().__init__("zero", {"html": False, "breaks": True})
        self.enable(["emphasis", "strikethrough", "backticks", "fence", "link", "autolink", "escape", "newline"])
        self.enable(["heading", "list", "blockquote"])

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the library's name)
        """Let only addresses of the web be links."""
        return bool(_WEB.match(url))
