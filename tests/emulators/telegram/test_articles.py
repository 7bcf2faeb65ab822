"""The emulator takes what Telegram takes as an article, and nothing that Telegram might refuse."""

import pytest

from tests.emulators.telegram.articles import Article, read_article
from tests.emulators.telegram.media import Media
from tests.emulators.telegram.refusals import RefusedError

PHOTO = Media("photo", "f1", "url", url="https://x.example/a.jpg")


def read(html: str) -> Article:
    return read_article({"html": html}, lambda _: PHOTO)


def test_an_article_becomes_blocks() -> None:
    article = read(
        '<h1>A &amp; <a href="https://x.example/">b</a></h1><figure><img src="https://x.example/a.jpg"/>'
        "<figcaption>c</figcaption></figure>\n<p>d  \n <b><i>e</i></b><br>&#102;</p><footer>#g</footer>"
    )
    bold = {"type": "bold", "text": {"type": "italic", "text": "e"}}
    assert article.blocks == (
        {"type": "heading", "size": 1, "text": ["A & ", {"type": "url", "text": "b", "url": "https://x.example/"}]},
        {"type": "photo", **PHOTO.as_json(), "caption": {"text": "c"}},
        {"type": "paragraph", "text": ["d ", bold, "\n", "f"]},
        {"type": "footer", "text": "#g"},
    )
    assert article.words == "A & b\nc\nd e\nf\n#g"


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("", "text is empty"),
        ("words", "words outside of a block"),
        ("<p>a", "<p> is not closed"),
        ("<p>a</b></p>", "</b> closes nothing"),
        ("<p><b>a</p></b>", "</p> closes nothing"),
        ("<p>a < b</p>", "stray markup"),
        ("<p>a > b</p>", "stray markup"),
        ("<p>a & b</p>", "no reference"),
        ("<p>&copy;</p>", "unknown entity"),
        ("<p>&#0;</p>", "no character"),
        ("<p>\x01</p>", "can't be sent"),
        ("<p></p>", "<p> is empty"),
        ("<script>a</script>", "unsupported tag"),
        ('<p onclick="x">a</p>', "unsupported attribute"),
        ("<p><p>a</p></p>", "can't stand in p"),
        ("<b>a</b>", "can't stand in the message itself"),
        ('<p><img src="https://x.example/a.jpg"/></p>', "can't stand in <p>"),
        ("<figure></figure>", "without a picture"),
        ("<figcaption>a</figcaption>", "can't stand in the message itself"),
        ('<p><a href="javascript:x">a</a></p>', "RICH_MESSAGE_URL_INVALID"),
        ('<p><a href="/rain">a</a></p>', "RICH_MESSAGE_URL_INVALID"),
        ("<p>" + "a" * 32_769 + "</p>", "too long"),
        ("<p>a</p>" * 501, "too long"),
        ("<p>" + "<b>" * 16 + "a" + "</b>" * 16 + "</p>", "too long"),
        ('<img src="https://x.example/a.jpg"/>' * 51, "too long"),
    ],
    ids=lambda text: text[:40],
)
def test_what_is_no_article_is_refused(html: str, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        read(html)


@pytest.mark.parametrize("source", [None, {}, {"markdown": "a"}, {"html": "<p>a</p>", "markdown": "a"}], ids=str)
def test_exactly_one_source_is_wanted(source: object) -> None:
    with pytest.raises(RefusedError, match="exactly one"):
        read_article(source, lambda _: PHOTO)
