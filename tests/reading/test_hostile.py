"""Files made to harm are refused or read at little cost; each is named with its line, and none stops the others."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from bot.errors import PostError
from bot.models import Post
from bot.publishing.intake import take
from bot.reading.fields import texts_in
from bot.reading.front.shape import DEEPEST_NESTING, TooDeep, TooLarge, refuse_monsters
from bot.reading.reader import MAX_FILE_BYTES, read_bytes, read_post
from bot.reading.site import Site
from bot.watching.walk import look_at, walk
from tests.reading.pages import SITE, read, text, written

KEYS: Final = [
    "title",
    "code",
    "image",
    "images",
    "cover",
    "category",
    "categories",
    "tags",
    "taxonomies",
    "language",
    "date",
    "description",
    "summary",
    "excerpt",
    "url",
    "permalink",
    "aliases",
    "redirect_from",
    "expiryDate",
    "excerpt_separator",
    "slug",
    "newsbell",
    "breaking",
    "author",
]

LAUGHS: Final = "\n".join(
    f"k{level}: &k{level} [{', '.join([f'*k{level - 1}'] * 9) if level else 'ha'}]" for level in range(25)
)
LAUGHING_OBJECTS: Final = "\n".join(
    f"k{level}: &k{level} {{{', '.join(f'a{n}: *k{level - 1}' for n in range(9)) if level else 'url: ha'}}}"
    for level in range(25)
)
MERGED_LAUGHS: Final = "k0: &k0 {a: b}\n" + "\n".join(
    f"k{level}: &k{level} {{<<: [{', '.join([f'*k{level - 1}'] * 9)}], b{level}: c}}" for level in range(1, 60)
)


def refusal(content: bytes) -> PostError:
    with pytest.raises(PostError) as raised:
        read_bytes(content, "rain.md", SITE)
    assert raised.value.mend
    return raised.value


def outcome(front: str) -> Post | PostError:
    try:
        return read(front)
    except PostError as error:
        return error


def in_a_small_process(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `script` with 512 MiB and 60 seconds of a processor: what needs more is killed."""
    limits = "import resource as r; r.setrlimit(r.RLIMIT_AS, (512 << 20,) * 2); r.setrlimit(r.RLIMIT_CPU, (60, 60))\n"
    command = [sys.executable, "-c", limits + textwrap.dedent(script), *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


# --- aliases ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bomb", [LAUGHS, LAUGHING_OBJECTS])
def test_a_billion_laughs_are_refused_at_their_line(bomb: str) -> None:
    error = refusal(written(f"title: Rain\n{bomb}\ntags: *k24"))
    assert error.what == "the aliases in the front matter (*name) repeat it, or themselves, without end"
    assert (error.line, error.column) == (4, bomb.split("\n")[1].index("*") + 1)


@pytest.mark.parametrize("key", KEYS)
def test_a_value_that_contains_itself_is_refused(key: str) -> None:
    for value in ("&a [*a]", "&a {url: *a}", "&a [{name: *a}]"):
        assert "without end" in refusal(written(f"{key}: {value}\nx: y")).what


def test_merged_laughs_are_read_in_a_small_process_and_told() -> None:
    script = """
        import sys
        from tests.reading.pages import read
        post = read(f"title: Rain\\n{sys.argv[1]}\\nnewest: *k59")
        print(post.title, *post.warnings, sep="|")
    """
    done = in_a_small_process(script, MERGED_LAUGHS)
    assert done.stdout == "Rain|line 1: the front matter repeats values by 532 aliases (*name)\n", done.stderr


def test_one_object_merged_thousands_of_times_counts_once() -> None:
    fields = ",".join(f"a{number}: " for number in range(900))
    post = read(f"title: Rain\nk: &k {{{fields}}}\nm: {{<<: [{','.join(['*k'] * 2_000)}]}}")
    assert post.warnings == ("line 1: the front matter repeats values by 2000 aliases (*name)",)


def test_a_few_aliases_are_nobodys_business() -> None:
    post = read("title: Rain\nplaces: &places [Town, Hill]\ncategories: *places\ntags: [*places, sun]")
    assert (post.categories, post.tags, post.warnings) == (("Town", "Hill"), ("Town", "Hill", "sun"), ())


def test_a_walk_over_texts_meets_each_list_once() -> None:
    ring: list[object] = ["rain"]
    ring.append(ring)
    for _ in range(60):
        ring = [ring, ring]
    assert list(texts_in(ring)) == ["rain"]


# --- depth -----------------------------------------------------------------------------------------------------------

NESTED: Final = {  # what stands before, what opens a level, what closes it, what stands after
    "yaml flow": ("---\na: ", "[", "]", "\n---\n"),
    "yaml flow, open": ("---\na: ", "[", "", "\n---\n"),
    "yaml objects": ("---\na: ", "{a: ", "}", "\n---\n"),
    "yaml block": ("---\n", "- ", "", "a\n---\n"),
    "yaml keys": ("---\n", "? ", "", "a\n---\n"),
    "json": ('{"a": ', "[", "]", "}"),
    "json objects": ("", '{"a": ', "}", ""),
    "toml": ("+++\na = ", "[", "]", "\n+++\n"),
    "toml objects": ("+++\na = ", "{a = ", "}", "\n+++\n"),
    "toml path": ("+++\n", "a.", "", "a = 1\n+++\n"),
    "toml header": ("+++\n[", "a.", "", "a]\n+++\n"),
    "toml quoted path": ("+++\n", '"a" . ', "", "a = 1\n+++\n"),
}


def nested(kind: str, depth: int) -> bytes:
    """A file with values that deep in each other; without a value in the midst, where that changes nothing."""
    before, opening, closing, after = NESTED[kind]
    midst = "1" if kind in {"json objects", "toml objects"} else ""
    return f"{before}{opening * depth}{midst}{closing * depth}{after}".encode()


@pytest.mark.parametrize("kind", NESTED)
@pytest.mark.parametrize("depth", [100, 5_000, 25_000])
def test_deep_nesting_is_refused(kind: str, depth: int) -> None:
    error = refusal(nested(kind, depth))
    too_long = "the front matter is longer than 16 KiB"
    assert error.line == 1
    assert error.what in {"the front matter is nested too deeply", too_long if depth > 100 else ""}


def test_deep_nesting_ends_no_process() -> None:
    script = """
        import sys, threading
        from bot.errors import PostError
        from bot.reading.reader import read_bytes
        from tests.reading.pages import SITE
        from tests.reading.test_hostile import NESTED, nested

        def read():
            for kind in NESTED:
                for depth in (5_000, 25_000, 150_000):
                    try:
                        read_bytes(nested(kind, depth)[: 1 << 20], "rain.md", SITE)
                    except PostError as error:
                        print(error.what)

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    """
    done = in_a_small_process(script)
    assert (done.returncode, done.stdout.count("\n")) == (0, 3 * len(NESTED)), done.stderr


def test_what_is_allowed_is_exactly_as_deep_as_said() -> None:
    value: list[object] = []
    for _ in range(DEEPEST_NESTING - 1):
        value = [value]
    refuse_monsters(value)
    with pytest.raises(TooDeep):
        refuse_monsters([value])
    with pytest.raises(TooLarge):
        refuse_monsters([[0] * 40_000])


# --- pictures and links ----------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A watched folder with a file outside it that is nobody's business."""
    root = tmp_path / "posts"
    root.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "secret.md").write_bytes(written("title: Secret"))
    return replace(SITE, root=root)


