"""What generators take out of a text before Markdown sees it: Liquid, shortcodes, MDX, kramdown's and MkDocs' marks.

Pictures in shortcodes and components become HTML, marks for the excerpt's end become EXCERPT_MARKER. Code stays as it
is. Every pattern is bounded, or stops where the next one could begin, so that the cost grows with the text's length.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from bot.reading.text.admonitions import BOX_START, quote_admonitions

EXCERPT_MARKER: Final = "<!--more-->"

_UNKNOWN: Final = "about:invalid"
"""Stands for an expression inside an address: no picture and no link can be made of it."""

_CODE_TAGS: Final = (
    r"highlight|codeblock|code|comment|capture|mermaid|math|katex|css|js|style|script|stylesheet|javascript"
)
CODE: Final = (
    r"(?P<code>^ {0,3}(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})(?:.*?^ {0,3}(?P=fence)[`~]*[ \t]*$|.*\Z)"
    r"|(?P<ticks>(?<!`)`+(?!`))(?:(?!\n[ \t]*\n).){0,300}?(?<!`)(?P=ticks)(?!`)"
    r"|\\[\\`\[{<])"
)
_MARKER: Final = (
    r"(?P<marker><!--\s*(?:more|truncate|excerpt)(?:\s[^>]{0,200})?\s*-->|\{/\*\s*truncate\s*\*/\})"
)  # fmt: skip
_ESCAPED: Final = r"\{\{(?P<left>[<%])/\*(?P<escaped>[^{}]{0,500}?)\*/(?P<right>[>%])\}\}"
"""A shortcode that Hugo leaves alone: `{{</* name */>}}` is shown as `{{< name >}}`."""

_TEMPLATES: Final = (
    rf"{_ESCAPED}"
    r"|\{%-?\s*(?P<raw_tag>raw|verbatim)\s*-?%\}"
    r"(?P<raw>(?:(?!\{%-?\s*(?:end)?(?P=raw_tag)\b).)*)\{%-?\s*end(?P=raw_tag)\s*-?%\}"
    rf"|\{{%-?\s*(?P<tag>{_CODE_TAGS})\b(?:(?!\{{%-?\s*(?:end)?(?P=tag)\b).)*\{{%-?\s*end(?P=tag)\s*-?%\}}"
    rf"|\{{\{{[<%]-?\s*(?P<short>{_CODE_TAGS})\b(?:(?!\{{\{{[<%]-?\s*/?\s*(?P=short)\b).)*"
    r"\{\{[<%]-?\s*/\s*(?P=short)\s*-?[>%]\}\}"
    r"|\{\{[<%]?-?\s*(?:figure|img|image|picture)\b(?P<figure>(?:(?!\{\{).)*?)\}\}"
    r"|\{%-?\s*include(?:_relative|_cached)?\s+[\"']?(?:[\w.-]{1,40}/){0,9}[\w.-]{0,40}(?:figure|image|img|picture)"
    r"[\w.-]{0,40}[\"']?\s+(?P<include>(?:(?!\{%|%\}).)*)%\}"  # of Jekyll's themes
    r"|\{%\s*(?:asset_)?img\s+(?P<asset>(?:(?!\{%|%\}).)*)%\}"  # of Hexo
    r"|\{%(?:(?!\{%).)*?%\}"  # Liquid tags
    r"|\{\{(?P<expression>(?:(?!\{\{).)*?)\}\}"  # expressions and all other shortcodes
)
_MDX: Final = (
    r"^import\s(?:(?:(?!\n[ \t]*\n)[\w$*{},\s]){1,1000}?\sfrom\s{0,9})?[\"'][^\"'\n]{1,300}[\"'][ \t]*;?[ \t]*$"
    r"|^export[ \t]+(?:default|const|let|var|function|async|class|type|interface|\{|\*)[^\n]*"
    r"(?:\n(?![ \t]*$)[^\n]+|(?:\n[ \t]*)+\n(?=[ \t]+\S|[}\])])[^\n]*)*"
    r"|\{/\*(?:(?!\{/\*).)*?\*/\}"
    r"|<(?P<component>/?[A-Z]\w{0,60}[a-z]\w{0,60}(?:\.\w{1,60})?)"
    r"(?P<properties>(?:\s{1,99}(?:[\w:-]{1,60}(?:=(?:\"[^\"]{0,500}\"|'[^']{0,500}'"
    r"|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,500}\}){0,500}\}){0,500}\}))?|\{[^{}]{0,500}\})){0,30})\s{0,99}/?>"
)
_MARKS: Final = (
    r"\{::comment\}(?:(?!\{::).)*?\{:/(?:comment)?\}"
    r"|^[*+-][ \t][^\n]*\n\{:[^}\n]{0,99}\btoc\b[^}\n]*\}|^\[{1,2}_?toc_?\]{1,2}[ \t]*$"  # tables of contents
    r"|\{[:#][^}\n]{0,500}\}|\{ ?\.[a-z][^}\n]{0,500}\}|(?<=\))\{[^}=\n]{0,80}=[^}\n]{0,300}\}"  # attributes
    r"|^ {0,3}\[\^[^\]\s]{1,100}\]:[^\n]*(?:\n(?! {0,3}(?:\[\^|[#<`~>|]|:::|!!!))[ \t]*\S[^\n]*)*"  # footnotes
    r"|\[\^[^\]\s]{1,100}\]|\^\[[^\]\n]{1,500}\]"  # and the marks that point at them
    r"|^(?P<task>[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[ xX]\](?=[ \t])"
    r"|^(?P<alert>(?:[ \t]*>){1,9}[ \t]*)\[![a-z]{1,20}\][^\n]*"  # > [!NOTE]
    r"|^(?=(?P<term>[^\s:#>|`~*+<{\[\d-])[^\n]{0,200}\n(?:[ \t]*\n)?:[ \t]+\S)"
    r"|\n(?:[ \t]*\n)?(?P<meaning>:)[ \t]+(?=\S)"
)
_FLAGS: Final = re.M | re.S | re.I
_ALL: Final = re.compile("|".join((CODE, _MARKER, _TEMPLATES, f"(?-i:{_MDX})", _MARKS)), _FLAGS)
_WITHOUT_TEMPLATES: Final = re.compile("|".join((CODE, _MARKER, f"(?-i:{_MDX})", _MARKS)), _FLAGS)

_ESCAPED_SHORTCODE: Final = re.compile(_ESCAPED)

_AFTER_A_BRACKET: Final = frozenset("^!_tT xX[")  # [^1], [!NOTE], [toc], [ ], [x]
_TELLING_START: Final = re.compile(rf"{BOX_START.pattern}|\n(?:imp|exp|:[ \t])")
"""How a line begins that is about a box, an import or a meaning; of most bodies it tells that none is in them."""

_COMPONENT: Final = re.compile(r"</?[A-Z]\w*[a-z]")
_IN_AN_ADDRESS: Final = re.compile(r"""(?:\]\(<?|=["']?|\]:[ \t]*)$""")
_PATH_EXPRESSION: Final = re.compile(
    r"""\s*(?:["']([^"'\n]{1,500})["']\s*\|\s*(?:relative_url|absolute_url|url|absurl|prepend:\s*site\.(?:baseurl|url))\b"""
    r"""|site\.(?:baseurl|url)\b|root_url\b|base_path\b)[^\n]*""",
    re.I,
)
_ARGUMENT: Final = re.compile(r"""(?<![\w-])([\w-]{1,40})\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|`[^`]*`|[^\s"'`,>)]+)""")
_SOURCES: Final = ("src", "path")
_SOURCES_OF_INCLUDES: Final = ("src", "image_path", "image", "img", "path", "file", "url")  # themes differ
_SITE_IN_FRONT: Final = re.compile(r"\{\{\s*site\.(?:baseurl|url)\s*\}\}")
_QUOTES: Final = "\"'"
_WORD: Final = re.compile(r""""[^"]*"|'[^']*'|\S+""")
_ASSET: Final = re.compile(r"(?:https?:/)?/|.*\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|svg)$", re.I)
_PICTURES: Final = frozenset({"image", "img", "figure", "picture"})


def without_templates(source: str, separator: str = "") -> str:
    """`source` as Markdown alone. `separator` is the site's own mark for the excerpt's end, or empty."""
    if separator.strip():
        source = source.replace(separator, f"\n\n{EXCERPT_MARKER}\n\n", 1)
    lines = f"\n{source}"
    starts = _TELLING_START.search(lines)
    has_boxes = starts is not None and BOX_START.search(lines) is not None
    if starts or _has_signs(source):
        source = _ALL.sub(_replacement, source)
    return quote_admonitions(source) if has_boxes else source


def _has_signs(source: str) -> bool:
    """Whether anything could be taken out of `source`. Most have nothing, and looking costs little."""
    if "{" in source and any(sign in source for sign in ("{%", "{{", "{:", "{#", "{.", "{ .", "{/*", "){")):
        return True
    if "<" in source and ("<!--" in source or _COMPONENT.search(source)):
        return True
    bracket = source.find("[")
    while bracket >= 0:
        if source[bracket + 1 : bracket + 2] in _AFTER_A_BRACKET:
            return True
        bracket = source.find("[", bracket + 1)
    return "^" in source and "^[" in source


def _replacement(match: re.Match[str]) -> str:
    if (kept := match["code"] or match["task"] or match["alert"]) is not None:
        return _ESCAPED_SHORTCODE.sub(r"{{\g<left>\g<escaped>\g<right>}}", kept) if "*/" in kept else kept
    if match["marker"]:
        return f"\n\n{EXCERPT_MARKER}\n\n"
    if match["component"] and match["component"].lower() in _PICTURES:
        return _figure(match["properties"], "\n" if match["properties"].count("\n") else "")
    if match["term"] or match["meaning"]:
        return "- " if match["term"] else ": "
    return _of_template(match) if match.re is _ALL else ""


def _of_template(match: re.Match[str]) -> str:
    if match["raw"] is not None:
        return _WITHOUT_TEMPLATES.sub(_replacement, match["raw"])
    if match["escaped"] is not None:
        return rf"{{{{\{match['left']}{match['escaped']}{match['right']}}}}}"  # else <name> would be a tag
    if match["figure"] is not None:
        return _figure(match["figure"], "\n\n")
    if match["include"] is not None:
        return _figure(_SITE_IN_FRONT.sub("", match["include"]), "\n\n", _SOURCES_OF_INCLUDES)
    if match["asset"] is not None:
        return _asset(match["asset"])
    return _value_of(match) if match["expression"] is not None else ""


def _value_of(match: re.Match[str]) -> str:
    """What can be known of an expression: a path on the site; elsewhere than in an address it says nothing."""
    if path := _PATH_EXPRESSION.fullmatch(match["expression"].strip("- ")):
        return path[1] or ""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return _UNKNOWN if _IN_AN_ADDRESS.search(before) else ""


def _asset(written: str) -> str:
    """A picture of Hexo's, `[class names] rain.jpg [width] [height] [title text [alt text]]`, as HTML."""
    words = _WORD.findall(written.strip().removesuffix("-"))
    place = next((index for index, word in enumerate(words) if _ASSET.match(word.strip(_QUOTES))), None)
    if place is None:
        return ""
    rest = words[place + 1 :]
    while rest and rest[0].isdecimal():
        del rest[0]
    texts = _WORD.findall(rest[0][1:-1]) if len(rest) == 1 and rest[0][0] == "'" else rest  # '"title" "alt"'
    is_quoted = len(texts) > 1 and all(text[0] in _QUOTES for text in texts)
    alt = (texts[1] if is_quoted else " ".join(texts)).strip(_QUOTES)
    return f'<img src="{_attribute(words[place].strip(_QUOTES))}" alt="{_attribute(alt)}">'


def _figure(arguments: str, around: str, keys: Iterable[str] = _SOURCES) -> str:
    """A picture's shortcode or component as HTML. Without an address that is written out, it is nothing."""
    values = {name.lower(): value.strip("\"'`") for name, value in _ARGUMENT.findall(arguments)}
    source = next(filter(None, map(values.get, keys)), "")
    if not source or source.startswith("{"):
        return ""
    caption = values.get("caption") or values.get("title", "") if around == "\n\n" else ""
    shown = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    picture = f'<img src="{_attribute(source)}" alt="{_attribute(values.get("alt", ""))}">'
    return f"{around}<figure>{picture}{shown}</figure>{around}" if around == "\n\n" else picture


def _attribute(value: str) -> str:
    return html.escape(value).replace("\n", " ")
