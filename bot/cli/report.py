"""What `newsbell check` found: counts, links, problems and guesses, gathered post by post. No post is kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from bot.cli.wording import parts_of
from bot.models import Post, Visibility
from bot.reading.site import Site
from bot.records import Problem
from bot.settings import Settings
from bot.subscribing.selectors import match_key

UNCATEGORIZED: Final = "uncategorized"
SCHEDULED: Final = "scheduled"
_WITH_A_PAGE: Final = frozenset({Visibility.PUBLIC.value, SCHEDULED})
"""States of posts that readers come to: the others need no link."""
UNNAMED_RULE: Final = "front matter"
"""Of a link whose rule is not told."""

_WITH_LINE: Final = re.compile(r"line (\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was understood only with a guess. `line` counts from 1; 0 means the file as a whole."""

    path: str
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class NoPost:
    """A file or folder that was asked for, and why nothing was read there."""

    path: str
    why: str


@dataclass(slots=True)
class Unread:
    """Files that hold posts in a form that newsbell does not read, and the first of them."""

    files: int = 0
    example: str = ""


@dataclass(slots=True)
class Link:
    """How many posts a rule gave their address, and the first of them. Without a rule: those that need one."""

    path: str
    url: str | None
    posts: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds for the whole site, and where it was taken from."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What is known of the site as a whole."""

    generator: str  # empty: none was found
    file: str  # its configuration
    address: Fact
    timezone: Fact
    language: Fact
    doubts: tuple[str, ...]


class Categories:
    """Counts categories as /subscribe knows them: under whatever spelling, the most frequent one stands for all."""

    def __init__(self) -> None:
        self._spellings: dict[str, Counter[str]] = {}
        self._keys: dict[str, str] = {}  # of each spelling: finding it out costs more than all the rest

    def add(self, names: tuple[str, ...]) -> None:
        """Count a post; each category once, however often it is named."""
        seen = set()
        for name in names or (UNCATEGORIZED,):
            if name not in self._keys:
                self._keys[name] = match_key(name)
            key = self._keys[name]
            if key not in seen:
                seen.add(key)
                self._spellings.setdefault(key, Counter())[name] += 1

    def counts(self) -> dict[str, int]:
        """The posts of each category, the largest first."""
        sums = {spellings.most_common(1)[0][0]: spellings.total() for spellings in self._spellings.values()}
        return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass
class Report:
    """What `check` found; DESIGN 5 fixes the names that `--json` prints.

    Every file that was found is one of four: `files` is `posts` (in one of the states of `by_state`), `unreadable`,
    `ignored` by the site's generator, and `without_front_matter` together. A post may have a problem all the same, and
    so may a folder. `nothing` says why, where there is no post at all.
    """

    now: datetime
    site: SiteFacts
    files: int = 0
    posts: int = 0
    unreadable: int = 0
    ignored: int = 0
    without_front_matter: int = 0
    html: Unread = field(default_factory=Unread)  # is none of `files`
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Doubt] = field(default_factory=list)
    no_posts: list[NoPost] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)
    categories: Categories = field(default_factory=Categories)
    by_language: Counter[str] = field(default_factory=Counter)
    by_state: Counter[str] = field(default_factory=Counter)
    links: dict[str, Link] = field(default_factory=dict)
    without_link: Link | None = None
    _sentences: dict[str, str] = field(default_factory=dict)  # each is kept once, however many files it is about

    def add(self, post: Post) -> None:
        """Count a post."""
        self.posts += 1
        self.categories.add(post.categories)
        self.by_language[post.language] += 1
        state = _state(post, self.now)
        self.by_state[state] += 1
        if post.url or state in _WITH_A_PAGE:
            self._add_link(post)
        for doubt in doubts_of(post):
            self._add_warning(doubt)

    def add_unreadable(self, problem: Problem) -> None:
        """Count a file that can't be read."""
        self.files += 1
        self.unreadable += 1
        self.problems.append(problem)

    def add_ignored(self, why: Problem) -> None:
        """Count a file that the site's generator leaves out: it may be meant so."""
        self.files += 1
        self.ignored += 1
        self._add_warning(Doubt(why.path, why.line, f"{why.what}; {why.mend}"))

    def _add_warning(self, doubt: Doubt) -> None:
        self.warnings.append(replace(doubt, what=self._sentences.setdefault(doubt.what, doubt.what)))

    def _add_link(self, post: Post) -> None:
        if post.url:
            link = self.links.setdefault(post.link_rule or UNNAMED_RULE, Link(post.path, post.url))
        else:
            link = self.without_link = self.without_link or Link(post.path, None)
        link.posts += 1

    def as_json(self, why_no_link: str) -> dict[str, Any]:
        """The report for machines. `links` has an entry for each rule that gave posts their addresses."""
        return {
            "files": self.files,
            "posts": self.posts,
            "unreadable": self.unreadable,
            "ignored": self.ignored,
            "without_front_matter": self.without_front_matter,
            "html": asdict(self.html),
            "problems": [parts_of(problem) for problem in self.problems],
            "warnings": [asdict(doubt) for doubt in self.warnings],
            "nothing": self.nothing,
            "no_posts": [asdict(each) for each in self.no_posts],
            "by_category": self.categories.counts(),
            "by_language": dict(self.by_language.most_common()),
            "by_state": dict(self.by_state.most_common()),
            "links": {rule: _link(link) for rule, link in self.links.items()},
            "without_link": _link(self.without_link) | {"why": why_no_link} if self.without_link else None,
            "site": asdict(self.site),
        }


