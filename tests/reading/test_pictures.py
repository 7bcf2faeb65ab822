"""Which pictures can stand for a post."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import Picture, Post
from bot.reading.site import Site
from tests.reading.pages import SITE, read

A, B, C, D = (f"https://example.org/{name}.jpg" for name in "abcd")


def sources(front: str, body: str = "It rained.", site: Site = SITE) -> list[str]:
    return [picture.source for picture in read(f"title: Rain\n{front}", body, site=site).pictures]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site whose watched folder lies beside something that is no post's business."""
    root = tmp_path / "site"
    for name in ("rain.jpg", "pictures/rain.jpg", "static/sun.png", "national/x/rain.webp", "notes.txt", "ភ្លៀង.jpg"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"\xff\xd8")
    (tmp_path / "private.jpg").write_bytes(b"\xff\xd8")
    return Site(root=root)


def read_in(site: Site, image: str, path: str = "rain.md") -> Post:
    return read(f"title: Rain\nimage: {image!r}", path=path, site=site)


def test_front_matter_goes_before_the_body_and_three_are_enough() -> None:
    assert sources(f"thumbnail: {C}\ncover: {B}\nimage: {A}", f"![]({D})") == [A, B, C]


@pytest.mark.parametrize(
    "front",
    [
        f"image: {A}",
        f"coverImage: {A}",
        f"og:image: {A}",
        f"images: [{A}]",
        f"cover: {{image: {A}, alt: x}}",
        f"header: {{teaser: {A}}}",
        "image: //example.org/a.jpg",
        f'image: " {A} "',
    ],
)
def test_every_usual_key_and_shape_is_known(front: str) -> None:
    assert sources(front) == [A]


@pytest.mark.parametrize(
    "body",
    [
        f"![]({A})",
        f"Words first.\n\n![rain]({A} 'Rain')",
        f"![][rain]\n\n[rain]: {A}",
        f"[![]({A})](https://example.org/)",
        f'<img alt="" src="{A}">',
        f'<figure><img src="small.gif" data-src="{A}"/></figure>',
        f"> ![]({A})",
        f"- ![]({A})",
        f"| a |\n|---|\n| ![]({A}) |",
        f"Text <img src='{A}'> text",
        f"![][rain]\n\n{'x' * 9_000}\n\n{'y' * 9_000}\n\n[rain]: {A}",
    ],
)  # fmt: skip
def test_pictures_of_the_body_are_found(body: str) -> None:
    assert sources("", body) == [A]


@pytest.mark.parametrize(
    "source",
    [
        "https://example.org/rain.svg",
        "https://example.org/rain.SVG?x=1",
        "data:image/png;base64,xxxx",
        "{{ site.url }}/rain.jpg",
        "{% link rain.jpg %}",
        "file:///etc/rain.jpg",
        "javascript:x.jpg",
        "https://",
        "What the teaser says",
    ],
)
def test_what_no_platform_can_show_is_skipped_without_a_word(source: str) -> None:
    post = read(f"title: Rain\nimage: '{source}'")
    assert (post.pictures, post.warnings) == ((), ())


def test_badges_are_no_pictures_of_the_news() -> None:
    assert sources("", f"![](https://img.shields.io/badge/x.png) ![]({A})") == [A]


def test_blanks_and_khmer_letters_are_encoded() -> None:
    assert sources('image: "https://example.org/a b/ក.jpg"') == ["https://example.org/a%20b/%E1%9E%80.jpg"]


def test_the_same_picture_counts_once_and_keeps_its_description() -> None:
    post = read(f"title: Rain\nimage: {A}", f"![Rain falls]({A})")
    assert post.pictures == (Picture(url=A, alt="Rain falls"),)


def test_a_description_may_stand_in_the_front_matter() -> None:
    assert read(f"title: Rain\nimage: {A}\nimage_alt: Rain").pictures == (Picture(url=A, alt="Rain"),)


@pytest.mark.parametrize(
    ("written", "path", "name"),
    [
        ("/pictures/rain.jpg", "national/post.md", "pictures/rain.jpg"),
        ("/sun.png", "national/post.md", "static/sun.png"),
        ("rain.jpg", "post.md", "rain.jpg"),
        ("./rain.webp", "national/x/index.md", "national/x/rain.webp"),
        ("../pictures/rain.jpg", "national/post.md", "pictures/rain.jpg"),
        ("/rain.jpg?v=2", "post.md", "rain.jpg"),
        ("/%E1%9E%97%E1%9F%92%E1%9E%9B%E1%9F%80%E1%9E%84.jpg", "post.md", "ភ្លៀង.jpg"),
        ("/ភ្លៀង.jpg", "post.md", "ភ្លៀង.jpg"),
    ],
)
def test_local_files_are_found_from_the_root_and_beside_the_post(
    site: Site, written: str, path: str, name: str
) -> None:
    assert read_in(site, written, path).pictures == (Picture(file=str((site.root / name).resolve())),)


@pytest.mark.parametrize(
    "written",
    [
        "../private.jpg",
        "/../private.jpg",
        "/pictures/../../private.jpg",
        "link.jpg",
        "/folder/private.jpg",
        "/pictures",
    ],
)
def test_no_file_outside_the_site_is_ever_taken(site: Site, written: str) -> None:
    (site.root / "link.jpg").symlink_to(site.root.parent / "private.jpg")
    (site.root / "folder").symlink_to(site.root.parent)
    post = read_in(site, written)
    assert post.pictures == ()
    assert post.warnings == (f"""the picture "{written}" is not in the site's folder""",)


def test_a_file_that_is_no_picture_is_not_taken_not_even_by_a_link(site: Site) -> None:
    (site.root / "note.jpg").symlink_to(site.root / "notes.txt")
    (site.root / "pipe.jpg").mkdir()
    assert [read_in(site, name).pictures for name in ("/notes.txt", "/note.jpg", "/pipe.jpg")] == [(), (), ()]


def test_a_ring_of_links_and_impossible_names_are_just_not_there(site: Site) -> None:
    (site.root / "ring.jpg").symlink_to(site.root / "ring.jpg")
    for name in ("/ring.jpg", f"/{'x' * 300}.jpg", "/%00.jpg", "/rain.jpg/x.jpg"):
        assert read_in(site, name).pictures == ()


def test_a_public_folder_elsewhere_serves_the_root(site: Site, tmp_path: Path) -> None:
    posts = replace(site, root=site.root / "national", public_root=site.root)
    assert read_in(posts, "/rain.jpg").pictures == (Picture(file=str((site.root / "rain.jpg").resolve())),)
    assert read_in(posts, "../rain.jpg").pictures == (Picture(file=str((site.root / "rain.jpg").resolve())),)


def test_what_is_not_on_disk_is_on_the_site(site: Site) -> None:
    online = replace(site, url="https://example.org/paper")
    assert read_in(online, "/img/rain.jpg").pictures == (Picture(url="https://example.org/paper/img/rain.jpg"),)


def test_a_picture_beside_the_post_is_beside_its_page_on_the_site(site: Site) -> None:
    online = replace(site, url="https://example.org")
    post = read("title: Rain\nurl: /2026/rain/\nimage: big rain.jpg", site=online)
    assert post.pictures == (Picture(url="https://example.org/2026/rain/big%20rain.jpg"),)


def test_a_picture_is_never_beside_the_publishers_page() -> None:
    post = read("title: Rain\norigin_url: https://publisher.example/rain/\nimage: rain.jpg")
    assert post.pictures == ()
