"""Commands in sentences, as they are typed on Discord."""

import pytest

from adapters.discord.hints import hinted

IDS = {"subscribe": 11, "settings": 12, "pause": 13, "help": 14}


@pytest.mark.parametrize(
    ("said", "plain", "mentioned"),
    [
        ("Type /help", "Type /help", "Type </help:14>"),
        ("It lasts until /resume.", "It lasts until /resume.", "It lasts until /resume."),  # whose id is not known
        ("Type /subscribe all", "Type /subscribe category:all", "Type </subscribe:11> category:all"),
        ("/subscribe allotments", "/subscribe allotments", "</subscribe:11> allotments"),
        (
            "/pause 2h, /pause 1d or /pause until 8:00",
            "/pause time:2h, /pause time:1d or /pause time:until 8:00",
            "</pause:13> time:2h, </pause:13> time:1d or </pause:13> time:until 8:00",
        ),
        (
            "ស្លាកផ្សេង៖ /settings tag NAME",
            "ស្លាកផ្សេង៖ /settings setting:tag value:NAME",
            "ស្លាកផ្សេង៖ </settings:12> setting:tag value:NAME",
        ),
        ("/settings sender.", "/settings setting:sender.", "</settings:12> setting:sender."),
        ("Open /settings and press", "Open /settings and press", "Open </settings:12> and press"),
    ],
)
def test_commands_are_written_as_they_are_typed_on_discord(said: str, plain: str, mentioned: str) -> None:
    assert hinted(said, {}) == plain
    assert hinted(said, IDS) == mentioned


@pytest.mark.parametrize(("target", "channel"), [("456", "<#456>"), ("456/7", "<#7>")])
def test_commands_in_what_is_said_of_another_place_name_it(target: str, channel: str) -> None:
    said = "/settings tag NAME, until /resume; see /help"
    assert hinted(said, IDS, target) == (
        f"</settings:12> setting:tag value:NAME channel:{channel}, until /resume channel:{channel}; see </help:14>"
    )


@pytest.mark.parametrize(
    "said", ["news/help.md", "/help.md", "<https://news.example/help>", "/help/", "/helpless", "/start", "a-/help"]
)
def test_what_only_looks_like_a_command_stays_as_it_is(said: str) -> None:
    assert hinted(said, IDS) == said
