"""Which generator the watched folder belongs to: told by the configuration file in it, or in a folder above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from pathlib import Path
from typing import Final

from bot.reading.fields import shown
from bot.reading.generators.astro import Astro
from bot.reading.generators.configuration import Configuration, mapping_at, read_configuration, text_at, zone_at
from bot.reading.generators.docusaurus import Docusaurus
from bot.reading.generators.eleventy import Eleventy
from bot.reading.generators.generator import NO_GENERATOR, Generator
from bot.reading.generators.hexo import Hexo
from bot.reading.generators.hugo import Hugo
from bot.reading.generators.jekyll import Jekyll
from bot.reading.generators.mkdocs import MkDocs
from bot.reading.generators.zola import Zola

_HEXO_KEYS: Final = frozenset(
    {"source_dir", "public_dir", "new_post_name", "default_category", "default_layout", "post_asset_folder"}
)
_BASE_URL: Final = re.compile(r"""^[ \t]*["']?(base_?url)["']?[ \t]*[:=]""", re.M | re.I)


@dataclass(frozen=True, slots=True)
class _Found:
    """A configuration file and where it was found."""

    root: Path
    file: str  # below the root
    configuration: Configuration


Kind = type[Generator]
Teller = Callable[[_Found], Kind | None]


def find_generator(folder: Path) -> Generator:
    """The generator of the site that `folder` is a part of. Reads its configuration file; never raises.

    The nearest configuration wins. Above `folder` nothing is looked at beyond the folder of a repository (one with
    `.git` in it), in the home folder, or in "/": what lies there is not the site's.
    """
    try:
        watched = folder.resolve()
    except (OSError, RuntimeError):  # a ring of links
        return NO_GENERATOR
    for place in _places(watched):
        for found, kind_of in _configurations(place):
            if kind := kind_of(found):
                generator = _build(kind, found, watched)
                return replace(generator, root=_by_links(folder, watched, found.root))
    return NO_GENERATOR


def _by_links(folder: Path, watched: Path, root: Path) -> Path:
    """The way to `root` by the links in `folder`: after a deploy they lead to the root of another release."""
    depth = len(watched.relative_to(root).parts)
    above = [folder.absolute(), *folder.absolute().parents][depth:]
    if above and above[0].resolve() == root:
        return above[0]
    return folder.absolute().joinpath(*[".."] * depth)  # the folder itself is a link


def _configurations(place: Path) -> Iterator[tuple[_Found, Teller]]:
    """The configuration files in a folder, each with who tells the generator by it."""
    for stems, extensions, kind_of in _RULES:
        for stem, extension in product(stems, extensions):
            file = f"{stem}.{extension}"
            if _is_file(place / file):
                yield _Found(place, file, read_configuration(place / file)), kind_of


def _places(watched: Path) -> Iterator[Path]:
    """The watched folder and those above it that may be its site's, innermost first."""
    outside = {_home(), Path(watched.anchor)}
    yield watched
    for below, above in pairwise((watched, *watched.parents)):
        if above in outside or below in outside or _exists(below / ".git"):
            return
        yield above


def _build(kind: Kind, found: _Found, watched: Path) -> Generator:
    prefix = watched.relative_to(found.root).as_posix()
    values, doubts = found.configuration.values, found.configuration.doubts
    prefix = "" if prefix == "." else prefix
    generator = kind(root=found.root, prefix=prefix, file=found.file, config=values, doubts=doubts)
    zone = text_at(values, "timezone")  # of Hugo, too: keys are compared without regard to case
    if zone and not zone_at(values, "timezone"):
        doubt = f"{found.file}: {shown(zone)} is no time zone, so NEWSBELL_TIMEZONE counts, or UTC; "
        return replace(generator, doubts=(*generator.doubts, f"{doubt}write one like Asia/Phnom_Penh"))
    return generator


def _always(kind: Kind) -> Teller:
    return lambda found: kind


def _jekyll_or_hexo(found: _Found) -> Kind:
    if _HEXO_KEYS & found.configuration.values.keys() or _needs_hexo(found.root / "package.json"):
        return Hexo
    return Jekyll


def _needs_hexo(package: Path) -> bool:
    values = read_configuration(package).values if _is_file(package) else {}
    return any("hexo" in mapping_at(values, key) for key in ("dependencies", "devDependencies"))


def _hugo_or_zola(found: _Found) -> Kind | None:
    """By what each calls the site's address; any program may have a `config.toml`."""
    values = found.configuration.values
    names = {name.lower() for name in values} if values else _names_in(found.configuration.source)
    if "base_url" in names:
        return Zola if found.file.endswith(".toml") else None
    return Hugo if "baseurl" in names else None


def _names_in(source: str) -> set[str]:
    """Which of the two a file has that can't be read."""
    return {match[1].lower() for match in _BASE_URL.finditer(source)}


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):  # nobody's, in a container
        return None


_DATA: Final = ("toml", "yaml", "yml", "json")
_SCRIPTS: Final = ("js", "ts", "mjs", "cjs")

_RULES: Final = (  # the first one whose file is there wins in a folder
    (("_config",), ("yml", "yaml", "toml"), _jekyll_or_hexo),
    (("hugo", "config/_default/hugo", "config/_default/config"), _DATA, _always(Hugo)),
    (("docusaurus.config",), _SCRIPTS, _always(Docusaurus)),
    (("mkdocs",), ("yml", "yaml"), _always(MkDocs)),
    ((".eleventy",), ("js",), _always(Eleventy)),
    (("eleventy.config",), _SCRIPTS, _always(Eleventy)),
    (("astro.config",), _SCRIPTS, _always(Astro)),
    (("config",), _DATA, _hugo_or_zola),
)
