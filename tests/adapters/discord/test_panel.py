"""Panels of lists, pickers, buttons and windows, together with the core's own desk: what people choose there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.models import Category, DestinationState, Subscription
from bot.subscribing.desk import SubscriptionDesk
from tests.adapters.discord.conftest import Server, adapter_for
from tests.emulators.discord import Member
from tests.emulators.discord.people import Reply
from tests.fakes import FakeNewsstand, FakePosts, FakeStories, FakeSubscriptions
from tests.state.making import eventually

CATEGORIES = [Category("national", "NATIONAL", 131), Category("sport", "Sport", 12), Category("art", "Art", 3)]


class Screen:
    """A person before a panel."""

    def __init__(self, server: Server, shelf: FakeSubscriptions) -> None:
        self.server = server
        self.shelf = shelf
        self.reply = Reply()

    async def type(self, name: str, **options: Any) -> None:
        self.reply = await self.server.discord.command(self.server.news, self.server.boss, name, **options)

    async def press(self, label: str, *, by: Member | None = None) -> Reply:
        """Press the button whose label begins so."""
        return await self._do(self.one(label)["custom_id"], [], by)

    async def choose(self, label: str, *lines: str, by: Member | None = None) -> Reply:
        """Choose the lines with these labels in a list, and no others."""
        menu = self.one(label)
        values = [option["value"] for option in menu["options"] if option["label"] in lines]
        assert len(values) == len(lines)
        return await self._do(menu["custom_id"], values, by)

    async def pick(self, label: str, *ids: int, by: Member | None = None) -> Reply:
        """Pick roles or channels."""
        return await self._do(self.one(label)["custom_id"], [str(each) for each in ids], by)

    async def write(self, label: str, text: str) -> Reply:
        """Open a window by its button, and send it off with this text."""
        opened = await self.press(label)
        self.reply = await self.server.discord.submit(opened, self.server.boss, text=text)
        return self.reply

    async def _do(self, custom_id: str, values: list[str], by: Member | None) -> Reply:
        reply = await self.server.discord.press(self.reply, custom_id, by or self.server.boss, values=values)
        if reply.modal is None and reply.message is self.reply.message:
            self.reply = reply
        return reply

    def one(self, label: str) -> Any:
        """The control that is called so."""
        [found] = [one for one in self.reply.controls if _called(one).startswith(label)]
        return found

    def on(self, label: str) -> list[str]:
        """The lines of a list that are chosen."""
        return [option["label"] for option in self.one(label)["options"] if option.get("default")]

    async def mine(self) -> list[Subscription]:
        return await self.shelf.of(self.server.destination)

    async def looks(self) -> dict[str, Any]:
        """The options of the one subscription that there is."""
        [wish] = await self.mine()
        return dict(wish.options)


def _called(control: Any) -> str:
    return str(control.get("label") or control.get("placeholder"))


@asynccontextmanager
async def serving(server: Server, shelf: FakeSubscriptions, categories: list[Category]) -> AsyncIterator[None]:
    posts = FakePosts(categories, shelf, ["en", "km"])
    desk = SubscriptionDesk(posts, shelf, lambda: datetime.now(UTC), stories=FakeStories(), stand=FakeNewsstand(posts))
    task = asyncio.create_task(server.adapter.serve(desk))
    await server.listening()
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def screen(server: Server) -> AsyncIterator[Screen]:
    """Where there is something to subscribe to, and newsbell listens."""
    shelf = FakeSubscriptions()
    async with serving(server, shelf, CATEGORIES):
        yield Screen(server, shelf)


async def test_what_should_arrive_is_chosen_in_lists(screen: Screen) -> None:
    await screen.type("subscribe")
    first = screen.reply.message
    await screen.choose("Choose what arrives", "NATIONAL (131)", "Art (3)")
    assert screen.on("Choose what arrives") == ["NATIONAL (131)", "Art (3)"]
    await screen.choose("Choose what arrives", "Art (3)")
    await screen.choose("Language: any", "Khmer")
    [art] = await screen.mine()
    assert (art.selector.value, art.language) == ("art", "km")
    await screen.press("Done")
    assert screen.reply.content.startswith("New posts will arrive in Mekong Readers › #news: Art (only in Khmer).")
    assert (screen.reply.message, screen.reply.ephemeral, screen.reply.followups) == (first, True, [])


async def test_only_what_was_changed_in_a_list_is_changed(screen: Screen) -> None:
    await screen.type("subscribe")
    await screen.choose("Choose what arrives", "Art (3)")
    old = screen.reply
    await screen.type("subscribe", category="sport")
    screen.reply = old
    await screen.choose("Choose what arrives", "NATIONAL (131)", "Art (3)")
    assert {wish.selector.value for wish in await screen.mine()} == {"national", "sport", "art"}
    assert screen.on("Choose what arrives") == ["NATIONAL (131)", "Sport (12)", "Art (3)"]


async def test_a_window_opens_before_anything_is_asked_of_discord(screen: Screen) -> None:
    """It must within three seconds, also where the gateway tells nothing of the channel any more."""
    discord, guild = screen.server.discord, screen.server.guild
    doomed = discord.add_channel(guild, "doomed")
    await screen.type("subscribe", category="national", channel=doomed)
    await screen.type("settings", channel=doomed)
    discord.delete_channel(doomed)

    async def is_forgotten() -> bool:
        return screen.server.adapter._rights.heard(screen.server.place(doomed)) is None

    await eventually(is_forgotten)
    asked = len([request for request in discord.requests if request.method == "GET"])
    assert (await screen.press("Text length")).modal is not None
    assert len([request for request in discord.requests if request.method == "GET"]) == asked


async def test_what_does_nothing_in_a_place_is_not_offered_there(screen: Screen) -> None:
    discord, guild = screen.server.discord, screen.server.guild
    forum = discord.add_channel(guild, "posts", "forum", tags=["News"])
    await screen.type("subscribe", category="national", channel=forum)
    await screen.type("settings", channel=forum)
    assert "Threads" not in [line["label"] for line in screen.one("None of the switches is on")["options"]]
    await screen.press("Forum tag: none")
    await screen.choose("Forum tag", "News")
    assert screen.reply.content.startswith("Forum tag: News. It holds for all that arrives in Mekong Readers › #posts")
    [wish] = await screen.shelf.of(screen.server.place(forum))
    assert wish.options["tag"] == "News"

    await screen.type("subscribe", category="national")
    await screen.type("settings")
    assert not [one for one in screen.reply.controls if _called(one).startswith("Forum tag")]
    offered = await discord.autocomplete(screen.server.news, screen.server.boss, "settings", setting="")
    assert ("Threads", "thread") in offered
    assert ("Forum tag", "tag") not in offered


async def test_how_posts_look_is_set_in_one_panel(screen: Screen) -> None:
    readers = screen.server.discord.add_role(screen.server.guild, "Readers", mentionable=True)
    await screen.type("subscribe", category="national")
    await screen.type("settings")
    panel = screen.reply.message
    await screen.choose("Look", "Link")
    await screen.choose("None of the switches is on", "Silent", "Threads")
    await screen.pick("Mention", readers.id)
    await screen.write("Text length", "200")
    await screen.write("Sender", "Mekong News")
    assert screen.reply.message is panel
    looks = await screen.looks()
    assert looks == {
        "style": "link",
        "image": False,
        "hashtags": False,
        "button": False,
        "silent": True,
        "thread": True,
        "mention": str(readers.id),
        "excerpt": 200,
        "sender": "Mekong News",
    }
    await screen.pick("Mention")
    await screen.write("Sender", "")
    assert [(await screen.looks())[name] for name in ("mention", "sender")] == ["", ""]


async def test_of_switches_that_change_together_each_is_told_and_what_it_needs(screen: Screen) -> None:
    screen.server.discord.forbid(screen.server.news, "pin_messages")
    await screen.type("subscribe", category="national")
    await screen.type("settings")
    await screen.choose("None of the switches is on", "Pin", "Threads", "Picture", "Hashtags", "Read button")
    first, second, *_ = lines = screen.reply.content.splitlines()
    assert (first.partition(".")[0], second.partition(".")[0]) == ("Pin: on", "Threads: on")
    assert [line for line in lines if line.startswith("• Pin Messages")]
    await screen.choose("None of the switches is on", "Pin", "Threads", "Picture", "Hashtags", "Read button", "Silent")
    assert screen.reply.content.startswith("Silent: on.")
    assert "Pin" not in screen.reply.content


async def test_what_a_window_does_not_take_is_said_and_asked_again(screen: Screen) -> None:
    await screen.type("subscribe", category="national")
    await screen.type("settings")
    await screen.write("Text length", "many")
    assert screen.reply.content.startswith("“excerpt” can't be “many”. Write a number from 0 to 4096.")
    [lengths] = [one["options"] for one in screen.reply.controls if "options" in one]
    assert [(line["label"], line.get("description")) for line in lengths][:2] == [("none", None), ("short", None)]
    await screen.write("Text length: medium", "120")
    assert await screen.looks() == {"excerpt": 120}
    window = await screen.press("Text length")
    assert window.modal is not None
    [label] = window.modal["components"]
    assert (window.modal["title"], label["component"]["value"]) == ("Text length", "120")
    assert (label["label"], label.get("description")) == ("How many letters of the text are shown", None)


async def test_what_is_too_long_to_stand_above_a_field_stands_below(screen: Screen) -> None:
    forum = screen.server.discord.add_channel(screen.server.guild, "posts", "forum")
    await screen.type("subscribe", category="national", channel=forum)
    await screen.type("settings", channel=forum)
    window = await screen.press("Forum tag")
    assert window.modal is not None
    [label] = window.modal["components"]
    assert (window.modal["title"], label["label"]) == ("Forum tag", "Forum tag: none")
    assert label["description"] == "In a forum: the tag of posts after whose categories no tag is named"


async def test_several_subscriptions_are_chosen_from_first(screen: Screen) -> None:
    await screen.type("subscribe", category="national, sport")
    await screen.type("settings")
    await screen.choose("How posts look", "Sport")
    await screen.choose("None of the switches is on", "Picture", "Hashtags", "Read button", "Silent")
    await screen.press("Back")
    national, sport = await screen.mine()
    assert (national.options, sport.options["silent"]) == ({}, True)


async def test_the_lines_of_a_list_have_room_for_several_names(screen: Screen) -> None:
    await screen.type("subscribe", category="all except national, sport, art")
    await screen.type("subscribe", category="sport")
    excepted = "all posts except NATIONAL, Sport, Art"
    await screen.type("settings")
    assert excepted in [line["label"] for line in screen.one("How posts look")["options"]]
    await screen.type("unsubscribe")
    assert excepted in [line["label"] for line in screen.one("Which subscription")["options"]]


async def test_what_holds_for_a_channel_has_a_page_of_its_own(screen: Screen) -> None:
    other = screen.server.discord.add_channel(screen.server.guild, "other")
    await screen.type("settings")
    await screen.press("This channel")
    await screen.choose("If in doubt", "hold back")
    await screen.press("This channel")
    assert screen.on("If in doubt") == ["hold back"]
    await screen.choose("Language of answers", "ភាសាខ្មែរ")
    assert screen.one("រួចរាល់")
    await screen.type("settings", channel=other)
    await screen.press("ផ្អាក")  # it is read here
    await screen.write("រហូតដល់", "2h")
    paused = screen.shelf.known[screen.server.place(other)]
    assert (paused.state, paused.paused_until is not None) == (DestinationState.PAUSED, True)


async def test_the_whole_server_has_a_language_too(screen: Screen) -> None:
    await screen.type("settings")
    await screen.press("This channel")
    await screen.press("Language of the whole server")
    assert (screen.on("Language of answers"), screen.on("Language of the whole server")) == (
        ["As on the whole server"],
        ["Each person's own"],
    )
    await screen.choose("Language of the whole server", "ភាសាខ្មែរ")
    assert screen.one("រួចរាល់")
    assert screen.reply.content.startswith("ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរលើម៉ាស៊ីនមេទាំងមូល។")
    await screen.type("language", language="en", server=True)
    assert screen.reply.content.startswith("On the whole server I answer in English from now on;")
    await screen.type("language", language="km")
    assert screen.reply.content == "ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរ។"


async def test_a_panel_goes_on_in_another_channel(screen: Screen) -> None:
    other = screen.server.discord.add_channel(screen.server.guild, "other")
    await screen.type("settings")
    await screen.press("This channel")
    await screen.pick("Settings of another channel", other.id)
    assert "Mekong Readers › #other" in screen.reply.content
    await screen.press("Choose what arrives")
    await screen.choose("Choose what arrives", "Art (3)")
    assert await screen.mine() == []
    assert len(await screen.shelf.of(screen.server.place(other))) == 1


async def test_an_archived_thread_that_is_picked_is_the_one_that_a_command_names(screen: Screen) -> None:
    thread = screen.server.discord.add_thread(screen.server.news, "Old talk", archived=True)  # the gateway is silent
    await screen.type("settings")
    await screen.press("This channel")
    await screen.pick("Settings of another channel", thread.id)
    assert "Mekong Readers › #news › Old talk" in screen.reply.content
    await screen.press("Choose what arrives")
    await screen.choose("Choose what arrives", "Art (3)")
    await screen.type("subscribe", category="art", channel=thread)
    assert len(await screen.shelf.of(screen.server.place(thread))) == 1
    assert set(screen.shelf.known) <= {screen.server.destination, screen.server.place(thread)}


async def test_what_names_a_channel_of_another_server_does_nothing_there(screen: Screen) -> None:
    discord = screen.server.discord
    abroad = discord.add_channel(discord.add_guild("Tonle Sap Readers"), "news")
    await screen.type("subscribe", category="national")
    await screen.type("settings")
    window = await screen.press("Sender")
    assert window.modal is not None
    forged = {**window.modal, "custom_id": f"newsbell@{abroad.id}?:/subscribe"}
    told = await discord.submit(replace(window, modal=forged), screen.server.boss, text="all")
    assert told.content == "This button is too old. Please send the command again."
    assert await screen.shelf.of(screen.server.place(abroad)) == []


async def test_old_panels_work_after_a_restart(server: Server) -> None:
    shelf = FakeSubscriptions()
    screen = Screen(server, shelf)
    async with serving(server, shelf, CATEGORIES):
        await screen.type("subscribe", category="national")
        await screen.type("settings")
        window = await screen.press("Sender")
    await server.adapter.close()
    server.adapter = adapter_for(server.discord, server.pace, server.trails)
    await server.adapter.open()
    async with serving(server, shelf, CATEGORIES):
        await screen.choose("Look", "Link")
        await screen.press("Pause")
        await screen.choose("Pause", "For a day")
        await server.discord.submit(window, server.boss, text="Mekong News")
    await server.adapter.close()
    assert await screen.looks() == {"style": "link", "sender": "Mekong News"}
    assert shelf.known[server.destination].state is DestinationState.PAUSED


async def test_who_may_do_nothing_any_more_is_told_beside_the_panel(screen: Screen) -> None:
    await screen.type("subscribe", category="national")
    await screen.type("settings")
    before = screen.reply.content
    for refused in (
        await screen.choose("Look", "Link", by=screen.server.reader),
        await screen.press("Sender", by=screen.server.reader),
    ):
        [told] = refused.followups
        assert told.content.startswith("In Mekong Readers › #news only people with Manage Server may do that")
        assert told.ephemeral
    assert screen.reply.message is not None
    assert screen.reply.message.content == before
    assert await screen.looks() == {}


async def test_many_categories_are_paged_within_what_a_list_holds(server: Server) -> None:
    shelf = FakeSubscriptions()
    many = [Category(f"c{number}", f"Category {number} " + "ខ្មែរ" * 30, number) for number in range(60)]
    screen = Screen(server, shelf)
    async with serving(server, shelf, many):
        await screen.type("subscribe")
        assert [len(screen.one("Choose what arrives")["options"]), screen.one("1 / 3")["type"]] == [25, 2]
        await screen.press("▶")
        await screen.press("▶")
        assert len(screen.one("Choose what arrives")["options"]) == 10
        everything = [option["label"] for option in screen.one("Choose what arrives")["options"]]
        assert all(label.endswith(")") for label in everything), "the number of posts is not cut off"
        await screen.choose("Choose what arrives", *everything)
        assert len(await screen.mine()) == 10
        await screen.type("unsubscribe")
        assert len(screen.one("Which subscription")["options"]) == 10


async def test_a_role_that_the_server_names_may_command_newsbell(screen: Screen) -> None:
    discord, guild, news = screen.server.discord, screen.server.guild, screen.server.news
    editors = discord.add_role(guild, "Editors")
    editor = discord.add_member(guild, "Bopha", roles=[editors])
    discord.open_commands_to(editors)
    refused = await discord.command(news, editor, "subscribe", category="sport")
    assert "› This channel … › Role that may command me. Ask one of them" in refused.content
    await screen.type("settings")
    await screen.press("This channel")
    await screen.pick("Role that may command me", editors.id)
    assert "Server Settings › Integrations › newsbell" in screen.reply.content
    assert screen.one("Role that may command me")["default_values"] == [{"id": editors.id, "type": "role"}]
    assert await discord.autocomplete(news, editor, "subscribe", category="spo") == [("Sport (12)", "Sport")]
    assert (await discord.command(news, editor, "subscribe", category="sport")).content.startswith("Subscribed to")
    [told] = (await screen.pick("Role that may command me", by=editor)).followups
    assert told.content == "Only those who may manage the server choose the role that may command me."
    everyone = await screen.pick("Role that may command me", guild.everyone.id)
    assert [message.content[:26] for message in everyone.followups] == ["That is no role for this: "]
    await screen.pick("Role that may command me")
    assert screen.reply.content.startswith("Only those who may manage the server command me now.")
    assert (await discord.command(news, editor, "pause")).content.startswith("In Mekong")