@pytest.mark.parametrize(
    "source",
    [
        *(
            "../secret.jpg",
            "../../etc/passwd",
            "/etc/passwd",
            "/etc/../etc/passwd",
            "%2e%2e/secret.jpg",
            "..\\secret.jpg",
        ),
        *("file:///etc/passwd", "FILE:/etc/passwd", "file://localhost/etc/passwd", "C:\\secret.jpg", "linked.jpg"),
        *("\\\\server\\secret.jpg", "linked/secret.jpg", "~/secret.jpg"),
    ],
)
@pytest.mark.parametrize(
    "where", ["image: {}", "image: &a {{url: &b {}}}", "images: [{}]", "cover: {{image: {}}}", "body"]
)
def test_a_picture_outside_the_site_is_not_taken_and_named(source: str, where: str, site: Site) -> None:
    (site.root / "linked.jpg").symlink_to(site.root.parent / "secret.jpg")
    (site.root / "linked").symlink_to(site.root.parent)
    quoted = f"'{source}'"
    front = "title: Rain" if where == "body" else f"title: Rain\n{where.format(quoted)}"
    post = read(front, f"![]({source})" if where == "body" else "It rained.", site=site)
    assert post.pictures == ()
    if where == "body" and "\\" in source:
        return  # Markdown takes the backslash for its own
    assert [warning for warning in post.warnings if "picture" in warning], post.warnings
    assert all(warning.startswith("line 3: ") for warning in post.warnings if where != "body")


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "data:image/png;base64,AAAA", "ftp://x/y.jpg", "https://", "//"]
)
def test_a_picture_at_no_address_of_the_web_is_not_taken(source: str) -> None:
    assert read(f"title: Rain\nimage: '{source}'", f"![]({source})").pictures == ()


def test_a_link_out_of_the_folder_is_no_post_and_named(site: Site) -> None:
    (site.root / "linked.md").symlink_to(site.root.parent / "secret.md")
    (site.root / "ring.md").symlink_to("ring.md")
    tree = walk(site.root, site.is_post)
    assert tree.files == {}
    assert {problem.path for problem in tree.problems} >= {"linked.md"}
    assert all(problem.mend for problem in tree.problems)
    assert look_at(site.root, ["linked.md", "../secret.md"]).get("linked.md") is None


# --- size and bytes --------------------------------------------------------------------------------------------------


