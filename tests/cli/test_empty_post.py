"""A file that becomes empty takes no message along, and is met with silence nowhere."""

from __future__ import annotations

from tests.cli.conftest import Shell

EMPTY = "this was a post, and is none any more (it is empty, or has no front matter); its messages stay"


def test_a_published_post_that_becomes_empty_is_told_everywhere(begun: Shell) -> None:
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun.write("a.md", title="Rain")
    begun("once")
    text = (begun.posts / "a.md").read_bytes()
    (begun.posts / "a.md").write_bytes(b"\n")

    for words in (("once",), ("status",), ("why", "a.md")):
        assert EMPTY in begun(*words)[1], words
    assert begun.rows("SELECT state, wanted FROM deliveries") == [{"state": "due", "wanted": 1}]
    (begun.posts / "a.md").write_bytes(text)
    begun("once")
    assert EMPTY not in begun("status")[1]