def doubts_of(post: Post) -> list[Doubt]:
    """The warnings of `post`, each with the line that it names."""
    doubts = []
    for warning in post.warnings:
        found = _WITH_LINE.fullmatch(warning)
        doubts.append(Doubt(post.path, int(found[1]), found[2]) if found else Doubt(post.path, 0, warning))
    return doubts


def _state(post: Post, now: datetime) -> str:
    return SCHEDULED if post.lies_ahead(now) and post.visibility is Visibility.PUBLIC else post.visibility.value


def _link(link: Link) -> dict[str, Any]:
    return {"posts": link.posts, "example": {"path": link.path, "url": link.url}}


def facts_of(site: Site, settings: Settings) -> SiteFacts:
    """What is known of the site, and whether the settings, its generator or nobody said so."""
    generator = site.generator
    given = settings.model_fields_set
    return SiteFacts(
        generator=generator.name,
        file=str(generator.root / generator.file) if generator.root and generator.file else "",
        address=_fact(site.url, generator.url, "NEWSBELL_SITE_URL", generator.file, by_setting=bool(settings.site_url)),
        timezone=_fact(
            site.timezone, generator.timezone, "NEWSBELL_TIMEZONE", generator.file, by_setting="timezone" in given
        ),
        language=_fact(
            site.language, generator.language, "NEWSBELL_LANGUAGE", generator.file, by_setting="language" in given
        ),
        doubts=generator.doubts,
    )


def _fact(value: str, configured: str, variable: str, file: str, *, by_setting: bool) -> Fact:
    if by_setting:
        differs = configured and configured != value
        return Fact(value, f"{variable}; {file} says {configured}" if differs else variable)
    return Fact(value, file if configured else f"by default; {variable} sets it")


def why_no_link(site: Site) -> str:
    """Why posts of this site may have no address, and what gives them one."""
    generator = site.generator
    if site.post_url:
        return "neither their front matter nor NEWSBELL_POST_URL gives them one; the warnings say what is missing"
    if generator.name and not site.url:
        rules = f"by {generator.name}'s rules they would have one, but {generator.file} does not say where the site is"
        return f"{rules}; set NEWSBELL_SITE_URL"
    if generator.name:
        return f"the rules of {generator.name} that newsbell knows give them none; set NEWSBELL_POST_URL"
    return (
        "their front matter has no origin_url or permalink, and no generator's configuration lies in the posts folder "
        "or above it; set NEWSBELL_SITE_URL and NEWSBELL_POST_URL"
    )


def counts_of(counter: Mapping[str, int]) -> dict[str, int]:
    """The counts, the largest first, equal ones by name."""
    return dict(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
