"""Jekyll's tags `post_url` and `link` lead where the site shows the file that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading.generators.jekyll_sites import URL, site
from tests.reading.generators.sites import post_at, write

RAIN = "_posts/2024-11-07-rain.md"


def link_in(root: Path, body: str, path: str = RAIN, **config: object) -> str | None:
    """Where the first link of `body` leads; None if none does."""
    post = post_at(site(root, **config), path, body=body)
    return next((span.link for span in post.excerpt if span.link), None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with some pages."""
    for path, front in (
        ("_posts/2024-11-06-clouds.md", "title: Clouds"),
        ("_posts/2024-11-05-sun.md", "title: Sun\ncategories: [Sky, Day]\ndate: 2024-11-04 09:00"),
        ("_posts/2024-11-04-wind.md", "permalink: /wind/"),
        ("_posts/2024-11-03-fog.md", "published: false"),
        ("_posts/2024/2024-11-02-hail.markdown", "title: Hail"),
        ("_posts/undated.md", "title: x"),
        ("_drafts/2024-11-01-ice.md", "title: Ice"),
        ("km/_posts/2024-11-06-clouds.md", "title: x"),
        ("about.md", "title: About"),
        ("_notes/a.md", "title: A note"),
    ):
        write(tmp_path, path, f"---\n{front}\n---\n\nText.")
    write(tmp_path, "assets/map.pdf", "x")
    write(tmp_path, "plain.md", "No front matter.")
    write(tmp_path, "page.html", "<p>")
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        ("{% post_url 2024-11-06-clouds %}", "/2024/11/06/clouds.html"),
        ("{%- post_url /2024-11-06-clouds -%}", "/2024/11/06/clouds.html"),
        ("{{ site.baseurl }}{% post_url 2024-11-06-clouds %}", "/2024/11/06/clouds.html"),
        ("{{ site.url }}{% post_url 2024-11-06-clouds %}#top", "/2024/11/06/clouds.html#top"),
        ("{% post_url 2024-11-05-sun %}", "/sky/day/2024/11/04/sun.html"),
        ("{% post_url 2024-11-04-wind %}", "/wind/"),
        ("{% post_url 2024/2024-11-02-hail %}", "/2024/11/02/hail.html"),
        ("{% link _posts/2024-11-06-clouds.md %}", "/2024/11/06/clouds.html"),
        ("{% link about.md %}", "/about.html"),
        ("{% link /assets/map.pdf %}", "/assets/map.pdf"),
    ],
)
def test_a_tag_leads_to_the_page(root: Path, tag: str, path: str) -> None:
    assert link_in(root, f"See [this]({tag}) now.") == URL + path
    assert link_in(root, f'See <a href="{tag}">this</a> now.') == URL + path
    assert link_in(root, f"See [this][1] now.\n\n[1]: {tag}") == URL + path


@pytest.mark.parametrize(
    "tag",
    [
        "{% post_url 2024-11-06-none %}",
        "{% post_url 2024-11-03-fog %}",
        "{% post_url ../../2024-11-06-clouds %}",
        "{% post_url {{ page.next }} %}",
        "{% link _drafts/2024-11-01-ice.md %}",
        "{% link _posts/undated.md %}",
        "{% link _notes/a.md %}",
        "{% link plain.md %}",
        "{% link page.html %}",
        "{% link none.md %}",
        "{% link _posts %}",
        "{% link ../../../../../../etc/hosts %}",
    ],
)
def test_else_the_words_stay_without_a_link(root: Path, tag: str) -> None:
    post = post_at(site(root), RAIN, body=f"See [this page]({tag}) now.")
    assert "".join(span.text for span in post.excerpt) == "See this page now."
    assert all(span.link is None for span in post.excerpt)


def test_the_posts_of_the_same_folder_go_first(root: Path) -> None:
    body = "[This]({% post_url 2024-11-06-clouds %}) and that."
    assert link_in(root, body, "km/_posts/2024-11-07-rain.md") == f"{URL}/km/2024/11/06/clouds.html"
    assert link_in(root, body, "fr/_posts/2024-11-07-rain.md") == f"{URL}/2024/11/06/clouds.html"


def test_the_base_path_stands_once(root: Path) -> None:
    body = "[This]({{ site.baseurl }}{% post_url 2024-11-06-clouds %}) and that."
    assert link_in(root, body, baseurl="/blog") == f"{URL}/blog/2024/11/06/clouds.html"


def test_what_is_shown_raw_stays(root: Path) -> None:
    post = post_at(site(root), RAIN, body="Write {% raw %}`{% post_url 2024-11-06-clouds %}`{% endraw %} there.")
    assert "{% post_url 2024-11-06-clouds %}" in "".join(span.text for span in post.excerpt)


def test_a_changed_page_has_a_changed_address(root: Path) -> None:
    body = "[This]({% post_url 2024-11-06-clouds %}) and that."
    assert link_in(root, body) == f"{URL}/2024/11/06/clouds.html"
    write(root, "_posts/2024-11-06-clouds.md", "---\npermalink: /clouds/\n---\n\nText.")
    assert link_in(root, body) == f"{URL}/clouds/"


def test_of_a_thousand_links_only_the_first_are_looked_for(root: Path) -> None:
    many = " ".join(f"[a{n}]({{% post_url 2024-11-06-x{n} %}})" for n in range(1000))
    assert link_in(root, f"{many} [b]({{% post_url 2024-11-06-clouds %}})") is None
