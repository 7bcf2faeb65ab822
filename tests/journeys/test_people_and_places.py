"""Who may, and where: topics, moves, anonymous administrators, demotions, from what is typed to what arrives."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.telegram.refused.newsdesk import Newsdesk, play
from tests.emulators.telegram import Chat, Message, User
from tests.state.making import eventually


def button(message: Message, words: str) -> str:
    """The button of a menu that has these words in its label."""
    [found] = [button.text for button in message.buttons if words in button.text]
    return found


def titles(chat: Chat, thread: int | None = None) -> list[str]:
    """The posts that arrived in a chat, or in a topic of it."""
    return [
        str(message.caption).split("\n")[0]
        for message in chat.from_bot
        if message.photo and message.thread_id == thread
    ]


async def begin(desk: Newsdesk) -> None:
    """There has been a post, so that there is a category; now people may come."""
    await desk.publish("Sun", name="sun.md")
    await desk.open(hears=True)


async def menu_of(
    desk: Newsdesk, chat: Chat, person: User, *, thread: int | None = None, hides: bool = False
) -> Message:
    """The menu that somebody opens."""
    before = len(chat.from_bot)
    desk.telegram.type(chat, person, "/subscribe", thread=thread, anonymous=hides)
    await desk.telegram.until(lambda: len(chat.from_bot) > before)
    return chat.from_bot[-1]


async def presses(desk: Newsdesk, menu: Message, words: str, person: User) -> str:
    """What the person reads who presses a button; empty: the menu says enough."""
    press = desk.telegram.press(menu, button(menu, words), person)
    await desk.telegram.until(lambda: press.answers)
    return str(press.answers[0].get("text", ""))


async def places_are(desk: Newsdesk, *wanted: str, state: str = "active") -> None:
    """Wait until these are all the places in this state."""

    async def are() -> bool:
        known = await desk.store.subscriptions.places()
        return [str(place.destination) for place in known if place.state == state] == list(wanted)

    await eventually(are)


async def send(desk: Newsdesk, name: str, title: str) -> None:
    """A post comes out, and is where it goes to."""
    await desk.publish(title, name=name)
    await desk.come_to_rest()


def test_a_topic_subscribes_and_gets_its_posts_in_itself_alone(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        forum = desk.telegram.add_supergroup("Desk", forum=True)
        news, talk = desk.telegram.add_topic(forum, "News"), desk.telegram.add_topic(forum, "Talk")
        menu = await menu_of(desk, forum, desk.telegram.founder, thread=news)
        assert menu.thread_id == news
        assert await presses(desk, menu, "National", desk.telegram.founder) == ""
        await desk.telegram.until(lambda: menu.edits)
        await send(desk, "rain.md", "Rain")
        assert (titles(forum, news), titles(forum, talk), titles(forum)) == (["Rain"], [], [])

    play(tmp_path, journey)


def test_a_topic_that_is_closed_keeps_its_posts_until_it_is_opened(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        forum = desk.telegram.add_supergroup("Desk", forum=True)
        desk.telegram.promote(forum, desk.owner)
        news = desk.telegram.add_topic(forum, "News")
        menu = await menu_of(desk, forum, desk.owner, thread=news)
        await presses(desk, menu, "National", desk.owner)
        desk.telegram.close_topic(forum, news)
        await send(desk, "rain.md", "Rain")
        await desk.hear()
        await places_are(desk, f"telegram:{forum.id}/{news}", state="suspended")
        told = await desk.told()
        assert told.keys() == {"owner", "operator"}
        assert "an administrator can reopen it by its menu (⋮)" in told["owner"][0]

        desk.telegram.reopen_topic(forum, news)
        await desk.telegram.until(lambda: titles(forum, news) == ["Rain"])
        await desk.hear()
        assert await desk.told() == told

    play(tmp_path, journey)


def test_general_that_is_hidden_keeps_its_posts_until_it_is_shown(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        forum = desk.telegram.add_supergroup("Desk", forum=True)
        await presses(desk, await menu_of(desk, forum, desk.telegram.founder), "National", desk.telegram.founder)
        desk.telegram.hide_general(forum)
        await send(desk, "rain.md", "Rain")
        await places_are(desk, f"telegram:{forum.id}", state="suspended")
        desk.telegram.unhide_general(forum)
        await desk.telegram.until(lambda: titles(forum) == ["Rain"])

    play(tmp_path, journey)


def test_a_group_that_turns_its_topics_off_waits_with_them_and_goes_on_when_they_are_back(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        forum = desk.telegram.add_supergroup("Desk", forum=True)
        desk.telegram.promote(forum, desk.owner)
        news = desk.telegram.add_topic(forum, "News")
        await presses(desk, await menu_of(desk, forum, desk.owner, thread=news), "National", desk.owner)
        desk.telegram.turn_topics(forum, on=False)
        await send(desk, "rain.md", "Rain")
        await desk.hear()
        assert "type /subscribe in another topic" in (await desk.told())["owner"][0]
        assert titles(forum) == titles(forum, news) == [], "it does not go to everybody instead"
        desk.telegram.turn_topics(forum, on=True)  # nobody tells newsbell: it tries the door now and then
        await desk.knock()
        assert titles(forum, news) == ["Rain"]

    play(tmp_path, journey)


def test_a_group_that_moves_while_its_menu_is_open_gets_each_post_once(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        group = desk.telegram.add_group("Desk")
        menu = await menu_of(desk, group, desk.telegram.founder)
        await presses(desk, menu, "National", desk.telegram.founder)
        await send(desk, "rain.md", "Rain")
        supergroup = desk.telegram.migrate(group, backwards=True)
        again = await menu_of(desk, supergroup, desk.telegram.founder)  # subscribed on both sides by now
        await presses(desk, again, "All posts", desk.telegram.founder)
        # The old one is still there for some: what they press is done, and they read so where it can be written.
        told = await presses(desk, menu, "National", desk.telegram.founder)
        assert told.startswith("One moment") or not told
        await desk.telegram.until(lambda: len(supergroup.from_bot) == 2)
        anew = supergroup.from_bot[-1]
        assert "What arrives: all posts except National." in str(anew.text)
        await presses(desk, anew, "National", desk.telegram.founder)
        await desk.telegram.until(lambda: anew.edits)
        await places_are(desk, f"telegram:{supergroup.id}")
        await send(desk, "snow.md", "Snow")
        assert (titles(group), titles(supergroup)) == (["Rain"], ["Snow"])

    play(tmp_path, journey)


def test_an_anonymous_administrator_subscribes_the_group(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        group = desk.telegram.add_supergroup("Newsroom")
        desk.telegram.promote(group, desk.owner, is_anonymous=True, can_pin_messages=True)
        words = await menu_of(desk, group, desk.owner, hides=True)
        assert "National (1): /subscribe national" in (words.text or "")
        assert words.buttons == [], "they do not work for who hides"
        desk.telegram.promote(group, desk.telegram.bot, can_pin_messages=True)
        menu = await menu_of(desk, group, desk.owner, hides=True)
        assert await presses(desk, menu, "National", desk.owner) == ""
        await desk.telegram.until(lambda: menu.edits)
        await send(desk, "rain.md", "Rain")
        assert titles(group) == ["Rain"]

    play(tmp_path, journey)


def test_who_is_demoted_presses_in_vain_and_a_bot_that_is_demoted_waits(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await begin(desk)
        channel = desk.telegram.add_channel("News", username="news_channel")
        desk.telegram.promote(channel, desk.owner)
        private = desk.telegram.chats[desk.owner.id]
        desk.telegram.type(private, desk.owner, "/subscribe @news_channel")
        await desk.telegram.until(lambda: private.from_bot)
        menu = private.from_bot[-1]
        desk.telegram.demote(channel, desk.owner)
        refused = await presses(desk, menu, "National", desk.owner)
        assert refused == "You are no administrator of the chat.", "it is none of theirs yet"
        desk.telegram.promote(channel, desk.owner)
        assert await presses(desk, menu, "National", desk.owner) == ""
        await desk.telegram.until(lambda: menu.edits)

        desk.telegram.demote(channel, desk.telegram.bot)

        await places_are(desk, f"telegram:{channel.id}", state="suspended")
        await desk.hear()
        told = [str(message.text) for message in private.from_bot if message is not menu]
        assert any("Administrators, and choose the bot" in words for words in told)
        await send(desk, "rain.md", "Rain")
        assert titles(channel) == []
        desk.telegram.promote(channel, desk.telegram.bot, can_post_messages=True)
        await desk.telegram.until(lambda: titles(channel) == ["Rain"])

    play(tmp_path, journey)
