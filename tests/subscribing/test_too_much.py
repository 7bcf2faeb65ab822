"""Who types more than one command can hold is told so; newsbell serves all other chats meanwhile."""

from __future__ import annotations

import asyncio

from bot.models import Category, Selector, SelectorKind
from bot.subscribing.selectors import match_key
from bot.subscribing.suggest import MEASURED, nearest
from bot.subscribing.wording import AT_ONCE, LETTERS
from tests.subscribing.chat import Chat

NAMES = [f"c{number}" for number in range(AT_ONCE + 2)]


def many() -> Chat:
    return Chat([Category(name, name.upper(), 1) for name in NAMES])


async def test_names_beyond_twenty_are_left_out_and_that_is_said() -> None:
    chat = many()
    reply = await chat.type("/subscribe " + ", ".join(NAMES))

    assert [selector.value for selector in await chat.has()] == NAMES[:AT_ONCE]
    *subscribed, last = reply.text.splitlines()
    assert len(subscribed) == AT_ONCE
    assert last == ("I have read the first 20 names only. Please send those from “c20” on in a command of their own.")
    assert not reply.done
    rest = await chat.type("/subscribe " + ", ".join(NAMES[AT_ONCE:]))
    assert (rest.done, len(await chat.has())) == (True, len(NAMES))


async def test_twenty_names_are_not_too_many() -> None:
    chat = many()
    reply = await chat.type("/subscribe " + ", ".join(NAMES[:AT_ONCE]))

    assert (reply.done, len(reply.text.splitlines())) == (True, AT_ONCE)


async def test_as_many_end_at_once() -> None:
    chat = many()
    await chat.type("/subscribe " + ", ".join(NAMES[:AT_ONCE]))
    await chat.type("/subscribe " + ", ".join(NAMES[AT_ONCE:]))
    reply = await chat.type("/unsubscribe " + ", ".join(NAMES))

    assert [selector.value for selector in await chat.has()] == NAMES[AT_ONCE:]
    assert "from “c20” on" in reply.text
    assert (await chat.type("/unsubscribe all")).done


async def test_all_posts_left_out_are_called_so() -> None:
    reply = await many().type("/subscribe " + ", ".join([*NAMES[:AT_ONCE], "all"]))

    assert "from “all posts” on" in reply.text


async def test_all_posts_except_many_is_one_wish() -> None:
    chat = many()
    assert (await chat.type("/subscribe all except " + ", ".join(NAMES))).done
    assert await chat.has() == [Selector(SelectorKind.ALL_EXCEPT, ",".join(NAMES))]


async def test_others_have_their_turn_between_two_names() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    await many().type("/subscribe " + ", ".join(f"xyz{number}" for number in range(AT_ONCE)))
    waiting.cancel()
    assert turns >= AT_ONCE


LONG = [f"{'ព័ត៌មានជាតិ និងអន្តរជាតិ ' * 3}{number}" for number in range(60)]  # 80 letters each


def long_ones() -> Chat:
    return Chat([Category(match_key(name), name, 1) for name in LONG])


async def test_of_long_lists_the_beginning_is_shown_and_the_rest_is_counted() -> None:
    chat = long_ones()
    *names, more = (await chat.type("/categories")).text.splitlines()[1:]
    assert names == [f"• {name} (1)" for name in LONG[: len(names)]]
    assert more == f"… and {len(LONG) - len(names)} more"
    assert sum(map(len, names)) < LETTERS

    await chat.type("/subscribe " + ", ".join(LONG[:AT_ONCE]))
    listed = (await chat.type("/subscriptions")).text.splitlines()
    assert listed[-1] == f"… and {AT_ONCE - len(listed) + 2} more"
    assert "more." in (await chat.type("/subscribe")).text, "in a sentence, too"


async def test_of_many_long_answers_the_refusals_are_shown_and_the_rest_is_counted() -> None:
    chat = long_ones()
    chat.barred = "newsbell lacks Send Messages here"
    reply = await chat.type("/subscribe " + ", ".join([*LONG[: AT_ONCE - 1], LONG[0] + "x"]))

    refused, *subscribed, more = reply.text.splitlines()
    assert refused.startswith("There is no category")
    assert more == f"… and {AT_ONCE - 1 - len(subscribed)} more"
    assert (len(await chat.has()), reply.done) == (AT_ONCE - 1, False)
    assert len(reply.text) < LETTERS


async def test_where_all_there_is_is_listed_both_fit() -> None:
    reply = await long_ones().type("/subscribe " + ", ".join([*LONG[: AT_ONCE - 1], "zzz"]))

    assert "These are the categories:" in reply.text
    assert reply.text.count(" more") == 2
    assert len(reply.text) < LETTERS + 100


async def test_a_single_name_is_shown_however_long() -> None:
    chat = Chat([Category("a" * 2000, "a" * 2000, 1)])
    assert (await chat.type("/categories")).text.splitlines()[1:] == [f"• {'a' * 2000} (1)"]


def test_of_a_long_name_the_beginning_is_compared() -> None:
    """Else one word of 4,000 letters takes a second."""
    long = "a" * MEASURED
    category = Category(long + "z", "", 1)

    assert nearest(long + "b" * 3900, [category], limit=1) == [category]
    assert nearest("b" + long[1:], [category], limit=1) == [category]
    assert nearest("b" * 4000, [category], limit=1) == []
