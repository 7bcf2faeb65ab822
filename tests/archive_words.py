"""Words that mean nothing much, in the scripts of real posts, and what stands between them in real bodies."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

_LATIN: Final = (
    "river village market school rain road bridge people morning council harvest boat garden teacher library water "
    "evening festival notice release version update server package meeting report island field north garden small old "
    "the a new of in and to with for from before after near along under"
)
_CYRILLIC: Final = (
    "река село рынок школа дождь дорога мост люди утро совет урожай лодка сад учитель вода вечер праздник новый старый "
    "выпуск версия на в и с для из перед после около под"
)
_CHINESE: Final = (
    "河流 村庄 市场 学校 雨水 道路 大桥 居民 早晨 收成 小船 花园 老师 图书馆 晚上 节日 发布 版本 今天 附近"
)
_KHMER: Final = "ទន្លេ ភូមិ ផ្សារ សាលា ភ្លៀង ផ្លូវ ស្ពាន ប្រជាជន ព្រឹក ស្រែ ទូក សួន គ្រូ ទឹក ល្ងាច បុណ្យ ថ្មី ឆ្នាំ ថ្ងៃ ក្រុង"


@dataclass(frozen=True, slots=True)
class Script:
    """How a language is written."""

    words: tuple[str, ...]
    space: str  # between words
    stop: str  # at the end of a sentence
    sentence: int  # words in it, at the most


LATIN: Final = Script(tuple(_LATIN.split()), " ", ". ", 18)
CYRILLIC: Final = Script(tuple(_CYRILLIC.split()), " ", ". ", 16)
CHINESE: Final = Script(tuple(_CHINESE.split()), "", "。", 12)
KHMER: Final = Script(tuple(_KHMER.split()), "\u200b", "។ ", 12)

_SCRIPTS: Final = {"ru": CYRILLIC, "bg": CYRILLIC, "uk": CYRILLIC, "zh": CHINESE, "zh_cn": CHINESE, "zh_tw": CHINESE}


def script_of(language: str) -> Script:
    """The script of a language as posts name it: "en", "zh_tw", "km"."""
    return KHMER if language == "km" else _SCRIPTS.get(language, LATIN)


@dataclass(frozen=True, slots=True)
class Habits:
    """In how many of a site's posts each thing stands, from 0 to 1."""

    image: float = 0.0
    image_first: float = 0.0
    marker: float = 0.0
    mark: str = "<!--more-->"
    liquid: float = 0.0
    html: float = 0.0
    references: float = 0.0
    footnotes: float = 0.0
    code: float = 0.0
    table: float = 0.02


def phrase(random: Random, script: Script, words: int) -> str:
    """Some words without a stop."""
    text = script.space.join(random.choices(script.words, k=words))
    return text[:1].upper() + text[1:]


def paragraph(random: Random, script: Script) -> str:
    """One to five sentences."""
    sentences = [phrase(random, script, random.randint(5, script.sentence)) for _ in range(random.randint(1, 5))]
    return script.stop.join(sentences) + script.stop.strip()


def slug(random: Random, number: int) -> str:
    """A name for a file that no other post of its site has."""
    return "-".join([*random.choices([word for word in LATIN.words if len(word) > 3], k=3), str(number)])


def body(random: Random, script: Script, habits: Habits) -> str:
    """A post's body with what the site's posts have in it, in the order in which real ones have it."""

    def now_and_then(share: float, text: str) -> list[str]:
        return [text] if random.random() < share else []

    paragraphs = [paragraph(random, script) for _ in range(random.randint(3, 14))]
    image = f"![{phrase(random, script, 2)}](https://pictures.example.org/{random.randrange(10**6)}.png)"
    if references := random.random() < habits.references:
        paragraphs[0] += f" [{phrase(random, script, 2)}][1], [{phrase(random, script, 1)}][the notes]."
    if footnotes := random.random() < habits.footnotes:
        paragraphs[-1] += "[^1]"
    blocks = [
        *now_and_then(habits.image_first, image),
        *now_and_then(habits.liquid / 2, "{% include banner.html kind='note' %}"),
        *paragraphs[:2],
        *now_and_then(habits.marker, habits.mark),
        *now_and_then(habits.image - habits.image_first, image),
        *now_and_then(habits.html, f'<div class="box"><p>{paragraph(random, script)}</p></div>'),
        *now_and_then(habits.liquid / 2, "{% highlight ruby %}\nputs :rain\n{% endhighlight %}"),
        *now_and_then(habits.code, "```python\nprint('---')\n# no heading\n```"),
        *now_and_then(habits.table, "| day | rain |\n|-----|-----:|\n| one | 12 |\n| two | 40 |"),
        f"## {phrase(random, script, 3)}",
        *now_and_then(0.2, f"> {paragraph(random, script)}"),
        *paragraphs[2:],
        *now_and_then(0.2, "\n".join(f"* **{phrase(random, script, 2)}**: _{word}_" for word in script.words[:3])),
    ]
    if references:
        blocks.append("[1]: https://notes.example.org/1\n[the notes]: https://notes.example.org/all")
    if footnotes:
        blocks.append(f"[^1]: {paragraph(random, script)}")
    return "\n\n".join(blocks) + "\n"
