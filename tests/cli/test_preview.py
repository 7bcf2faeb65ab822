"""`newsbell preview` finds a post, shows what would be sent, and says what stands in the way of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import newsbell
from bot.cli.ending import ended
from tests.cli.conftest import Shell

FORMS = pytest.mark.parametrize("form", ["text", "telegram", "discord", "json"])


def test_telegram_is_shown_letter_for_letter(shell: Shell) -> None:
    shell.write("rain.md", title="Rain & wind", text="The river rose in the *night*, and it went on until the morning.")

    code, said = shell("preview", "rain.md", "--as", "telegram")

    assert code == 0
    assert said.startswith("sendPhoto\n  photo: https://pictures.example.org/rain.jpg\n  caption:\n")
    assert "    │ <b>Rain &amp; wind</b>\n    │\n    │ The river rose in the <i>night</i>, and" in said
    assert "\n  parse_mode: HTML\n" in said
    assert "\n  reply_markup.inline_keyboard[0][0].url: https://example.org/national/rain\n" in said
    assert said.endswith("\n— rain.md is public\n")


@pytest.mark.parametrize(
    ("style", "shows"),
    [
        ("auto", "sendPhoto\n  photo: https://pictures.example.org/rain.jpg\n"),
        ("photo", "sendPhoto\n  photo: https://pictures.example.org/rain.jpg\n"),
        ("preview", "  link_preview_options.url: https://example.org/national/rain\n"),
        ("text", "  link_preview_options.is_disabled: true\n"),
        ("rich", "sendRichMessage\n  rich_message.html:\n    │ <h1>Rain</h1>\n    │ <figure><img src="),
    ],
)
def test_each_style_of_telegram_is_shown(shell: Shell, style: str, shows: str) -> None:
    shell.write("rain.md", title="Rain")

    code, said = shell("preview", "rain.md", "--as", "telegram", "--set", f"style={style}", "--set", "protect=on")

    assert code == 0
    assert shows in said
    assert "\n  protect_content: true\n" in said


def test_why_an_article_that_was_asked_for_is_none_is_said(shell: Shell) -> None:
    shell.write("rain.md", "---\ntitle: Rain\nimage: rain.jpg\n---\nIt rained.\n")
    (shell.posts / "rain.jpg").write_bytes(b"\xff\xd8\xff\xe0")

    said = shell("preview", "rain.md", "--as", "telegram", "--set", "style=rich")[1]

    assert said.startswith("sendPhoto\n  file: ")
    assert "— it is no article: there Telegram takes pictures by their public address alone" in said
    assert "no article" not in shell("preview", "rain.md", "--as", "telegram")[1]


@pytest.mark.parametrize(
    ("form", "option", "says"),
    [
        (
            "telegram",
            "style=loud",
            "--set style=loud: “style” can't be “loud”. Write one of: auto, photo, preview, text, rich.",
        ),
        ("discord", "protect=on", "--set protect=on: There is no option “protect” here. There are: style, image,"),
    ],
)
def test_an_option_that_can_not_be_is_refused_with_what_can(shell: Shell, form: str, option: str, says: str) -> None:
    shell.write("rain.md")

    code, said = shell("preview", "rain.md", "--as", form, "--set", option)

    assert code == 2
    assert says in said


def test_discord_is_shown_field_for_field(shell: Shell) -> None:
    shell.write("rain.md", title="Rain & wind")

    said = shell("preview", "rain.md", "--as", "discord")[1]

    assert said.startswith("POST /channels/{channel}/messages\n  embeds[0].title: Rain & wind\n")
    assert "\n  embeds[0].image.url: https://pictures.example.org/rain.jpg\n" in said
    assert "\n  components[0].components[0].url: https://example.org/national/rain\n" in said
    assert "\n  allowed_mentions.parse: []\n" in said


def test_json_has_the_announcement_and_both_calls(shell: Shell) -> None:
    shell.write("rain.md", title="Rain & wind")

    shown = json.loads(shell("preview", "rain.md", "--as", "json")[1])

    assert shown["announcement"]["title"] == "Rain & wind"
    assert (shown["path"], shown["visibility"], shown["standing"]) == ("rain.md", "public", "rain.md is public")
    assert shown["telegram"]["method"] == "sendPhoto"
    assert shown["telegram"]["fields"]["caption"].startswith("<b>Rain &amp; wind</b>")
    assert shown["discord"]["fields"]["embeds"][0]["title"] == "Rain & wind"


def test_the_pictures_that_are_tried_next_are_named(shell: Shell) -> None:
    shell.write("rain.md")

    said = shell("preview", "rain.md")[1]

    assert said.startswith("[https://pictures.example.org/rain.jpg]\n")
    assert "— picture 2, if those before it can't be shown: https://pictures.example.org/rain-body.jpg\n" in said


@FORMS
def test_warnings_go_to_the_standard_error(shell: Shell, form: str) -> None:
    shell.write("rain.md", "---\ntitle: One\ntitle: Rain\n---\nIt rained.\n")

    ended(newsbell, ["preview", "rain.md", "--as", form])
    said = shell.capture.readouterr()

    assert said.err.startswith("! rain.md:2  title stands more than once")
    assert said.out.count("stands more than once") == (form == "json")


@FORMS
def test_a_post_that_cannot_be_read_is_told_with_its_line(shell: Shell, form: str) -> None:
    shell.write("rain.md", "---\nlayout: post\ntitle: Rain: more of it\n---\nText.\n")

    code = ended(newsbell, ["preview", "rain.md", "--as", form])
    said = shell.capture.readouterr()

    assert code == 1
    assert said.out == ""
    assert said.err.startswith("✗ rain.md:3  title has a")
    assert "\n    title: Rain: more of it\n" in said.err
    assert "\n    -> put the whole text in double quotes" in said.err


def test_a_held_post_is_said_to_wait(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun.write("new.md")
    begun("once")

    said = begun("preview", "new.md")[1]

    assert "\n— new.md is public, but held" in said
    assert said.endswith(": it waits for newsbell send --held\n")


def test_it_makes_no_database(shell: Shell) -> None:
    shell.write("rain.md")

    assert shell("preview", "rain.md")[0] == 0
    assert not shell.database.exists()


# --- by which names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["heavy-rain-in-the-north", "rain-notes", "2026-11-02-rain-notes"])
def test_its_title_and_its_file_name_name_it(shell: Shell, name: str) -> None:
    shell.write("national/2026-11-02-rain-notes.md", title="Heavy rain, in the North!")
    shell.write("other.md", "---\ntitle: Half: no post\n")

    assert "\nHeavy rain, in the North!\n" in shell("preview", name)[1]


def test_a_title_in_khmer_names_it(shell: Shell) -> None:
    shell.write("rain.md", title="ភ្លៀង ធ្លាក់ ខ្លាំង")

    assert shell("preview", "ភ្លៀង-ធ្លាក់-ខ្លាំង")[0] == 0


def test_a_name_of_several_posts_lists_them(shell: Shell) -> None:
    for name in ("a.md", "b.md"):
        shell.write(name, title="Planet news")

    code, said = shell("preview", "planet-news")

    assert code == 1
    assert "2 posts are called 'planet-news': a.md, b.md; name one by its path" in said


def test_a_code_that_translations_share_lists_them(shell: Shell) -> None:
    for language in ("en", "km"):
        shell.write(f"{language}.md", f"---\ntitle: Rain\ncode: RAIN1\nlanguage: {language}\n---\nText.\n")

    assert "2 posts are called 'RAIN1': en.md, km.md; name one by its path" in shell("preview", "RAIN1")[1]
    assert shell("preview", "code:RAIN1@km")[0] == 0


def test_no_library_of_a_platform_is_loaded(shell: Shell) -> None:
    shell.write("rain.md")
    program = """