def test_a_sparse_file_of_a_gigabyte_is_refused_in_a_small_process(tmp_path: Path) -> None:
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(1 << 30)
    script = """
        import sys
        from pathlib import Path
        from bot.publishing.intake import take
        from bot.reading.site import Site
        from bot.watching.walk import look_at
        site = Site(root=Path(sys.argv[1]))
        taken = take("huge.md", look_at(site.root, ["huge.md"])["huge.md"], site)
        print(taken.record.problem.what)
    """
    done = in_a_small_process(script, str(tmp_path))
    assert done.stdout == "the file has 1024.0 MiB, and a post may have at most 1 MiB\n", done.stderr
    with pytest.raises(PostError, match="move pictures"):
        read_post(tmp_path / "huge.md", Site(root=tmp_path))


def test_a_file_of_nothing_but_nuls_is_no_post() -> None:
    assert read_bytes(bytes(MAX_FILE_BYTES), "rain.md", SITE) is None


def test_nuls_are_blanks_and_named() -> None:
    post = read("title: Ra\0in\ncategory: \0", "It\0rained.")
    assert (post.title, text(post.excerpt), post.categories) == ("Ra in", "It rained.", ())
    assert post.warnings == ("line 2: a control character (U+0000) stands here; a blank takes its place",)


def test_an_empty_file_is_no_post_yet_and_nothing_to_complain_of(tmp_path: Path) -> None:
    (tmp_path / "rain.md").touch()
    stamp = look_at(tmp_path, ["rain.md"])["rain.md"]
    assert stamp is not None
    taken = take("rain.md", stamp, Site(root=tmp_path))
    assert taken is not None
    assert (taken.record.post, taken.record.problem, taken.unfinished) == (None, None, False)


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in KEYS if key != "title"])
@pytest.mark.parametrize(
    "value",
    [
        "99999999999999",
        f"[{', '.join(map(str, range(2_500)))}]",
        f"{{{', '.join(f'k{number}: v' for number in range(1_200))}}}",
        "[" * 60 + "a" + "]" * 60,
        '"' + "x" * 14_000 + '"',
        '"' + "a\u0301\u0323" * 4_000 + '"',
        '"' + "@everyone " * 1_400 + '"',
        "!!binary aGE=",
        "!!set {a, b}",
    ],
    ids=lambda value: str(value)[:20],
)
def test_any_value_at_any_key_is_read_or_named(key: str, value: str) -> None:
    found = outcome(f"title: Rain\n{key}: {value}")
    if isinstance(found, PostError):
        assert (found.line, bool(found.mend)) == (3, True)
        return
    assert len(found.title) <= 256
    assert len(found.categories) <= 50
    assert len(found.tags) <= 50
    assert len(found.pictures) <= 3
    assert str(found).encode()


def test_a_day_beyond_the_calendar_is_named() -> None:
    for value in ("99999999999999", "9" * 5_000, "99999-01-01"):
        post = read(f"title: Rain\ndate: {value}")
        assert post.published_at is None
        assert post.warnings[0].startswith("line 3: date ")
        assert "is no date" in post.warnings[0]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_has_not_are_named(number: str) -> None:
    error = refusal(f'{{"title": "Rain",\n "date": {number}}}'.encode())
    assert (error.line, error.what) == (2, f"{number} is no value in JSON")


def test_a_number_without_end_is_no_date() -> None:
    post = read_bytes(b'{"title": "Rain",\n "date": 1e999}', "rain.md", SITE)
    assert post is not None
    assert post.published_at is None


# --- long runs -------------------------------------------------------------------------------------------------------

SCRAPS: Final = (
    *("[", "*", "<", "{%", "{{", "`", "|", "![", "](", "<!--", "\\", "_", "~", "> ", "- ", "{:", "[^", "<A ", "&#"),
    *("import ", "```\n", "|a|\n|-|\n", "\n---\n", "*a **b ", "<img src=", "\u202e", "\0", "\u0301", "::: ", "{/*"),
    *(
        '{"',
        "{`",
        "{<A ",
        "<A x='",
        "<a b={",
        "# ",
        "[a]: b\n",
        "* a\n * b\n",
        "`` ",
        "\r",
        "@everyone",
        "<@1",
        "{% raw %}",
        "\u200b",
        "https://",
    ),
)


def test_long_runs_of_anything_are_read_in_a_small_process() -> None:
    """What costs the square of a file's length would need hours for these."""
    script = """
        from bot.errors import PostError
        from bot.reading.reader import MAX_FILE_BYTES, read_bytes
        from tests.reading.pages import SITE
        from tests.reading.test_hostile import SCRAPS

        for scrap in SCRAPS:
            run = scrap.encode() * (MAX_FILE_BYTES // len(scrap.encode()))
            for before in (b"", b"---\\ntitle: Rain\\n---\\n", b"---\\n", b"---\\ntitle: ", b"+++\\na = ", b'{"a": "'):
                for content in ((before + run)[:MAX_FILE_BYTES], before + run[:15_000] + b"\\n---\\n+++\\n"):
                    try:
                        read_bytes(content, "rain.mdx", SITE)
                    except PostError as error:
                        assert error.what
        print("done")
    """
    done = in_a_small_process(script)
    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr
