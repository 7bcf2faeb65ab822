"""Where readers find a post on the web."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

import pytest

from bot.reading.generators.generator import Generator, Written
from bot.reading.site import LinkTo
from tests.reading.pages import SITE, read

AT_HOME = replace(
    SITE, url="https://example.org/paper", post_url="https://example.org/{category}/{year}/{month}/{slug}"
)


@pytest.mark.parametrize(
    ("front", "url"),
    [
        ("origin_url: https://example.org/rain", "https://example.org/rain"),
        ("link: https://example.org/a\norigin_url: https://example.org/b", "https://example.org/b"),
        ("external_url: https://example.org/rain", "https://example.org/rain"),
        ("canonical_url: //example.org/rain", "https://example.org/rain"),
        ("permalink: https://example.org/rain", "https://example.org/rain"),
        ("url: http://example.org/rain", "http://example.org/rain"),
        ("origin_url: https://EXAMPLE.org/a b?q=ភ្លៀង", "https://example.org/a%20b?q=%E1%9E%97%E1%9F%92%E1%9E%9B%E1%9F%80%E1%9E%84"),
        ("origin_url: https://example.org/100%/%20x", "https://example.org/100%25/%20x"),
        ("origin_url: https://example.org/a_(b)?x=1&section=2", "https://example.org/a_(b)?x=1&section=2"),
        ("origin_url: https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("origin_url: https://example.org:8080/x", "https://example.org:8080/x"),
    ],
)  # fmt: skip
def test_a_whole_address_in_the_front_matter_is_the_link(front: str, url: str) -> None:
    assert read(f"title: Rain\n{front}").url == url


@pytest.mark.parametrize("key", ["permalink", "url", "link"])
def test_a_path_is_joined_to_the_sites_address(key: str) -> None:
    front = f"title: Rain\n{key}: /rain/"
    assert read(front, site=replace(SITE, url="https://example.org/paper/")).url == "https://example.org/paper/rain/"
    assert read(front).url is None


@pytest.mark.parametrize(
    ("address", "mend"),
    [
        ("javascript:alert(1)", "it should begin with https://"),
        ("ftp://example.org/x", "it should begin with https://"),
        ("rain", "it should begin with https://"),
        ("http://", "the name of its host can't be right"),
        ("http://[::1", "the name of its host can't be right"),
        ("http://a:b/", "the name of its host can't be right"),
        ("https://example.org/{{ page.slug }}", "write it out, for newsbell fills in nothing there"),
        (
            f"https://example.org/?from={'x' * 2048}",
            "it has more than 2048 characters, and no platform takes that; shorten it",
        ),
        (  # longer only once it is encoded
            f"https://example.org/{'ភ្លៀង' * 100}",
            "it has more than 2048 characters, and no platform takes that; shorten it",
        ),
    ],
)
def test_what_readers_can_t_open_is_no_link_and_the_doubt_says_why(address: str, mend: str) -> None:
    post = read(f"title: Rain\norigin_url: '{address}'")
    assert post.url is None
    assert post.warnings == (f"line 3: origin_url is no address that readers can open; {mend}",)


@pytest.mark.parametrize("hidden", ["draft: true", "unlisted: true", "newsbell: false", "expiryDate: 2020-01-01"])
def test_what_has_no_public_page_needs_no_link(hidden: str) -> None:
    site = replace(SITE, url="https://example.org", post_url="https://example.org/{category}/{slug}")

    [warning] = read("title: Rain", site=site).warnings

    assert "without a link" in warning
    assert read(f"title: Rain\n{hidden}", site=site).warnings == ()
    assert read(f"title: Rain\n{hidden}\norigin_url: rain", site=site).warnings != ()


def test_an_address_that_hides_its_host_is_no_link() -> None:
    assert read("title: Rain\nurl: https://bank.example@evil.example/").url is None


@pytest.mark.parametrize("permalink", ["/:categories/:title/", "/{{ site.x }}/rain"])
def test_a_pattern_for_the_generator_is_no_link(permalink: str) -> None:
    assert read(f"title: Rain\npermalink: '{permalink}'", site=replace(SITE, url="https://example.org")).url is None


def test_else_the_template_of_the_settings_gives_it() -> None:
    front = "title: Rain\ncategory: WEEKLY NEWS\ndate: 2026-10-31T18:30:00Z"
    assert read(front, path="2026-10-31-rain.md", site=AT_HOME).url == "https://example.org/weekly-news/2026/11/rain"


def test_a_template_knows_code_and_language_and_encodes_what_it_fills_in() -> None:
    site = replace(SITE, post_url="https://example.org/{language}/{code}")
    assert read("title: Rain\ncode: a/b?\nlang: km", site=site).url == "https://example.org/km/a%2Fb%3F"


def test_a_template_may_be_a_path_on_the_site() -> None:
    assert read(site=replace(SITE, url="https://example.org", post_url="/p/{name}")).url == "https://example.org/p/rain"


def test_what_the_template_lacks_is_named() -> None:
    post = read(site=AT_HOME)
    assert post.url is None
    assert post.warnings == (
        "the post is sent without a link, for the site's addresses need its category and year and month",
    )


def test_without_anything_there_is_no_link_and_no_doubt() -> None:
    assert (read().url, read().warnings) == (None, ())


# --- which rule gave it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press(Generator):
    """A generator whose rule is simple."""

    name: ClassVar[str] = "Press"

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """The language, the first category, the day at the site, and a permalink to be filled in."""
        permalink = str(page.values.get("permalink") or "")
        return "/".join(("", language, *categories[:1], f"{day:%Y-%m-%d}" if day else "never", permalink))


PRESS = replace(SITE, url="https://example.org", post_url="/posts/{name}", generator=Press())
ORIGIN = "https://origin.example/rain"


@pytest.mark.parametrize(
    ("front", "url", "rule"),
    [
        (f"origin_url: {ORIGIN}\nlink: https://example.org/x", ORIGIN, "origin_url"),
        (f"canonical_url: {ORIGIN}\npermalink: /x/", ORIGIN, "canonical_url"),
        (f"link: {ORIGIN}\npermalink: /x/", ORIGIN, "link"),
        ("url: /x/", "https://example.org/x/", "url"),
        ("permalink: /x/", "https://example.org/x/", "permalink"),
        ("permalink: /:x/", "https://example.org/en/never//:x/", "Press"),
        ("permalink: ':x'", "https://example.org/en/never/:x", "Press"),
        ("permalink: blog-:x", "https://example.org/en/never/blog-:x", "Press"),
        ("permalink: x", "https://example.org/en/never/x", "Press"),
        ("category: Rain\nlang: km\ndate: 2024-11-07T18:30:00Z", "https://example.org/km/Rain/2024-11-08/", "Press"),
    ],
)
def test_the_front_matter_comes_before_the_generator(front: str, url: str, rule: str) -> None:
    post = read(f"title: Rain\n{front}", site=PRESS)
    assert (post.url, post.link_rule, post.warnings) == (url, rule, ())


def test_the_generator_comes_before_the_template() -> None:
    assert read(site=PRESS).link_rule == "Press"
    post = read(site=replace(PRESS, generator=Generator()))
    assert (post.url, post.link_rule) == ("https://example.org/posts/rain", "NEWSBELL_POST_URL")


def test_a_generators_address_needs_the_sites() -> None:
    post = read(site=replace(PRESS, url="", post_url=""))
    assert (post.url, post.link_rule, post.warnings) == (None, "", ())
    whole = replace(PRESS, url="", post_url="https://other.example/{name}")
    assert read(site=whole).url == "https://other.example/rain"


@pytest.mark.parametrize(
    ("front", "rule"),
    [("permalink: /x/", "permalink"), ("code: x", "Press"), ("permalink: https://example.org/x", "permalink")],
)
def test_by_the_settings_a_message_leads_to_the_sites_own_page(front: str, rule: str) -> None:
    site = replace(PRESS, link_to=LinkTo.SITE)
    assert read(f"title: Rain\norigin_url: {ORIGIN}\n{front}", site=site).link_rule == rule


def test_to_the_publishers_where_there_is_no_other() -> None:
    site = replace(SITE, link_to=LinkTo.SITE)
    assert read(f"title: Rain\norigin_url: {ORIGIN}", site=site).url == ORIGIN
    post = read(f"title: Rain\norigin_url: {ORIGIN}", site=replace(site, post_url="https://example.org/{code}"))
    assert post.url == ORIGIN
    assert post.warnings == (
        "the post is sent with the link in its origin_url, for the site's addresses need its code",
    )


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("national/rain.km.md", "https://example.org/national/rain"),
        ("national/2024-11-07-rain/index.md", "https://example.org/national/2024-11-07-rain"),
        ("rain.md", "https://example.org/rain"),
        ("a b/c?d.md", "https://example.org/a%20b/c%3Fd"),
    ],
)
def test_a_template_knows_the_path(path: str, url: str) -> None:
    assert read(path=path, site=replace(SITE, post_url="https://example.org/{path}")).url == url


def test_a_pattern_tells_no_post_from_another() -> None:
    front = "title: Rain\npermalink: /:categories/:title/"
    rain, sun = read(front, site=SITE), read(front, path="sun.md", site=SITE)
    assert not {rain.key, *rain.aliases} & {sun.key, *sun.aliases}