import sys
from bot.cli import newsbell
from bot.cli.ending import ended
for words in (["preview", "rain.md", "--as", "json"], ["check"]):
    assert ended(newsbell, words) == 0
assert not {"telegram", "discord", "aiohttp", "httpx"} & set(sys.modules), sorted(sys.modules)
"""
    root = Path(__file__).resolve().parents[2]
    settings = {"NEWSBELL_POSTS": str(shell.posts), "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=shell.home, env=settings, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


def test_what_the_post_asks_of_newsbell_is_said(shell: Shell) -> None:
    wishes = "newsbell:\n  text: Words of its own.\n  pin: true\n  silent: true\n  follows: RAIN0\n"
    shell.write("rain.md", f"---\ntitle: Rain\n{wishes}---\nThe river rose in the night.\n")

    said = shell("preview", "rain.md")[1]

    assert "\nWords of its own.\n" in said
    assert "The river rose" not in said
    assert "\n— it is pinned where the bot may pin\n" in said
    assert "\n— it comes without a sound\n" in said
    assert "\n— it answers the message of the post RAIN0\n" in said


def test_a_post_kept_from_newsbell_is_said_to_be(shell: Shell) -> None:
    shell.write("rain.md", "---\ntitle: Rain\nnewsbell: false\n---\nIt rained.\n")

    assert "— rain.md is kept from newsbell by its front matter (newsbell: false)" in shell("preview", "rain.md")[1]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("_pages/about.md", "is no post: Jekyll takes none from there"),
        ("README.md", "is no post by its name; posts end in .md"),
        ("_posts/2020-01-01-rain.html", "is no post by its name; posts end in .md"),
        ("_layouts/post.html", "is no post by its name; posts end in .md"),
        ("_site/2020-01-01-rain.md", "is no post: newsbell looks at no file of this name, or in this folder"),
        ("linked/2020-01-01-rain.md", "is no post of this folder: linked is a link"),
    ],
)
def test_what_the_site_makes_no_post_of_has_no_preview(shell: Shell, path: str, reason: str) -> None:
    (shell.posts / "_config.yml").write_text("url: https://paper.example\n")
    (shell.home / "elsewhere").mkdir()
    (shell.posts / "linked").symlink_to(shell.home / "elsewhere")
    shell.write(path, "---\ntitle: Not for readers\n---\nText.\n")

    for name in (path, f"posts/{path}"):
        code, said = shell("preview", name)
        assert code == 1
        assert f"{path} {reason}" in said
        assert "Not for readers" not in said


def test_a_file_outside_the_folder_may_be_tried_out(shell: Shell) -> None:
    (shell.home / "README.md").write_text("---\ntitle: A trial\n---\nText.\n")

    for name in ("README.md", str(shell.home / "README.md")):
        code, said = shell("preview", name)
        assert code == 0
        assert "A trial" in said
