"""`newsbell why` answers truly, also for a post that nobody got."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell

DRAFT = '---\ncode: "{0}"\ntitle: A post\ncategory: NATIONAL\ndraft: true\n---\nText.\n'


def test_a_draft_waits(begun: Shell) -> None:
    begun.write("draft.md", DRAFT.format("D1"))
    begun("once")

    code, said = begun("why", "draft.md")

    assert code == 0
    assert "is a draft, so it waits until the site shows it" in said
    assert "No chat has it yet, for it waits." in said


def test_a_post_of_the_future_waits_for_its_date(begun: Shell) -> None:
    begun.write("later.md", date="2099-01-02T03:04:00Z")
    begun("once")

    assert "waits for its date, 2099-01-02 03:04 UTC" in begun("why", "later.md")[1]


def test_a_date_to_come_of_a_post_that_was_sent_is_said_to_send_nothing(begun: Shell) -> None:
    begun.write("new.md")
    begun("once")
    begun.write("new.md", date="2099-01-02T03:04:00Z")
    begun("once")

    said = begun("why", "new.md")[1]
    assert "was published; its date lies ahead, but nothing is sent again then, and its messages stay (rev" in said
    assert "dated 2099-01-02 03:04 UTC" in said
    begun("takeback", "new.md")
    assert begun("release", "new.md") == (0, "✓ new.md waits for its date again\n")


def test_a_held_post_waits_for_a_word(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun.write("new.md")
    begun("once")

    said = begun("why", "new.md")[1]

    assert "is held, for more than 0 new posts came within 60 seconds (NEWSBELL_FLOOD); it waits for your word" in said
    assert "subscribed" not in said


def test_a_copy_waits_for_a_word_and_names_its_original(begun: Shell) -> None:
    lines = (begun.posts / "old.md").read_text().splitlines(keepends=True)
    begun.write("copy.md", "".join(line for line in lines if not line.startswith(("code:", "origin_url:"))))
    begun("once")

    assert "is held, for it looks like a copy of old.md; it waits for your word" in begun("why", "copy.md")[1]
    assert "1 held" in begun("status")[1]
    begun("send", "--held")
    assert "was published" in begun("why", "copy.md")[1]


def test_an_old_post_that_somebody_asked_for_was_sent(begun: Shell) -> None:
    assert "so it was not sent" in begun("why", "old.md")[1]
    begun("send", "old.md", "--to", "telegram:-1001")

    said = begun("why", "old.md")[1]

    assert "not sent" not in said
    assert "it went only where somebody asked for it" in said
    assert "… telegram:-1001  due: not there yet" in said


def test_a_published_post_without_subscribers_says_so(begun: Shell) -> None:
    begun.write("new.md")
    begun("once")

    assert "nobody was subscribed to it when it was published" in begun("why", "new.md")[1]


def test_what_was_taken_back_or_withdrawn_before_anybody_had_it_does_not_wait(begun: Shell) -> None:
    for name in ("gone", "taken"):
        begun.write(f"{name}.md", title=f"Rain {name}")
    begun("once")
    (begun.posts / "gone.md").unlink()
    begun("takeback", "taken.md")
    begun("once")

    for name in ("gone.md", "taken.md"):
        assert begun("why", name)[1].endswith("No chat has it.\n")


def test_a_broken_file_is_told_with_its_line_and_mend(begun: Shell) -> None:
    begun.write("half.md", "---\ntitle: Half")
    begun("once")

    code, said = begun("why", "half.md")

    assert code == 0
    assert "✗ half.md:1  the front matter that begins here has no closing line ---" in said
    assert "-> add a line ---" in said
    assert "It was never sent, and is not until that is mended." in said


def test_a_post_that_broke_later_is_told_with_both(begun: Shell) -> None:
    begun.write("old.md", "---\ntitle: Half")
    begun("once")

    said = begun("why", "old.md")[1]

    assert "was there before newsbell's first scan" in said
    assert "✗ old.md:1" in said


def test_a_file_that_is_gone_is_told_with_the_time(begun: Shell) -> None:
    (begun.posts / "old.md").unlink()
    assert "its file is not in the folder now" in begun("why", "old.md")[1]
    begun.rows("UPDATE files SET missing_since = '2026-11-02T12:00:00.000000+00:00'")

    assert "gone from the folder since 2026-11-02 12:00:00 UTC" in begun("why", "old.md")[1]


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        ("plain.md", "Just text.\n", "plain.md is no post: it has no front matter."),
        ("README.md", "Read me.\n", "README.md is no post by its name; posts end in .md"),
    ],
)
def test_a_file_that_is_no_post_is_called_so(begun: Shell, path: str, text: str, answer: str) -> None:
    begun.write(path, text)
    begun("once")

    assert answer in begun("why", path)[1]


def test_a_page_of_the_site_is_not_waited_for(begun: Shell) -> None:
    (begun.posts / "_config.yml").write_text("url: https://paper.example\n")
    begun.write("about.md", "---\ntitle: About\n---\nText.\n")

    assert begun("why", "about.md") == (0, "about.md is no post: Jekyll takes none from there.\n")


def test_a_file_that_was_not_looked_at_yet_is_called_so(begun: Shell) -> None:
    begun.write("new.md")

    assert "new.md was not looked at yet" in begun("why", "new.md")[1]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["nothing.md"], "no post 'nothing.md' is known"),
        (["old.md", "nonsense"], "'nonsense' is no destination; write telegram:-100123"),
        (["old.md", "telegram:-999"], "telegram:-999 is not known"),
        (["old.md", "matrix:1"], "there is no platform matrix"),
    ],
)
def test_what_does_not_exist_is_an_error(begun: Shell, words: list[str], fault: str) -> None:
    code, said = begun("why", *words)

    assert code == 1
    assert fault in said


def test_one_chat_is_asked_for_alone(begun: Shell) -> None:
    begun("send", "old.md", "--to", "telegram:-1001")

    assert "discord:456 does not have it." in begun("why", "old.md", "discord:456")[1]
    assert "telegram:-1001  due" in begun("why", "old.md", "telegram:-1001")[1]


def test_a_trace_that_is_older_than_kept_is_called_so(begun: Shell) -> None:
    begun("send", "old.md", "--to", "telegram:-1001")
    assert "no longer kept" not in begun("why", "old.md")[1]

    begun.rows("UPDATE deliveries SET state = 'settled', tried_at = '2026-01-31T12:00:00.000000+00:00'")

    said = begun("why", "old.md")[1]
    assert "    what was tried before is no longer kept: it is older than 30 days (NEWSBELL_KEEP_DAYS)\n" in said


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("draft: true", "it is a draft"),
        ("expiryDate: 2026-11-01", "it has expired"),
        ("newsbell: false", "it is kept from newsbell by its front matter"),
        ("", "its file is gone"),
    ],
)
def test_a_withdrawn_post_says_what_withdrew_it(begun: Shell, line: str, why: str) -> None:
    file = begun.write("new.md")
    begun("once")
    if line:
        file.write_text(file.read_text().replace("---\n", f"---\n{line}\n", 1))
    else:
        file.unlink()
    begun("once")
    begun.rows("UPDATE posts SET state = 'withdrawn' WHERE path = 'new.md'")  # without a wait for NEWSBELL_GRACE

    assert f"was published, and withdrawn, for {why}" in begun("why", "new.md")[1]
