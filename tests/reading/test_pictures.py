"""Which pictures can stand for a post."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import Picture, Post
from bot.reading.generators.generator import Generator
from bot.reading.generators.hexo import Hexo
from bot.reading.site import Site
from tests.reading.pages import SITE, read, text

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
        "javascript:x.jpg",
        "https://",
        "What the teaser says",
        "https://img.shields.io/badge/x.png",
        "https://counter.opensuse.org/small",
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
        "../../etc/passwd",
        "../../../../../../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/rain.jpg",
        "~/rain.jpg",
        "C:/rain.jpg",
    ],
)
def test_no_file_outside_the_site_is_ever_taken(site: Site, written: str) -> None:
    (site.root / "link.jpg").symlink_to(site.root.parent / "private.jpg")
    (site.root / "folder").symlink_to(site.root.parent)
    post = read_in(site, written)
    assert post.pictures == ()
    assert post.warnings == (
        f"""line 3: the picture "{written}" lies outside the site's folders and is not used; """
        "put the file into the site's folder, or write its https:// address",
    )


@pytest.mark.parametrize("written", ["missing.jpg", "/missing.jpg", "/pictures", "./missing.webp"])
def test_a_picture_that_is_nowhere_is_told(site: Site, written: str) -> None:
    post = read_in(site, written)
    assert post.pictures == ()
    assert post.warnings == (
        f"""line 3: the picture "{written}" is not in the site's folder; """
        "put the file there, or write the picture's whole https:// address",
    )


def test_a_picture_that_is_nowhere_above_the_post_is_inside_all_the_same(site: Site) -> None:
    (warning,) = read_in(site, "../pictures/missing.jpg", "national/post.md").warnings
    assert "is not in the site's folder" in warning


def test_a_picture_outside_is_not_asked_of_the_site_either(site: Site) -> None:
    online = replace(site, url="https://example.org")
    for written in ("/../private.jpg", "../private.jpg", "../../etc/passwd", "/etc/passwd"):
        post = read_in(online, written)
        assert (post.pictures, len(post.warnings)) == ((), 1)


def test_a_file_without_bytes_is_no_picture(site: Site) -> None:
    (site.root / "empty.jpg").touch()
    post = read_in(site, "/empty.jpg")
    assert post.pictures == ()
    assert post.warnings == ('line 3: the picture "/empty.jpg" is an empty file; save it once more',)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("written", ["café.jpg", "cafe\u0301.jpg", "caf%C3%A9.jpg", "cafe%CC%81.jpg"])
def test_letters_put_together_or_apart_name_the_same_file(site: Site, form: str, written: str) -> None:
    file = site.root / unicodedata.normalize(form, "café.jpg")  # type: ignore[arg-type]
    file.write_bytes(b"\xff\xd8")
    assert read_in(site, written).pictures == (Picture(file=str(file.resolve())),)


def test_the_generator_says_where_public_files_lie(site: Site) -> None:
    class Assets(Generator):
        @property
        def public_folders(self) -> tuple[str, ...]:
            return ("national/x",)

    served = replace(site, generator=Assets(root=site.root))
    found = (Picture(file=str((site.root / "national/x/rain.webp").resolve())),)
    assert read_in(served, "/rain.webp").pictures == found
    assert read_in(served, "rain.webp").pictures == found
    assert read_in(served, "/sun.png").pictures == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{{{{< figure src='{A}' alt='x' caption='Rain' >}}}}", [A]),
        (f'{{{{< figure src="{A}"\n  caption="Rain" >}}}}\n\n{{{{< img src={B} >}}}}', [A, B]),
        (f"<picture><source srcset='{B} 1x, {C} 2x'><img src='{A}'></picture>", [A]),
        (f"<picture>\n<source srcset='{A} 1x, {C} 2x'>\n</picture>", [A]),
        (f"Text <picture><source srcset='{A}'></picture> text", [A]),
        (f"<img src='data:image/gif;base64,x' srcset='{A} 2x'>", [A]),
        (f"<table><tr><td><img src='{A}'></td></tr></table>", [A]),
        (f"<Image src='{A}' alt='x' />", [A]),
        (f"<img src='{B}' width=1 height=1> ![]({A})", [A]),
        (f"<video><source src='{B}' srcset='{B}'></video> ![]({A})", [A]),
        (f"{{% include figure.html src='{B}' %}}\n\n![]({A})", [B, A]),
        (f"![]({{{{ page.cover }}}}) ![]({A})", [A]),
        (f"```\n![]({B})\n```\n\n![]({A})", [A]),
        (f"![]({A}) ![]({B}) ![]({C}) ![]({D})", [A, B, C]),
    ],
)
def test_pictures_are_found_in_every_markup(body: str, expected: list[str]) -> None:
    assert sources("", body) == expected


@pytest.mark.parametrize("body", ["![x](file:///etc/passwd) It rained.", "<img src='C:\\\\x.jpg'> It rained."])
def test_a_file_of_this_machine_in_the_body_is_told_of_and_leaves_no_markup(body: str) -> None:
    post = read(body=body)
    assert (post.pictures, text(post.excerpt), len(post.warnings)) == ((), "It rained.", 1)


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


@pytest.mark.parametrize(
    ("tag", "alt"),
    [
        (f'{{% include figure.html src="{A}" alt="Rain" caption="It rains" %}}', "Rain"),
        (f"{{% include image.html url='{A}' %}}", ""),
        (f'{{%- include figure popup=true image_path="{A}" alt="Rain" -%}}', "Rain"),
        (f'{{% include figure.liquid path="{A}" class="img-fluid" %}}', ""),
        (f'{{% include_cached "media/my-image.html" url="https://x.example/" file="{A}" %}}', ""),
        (f"{{% asset_img {A} %}}", ""),
        (f"{{% asset_img left big {A} 300 200 Heavy rain in 2024 %}}", "Heavy rain in 2024"),
        (f'{{% img [photo] {A} 300 \'"Title" "Heavy rain"\' %}}', "Heavy rain"),
        (f'{{% img {A} "Title" "Heavy rain" %}}', "Heavy rain"),
        (f'Words before {{% asset_img {A} "Rain" %}} and after.', "Rain"),
    ],
)
def test_tags_of_themes_and_of_hexo_are_pictures(tag: str, alt: str) -> None:
    assert read(body=f"{tag}\n\nIt rained.").pictures == (Picture(url=A, alt=alt),)


@pytest.mark.parametrize(
    "tag",
    [
        '{% include gallery id="x" %}',
        f'{{% include video.html src="{A}" %}}',
        "{% include figure.html src=page.cover %}",
        "{% include image.html %}",
        "{% img %}",
        "{% asset_img some words %}",
        f"{{% raw %}}{{% asset_img {A} %}}{{% endraw %}}",
        f"`{{% asset_img {A} %}}`",
    ],
)
def test_tags_without_an_address_are_none(tag: str) -> None:
    assert read(body=f"{tag}\n\nIt rained.").pictures == ()


def test_hexo_has_a_folder_for_each_posts_pictures(tmp_path: Path) -> None:
    for name in ("source/_posts/rain/a.jpg", "source/_posts/a.jpg", "source/_posts/b.jpg", "source/secret.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\xff\xd8")
    body = "![](a.jpg) {% asset_img b.jpg %} ![](../../../../etc/x.jpg)"

    def found(**config: object) -> list[str]:
        site = replace(SITE, root=tmp_path, generator=Hexo(root=tmp_path, config=config))
        post = read(body=body, path="source/_posts/rain.md", site=site)
        return [Path(picture.source).relative_to(tmp_path).as_posix() for picture in post.pictures]

    assert found(post_asset_folder=True) == ["source/_posts/rain/a.jpg", "source/_posts/b.jpg"]
    assert found(post_asset_folder=False) == ["source/_posts/a.jpg", "source/_posts/b.jpg"]
