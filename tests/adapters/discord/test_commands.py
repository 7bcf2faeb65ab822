"""Slash commands, autocompletion and buttons, typed and pressed by people of a server."""

from typing import Any

import pytest

from bot.models import Announcement, Choice, Destination, Look, Offer, Picture, Reply, Specimen, Style
from tests.adapters.discord.conftest import Server
from tests.adapters.discord.reader import seen
from tests.emulators.discord import Refused
from tests.emulators.discord.faults import Kind
from tests.emulators.discord.nouns import MessageFlag
from tests.emulators.discord.permissions import Overwrite, bits

FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
OFFERS = [Offer("NATIONAL (131)", "NATIONAL"), Offer("Sport (12)", "Sport"), Offer("Society (1)", "Society")]


@pytest.fixture
def live(live: Server) -> Server:
    """Where the desk has something to offer to who is typing."""
    live.desk.offers = OFFERS
    return live


async def test_a_command_reaches_the_desk_with_who_where_and_what(live: Server) -> None:
    reply = await live.discord.command(live.news, live.boss, "subscribe", category="National", locale="de")
    (command,) = live.desk.commands
    assert (command.name, command.words, command.language) == ("subscribe", "National", "de")
    assert (command.person, command.admin) == (str(live.boss.id), True)
    assert command.place.destination == live.destination
    assert (command.place.kind, command.place.title) == ("text", "Mekong Readers › #news")
    assert (reply.content, reply.ephemeral) == ("subscribe: National", True)
    assert live.news.visible == []


async def test_a_command_about_another_channel_is_about_that_channel(live: Server) -> None:
    news = live.discord.add_channel(live.guild, "breaking", "announcement")
    await live.discord.command(live.news, live.boss, "subscribe", category="all", channel=news)
    (command,) = live.desk.commands
    assert command.place.destination == live.place(news)
    assert (command.place.kind, command.place.title) == ("announcement", "Mekong Readers › #breaking")


async def test_an_answer_about_another_channel_names_it_and_is_in_the_language_of_this_one(live: Server) -> None:
    news = live.discord.add_channel(live.guild, "breaking", "announcement")
    live.desk.spoken = "km"
    reply = await live.discord.command(live.news, live.boss, "why", channel=news, locale="en-GB")
    assert reply.content == "Mekong Readers › #breaking៖\nwhy: "
    live.desk.reply = lambda command: Reply(f"Of {command.place.title}.", (Choice("Why?", "/why"),))
    named = await live.discord.command(live.news, live.boss, "why", channel=news, locale="en-GB")
    assert named.content == "Of Mekong Readers › #breaking."
    await live.discord.press(named, named.controls[0]["custom_id"], live.boss)
    await live.discord.autocomplete(live.news, live.boss, "why", channel=news, post="")
    asked = [*live.desk.commands, *(command for command, _ in live.desk.asked)]
    assert [(command.elsewhere, command.spoken) for command in asked] == [(True, "km")] * 4

    await live.discord.command(news, live.boss, "why", channel=news)
    assert (live.desk.commands[-1].elsewhere, live.desk.commands[-1].spoken) == (False, "")


async def test_a_thread_is_a_place_in_its_channel(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    await live.discord.command(thread, live.boss, "subscriptions")
    await live.discord.command(live.news, live.boss, "subscriptions", channel=thread)
    for command in live.desk.commands:
        assert command.place.destination == Destination("discord", str(live.news.id), str(thread.id), live.adapter.bot)
        assert (command.place.kind, command.place.title) == ("thread", "Mekong Readers › #news › Flood")


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("unsubscribe", {"category": "Sport"}, "Sport"),
        ("subscriptions", {}, ""),
        ("categories", {}, ""),
        ("language", {"language": "km"}, "km"),
        ("language", {"language": "km", "server": True}, "km server"),
        ("language", {"server": True}, ""),
        ("language", {}, ""),
        ("pause", {}, ""),
        ("pause", {"time": "until 8:00"}, "until 8:00"),
        ("resume", {}, ""),
        ("help", {}, ""),
        ("why", {"post": "news/rain.md"}, "news/rain.md"),
        ("settings", {}, ""),
        ("settings", {"setting": "silent", "value": "on"}, "silent on"),
        ("settings", {"setting": "national style card"}, "national style card"),
        ("subscribe", {}, ""),
        ("subscribe", {"category": "Sport", "language": "km"}, "Sport lang:km"),
        ("unsubscribe", {}, ""),
    ],
)
async def test_every_command_is_there(live: Server, name: str, options: dict[str, Any], words: str) -> None:
    await live.discord.command(live.news, live.boss, name, **options)
    assert [(command.name, command.words) for command in live.desk.commands] == [(name, words)]


async def test_commands_that_an_answer_names_can_be_clicked(live: Server) -> None:
    live.desk.reply = lambda _: Reply("Type /subscribe all or /help")
    ids = {command["name"]: command["id"] for command in live.discord.commands}
    reply = await live.discord.command(live.news, live.boss, "help")
    assert reply.content == f"Type </subscribe:{ids['subscribe']}> category:all or </help:{ids['help']}>"


async def test_a_role_to_mention_is_typed_by_its_id(live: Server) -> None:
    role = live.discord.add_role(live.guild, "Readers", mentionable=True)
    await live.discord.command(live.news, live.boss, "subscribe", category="Sport", mention=role)
    assert live.desk.commands[-1].words == f"Sport mention:{role.id}"


async def test_what_holds_for_a_category_wants_one(live: Server) -> None:
    role = live.discord.add_role(live.guild, "Readers", mentionable=True)
    reply = await live.discord.command(live.news, live.boss, "subscribe", mention=role)
    assert reply.content.startswith("A language and a role to mention hold for a category")
    assert live.desk.commands[-1].words == ""


async def test_a_post_that_arrived_is_opened_by_a_link(live: Server) -> None:
    live.desk.reply = lambda _: Reply("it arrived", (Choice("Open it", "", message="789"),))
    forum = live.discord.add_channel(live.guild, "posts", "forum")
    thread = live.discord.add_thread(live.news, "Flood")
    for channel, there in ((live.news, live.news.id), (thread, thread.id), (forum, 789)):
        reply = await live.discord.command(live.news, live.boss, "why", channel=channel)
        [button] = reply.controls
        assert (button["label"], button["url"]) == (
            "Open it",
            f"https://discord.com/channels/{live.guild.id}/{there}/789",
        )


async def test_readers_are_not_even_offered_the_commands(live: Server) -> None:
    reply = await live.discord.command(live.news, live.reader, "subscribe", category="all")
    assert isinstance(reply, Refused)


async def test_while_typing_the_categories_are_offered_with_their_posts(live: Server) -> None:
    assert await live.discord.autocomplete(live.news, live.boss, "subscribe", category="s") == [
        ("Sport (12)", "Sport"),
        ("Society (1)", "Society"),
    ]
    other = live.discord.add_channel(live.guild, "other")
    await live.discord.autocomplete(live.news, live.boss, "unsubscribe", channel=other, category="")
    await live.discord.autocomplete(live.news, live.boss, "settings", setting="silent", value="o")
    asked = [(command.name, option, command.words, command.place.destination) for command, option in live.desk.asked]
    assert asked == [
        ("subscribe", "category", "s", live.destination),
        ("unsubscribe", "category", "", live.place(other)),
        ("settings", "value", "silent o", live.destination),
    ]
    assert {(command.person, command.admin) for command, _ in live.desk.asked} == {("", True)}


async def test_autocompletion_keeps_to_discords_limits(live: Server) -> None:
    long = [Offer(f"{number} " + "ខ្មែរ" * 30, str(number)) for number in range(30)]
    live.desk.offers = [long[0], Offer("too long to be typed", "x" * 101), *long[1:]]
    choices = await live.discord.autocomplete(live.news, live.boss, "subscribe", category="")
    assert [word for _, word in choices] == [str(number) for number in range(24)]


async def test_autocompletion_offers_nothing_when_it_cannot(live: Server) -> None:
    live.desk.error = RuntimeError("the database is away")
    assert await live.discord.autocomplete(live.news, live.boss, "subscribe", category="s") == []


async def test_a_press_of_a_button_is_a_typed_command(live: Server) -> None:
    live.desk.reply = lambda command: Reply(
        "Did you mean *Sport*?", (Choice("Sport", "/subscribe sport lang:km"),) if command.words == "sprot" else ()
    )
    asked = await live.discord.command(live.news, live.boss, "subscribe", category="sprot")
    assert seen(asked.content) == "Did you mean *Sport*?"
    (button,) = asked.controls
    answered = await live.discord.press(asked, button["custom_id"], live.boss)
    command = live.desk.commands[-1]
    assert (command.name, command.words, command.admin) == ("subscribe", "sport lang:km", True)
    assert command.place.destination == live.destination
    assert answered.ephemeral


async def test_a_button_remembers_the_channel_that_it_is_about(live: Server) -> None:
    other = live.discord.add_channel(live.guild, "other")
    thread = live.discord.add_thread(other, "Flood")
    live.desk.reply = lambda _: Reply("Which one?", (Choice("Sport", "/subscribe sport"),))
    for place in (other, thread):
        asked = await live.discord.command(live.news, live.boss, "subscribe", category="x", channel=place)
        await live.discord.press(asked, asked.controls[0]["custom_id"], live.boss)
        assert live.desk.commands[-1].place == live.desk.commands[-2].place
        assert live.desk.commands[-1].place.destination == live.place(place)


async def test_who_is_no_admin_is_said_to_be_none(live: Server) -> None:
    live.desk.reply = lambda command: Reply(
        "Yes." if command.admin else "Only admins may.", (Choice("Sport", "/subscribe sport"),)
    )
    asked = await live.discord.command(live.news, live.boss, "subscribe", category="x")
    refused = await live.discord.press(asked, asked.controls[0]["custom_id"], live.reader)
    assert refused.content == "Only admins may."


async def test_a_desk_that_fails_is_apologized_for(live: Server) -> None:
    live.desk.error = RuntimeError("the database is away")
    reply = await live.discord.command(live.news, live.boss, "help")
    assert "Please try again" in reply.content
    assert reply.ephemeral
    assert live.desk.stumbles == [("a command", "RuntimeError")]

    live.desk.spoken = "km"
    khmer = await live.discord.command(live.news, live.boss, "help")
    assert khmer.content.startswith("មិនបានសម្រេចទេ")


async def test_an_answer_that_discord_will_not_take_costs_no_other(
    live: Server, caplog: pytest.LogCaptureFixture
) -> None:
    live.discord.fault("status", code=10062, path="/interactions/{id}/{token}/callback")
    with pytest.raises(AssertionError):
        await live.discord.command(live.news, live.boss, "help", answer_within=0.3)
    assert (await live.discord.command(live.news, live.boss, "help")).content == "help: "
    assert "ERROR" not in {record.levelname for record in caplog.records}


ACKNOWLEDGING = "/interactions/{interaction_id}/{interaction_token}/callback"
ANSWERING = f"{FOLLOW_UP}/messages/@original"


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [
        ("close", "POST", ACKNOWLEDGING),
        ("accept_then_close", "POST", ACKNOWLEDGING),
        ("close", "PATCH", ANSWERING),
        ("accept_then_close", "PATCH", ANSWERING),
    ],
)
async def test_an_answer_that_breaks_off_on_its_way_is_no_mistake_and_the_person_is_told(
    live: Server, caplog: pytest.LogCaptureFixture, kind: Kind, method: str, path: str
) -> None:
    live.discord.fault(kind, method=method, path=path)
    reply = await live.discord.command(live.news, live.boss, "help")
    await live.discord.until(lambda: reply.message is not None and reply.message.content.startswith("My answer was"))
    assert reply.ephemeral
    assert live.desk.stumbles == []
    assert [(one.levelname, one.exc_info, one.getMessage()) for one in caplog.records] == [
        (
            "WARNING",
            None,
            "discord: /help has no answer: the connection to Discord broke off before the answer came "
            "(ServerDisconnectedError)",
        )
    ]


async def test_who_presses_while_the_network_breaks_is_told_beside_the_panel(
    live: Server, caplog: pytest.LogCaptureFixture
) -> None:
    live.desk.reply = lambda _: Reply("Which one?", (Choice("Sport", "/subscribe sport"),))
    asked = await live.discord.command(live.news, live.boss, "help")
    live.discord.fault("close", method="POST", path=ACKNOWLEDGING)
    told = await live.discord.press(asked, asked.controls[0]["custom_id"], live.boss)
    assert (told.content[:18], told.ephemeral) == ("My answer was lost", True)
    assert asked.message is not None
    assert asked.message.content == "Which one?"
    live.discord.fault("close", method="POST", path=ACKNOWLEDGING, count=2)  # and nor can that be told
    with pytest.raises(AssertionError):
        await live.discord.press(asked, asked.controls[0]["custom_id"], live.boss, answer_within=0.3)
    assert live.desk.stumbles == []
    assert "ERROR" not in {record.levelname for record in caplog.records}


async def test_an_answer_that_discord_refuses_is_a_mistake_and_nobody_waits_for_it(
    live: Server, caplog: pytest.LogCaptureFixture
) -> None:
    live.discord.fault("status", code=50035, method="PATCH", path=ANSWERING)
    reply = await live.discord.command(live.news, live.boss, "help")
    assert reply.content == "That did not work; the fault is mine. Please try again in a minute."
    assert live.desk.stumbles == [("a command", "HTTPException")]
    assert [(one.levelname, one.exc_info) for one in caplog.records] == [("WARNING", None)]


async def test_another_program_with_the_same_token_is_told_of_once(
    live: Server, caplog: pytest.LogCaptureFixture
) -> None:
    live.discord.fault("status", code=40060, path="/interactions/{id}/{token}/callback", count=4)

    for _ in range(4):
        with pytest.raises(AssertionError):
            await live.discord.command(live.news, live.boss, "help", answer_within=0.2)

    def answers() -> int:
        return sum(one.path.startswith("/interactions/") and one.status == 400 for one in live.discord.requests)

    await live.discord.until(lambda: answers() == 4)

    [told] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert "another program uses the same bot" in told


async def test_discord_learns_the_commands_once(live: Server) -> None:
    told = [request for request in live.discord.requests if request.method == "PUT"]
    assert len(told) == 1
    command = live.discord.commands[0]
    assert command["name"] == "subscribe"
    assert (command["default_member_permissions"], command["contexts"], command["integration_types"]) == (
        "32",
        [0],
        [0],
    )
    live.discord.gateway.malformed()  # the adapter logs in and compares anew
    await live.discord.until(lambda: live.discord.gateway.identifies == 2)
    assert [request for request in live.discord.requests if request.method == "PUT"] == told


async def test_who_subscribes_a_channel_where_posts_could_not_be_shown_is_told_at_once(live: Server) -> None:
    other = live.discord.add_channel(live.guild, "other")
    for channel in (live.news, other):
        live.discord.forbid(channel, "embed_links")
        reply = await live.discord.command(live.news, live.boss, "subscribe", category="all", channel=channel)
        assert "subscribe: all\nNothing can be sent at present" in reply.content
        assert "Embed Links" in reply.content
        live.discord.permit(channel, "embed_links")
        reply = await live.discord.command(live.news, live.boss, "subscribe", category="all", channel=channel)
        assert reply.content.endswith("subscribe: all")


@pytest.mark.parametrize(
    ("tags", "moderated", "said"),
    [
        (["Sport"], ["News"], "where none is named as its category, I put on “Sport”. Another one: </settings:"),
        ([], ["News"], "Nothing can be sent at present: this forum wants a tag on every post"),
    ],
)
async def test_who_subscribes_a_forum_that_wants_tags_is_told_which_one_is_put_on(
    live: Server, tags: list[str], moderated: list[str], said: str
) -> None:
    discord, guild = live.discord, live.guild
    forum = discord.add_channel(guild, "posts", "forum", tags=tags, moderated=moderated, require_tag=True)
    free = discord.add_channel(guild, "talks", "forum", tags=tags)
    reply = await discord.command(live.news, live.boss, "subscribe", category="all", channel=forum)
    assert said in reply.content
    reply = await discord.command(live.news, live.boss, "subscribe", category="all", channel=free)
    assert reply.content == "Mekong Readers › #talks:\nsubscribe: all"


async def test_who_subscribes_an_announcement_channel_is_told_that_messages_are_published(live: Server) -> None:
    headlines = live.discord.add_channel(live.guild, "headlines", "announcement")
    thread = live.discord.add_thread(headlines, "Flood")
    told = {}
    for channel in (headlines, thread):
        answer = await live.discord.command(live.news, live.boss, "subscribe", category="all", channel=channel)
        told[channel] = answer.content.splitlines()[2:]  # below the name of the channel, and the answer
    assert told[thread] == []
    [sentence] = told[headlines]
    assert sentence.startswith("Messages in an announcement channel are published to those who follow it, ten an hour")


async def test_rights_that_came_with_the_command_count_more_than_what_the_gateway_told(live: Server) -> None:
    other = live.discord.add_channel(live.guild, "other")
    other.overwrites[live.discord.bot.id] = Overwrite(deny=bits(["embed_links"]))  # nobody is told of it
    reply = await live.discord.command(live.news, live.boss, "subscribe", category="all", channel=other)
    assert "Embed Links" in reply.content


async def test_a_button_about_another_channel_goes_by_what_the_gateway_told(live: Server) -> None:
    other = live.discord.add_channel(live.guild, "other")
    live.discord.forbid(other, "embed_links")
    live.desk.reply = lambda command: Reply("Which one?", (Choice("National", "/subscribe national"),))
    asked = await live.discord.command(live.news, live.boss, "subscribe", category="natonal", channel=other)
    live.desk.reply = lambda command: Reply(f"{command.name}: {command.words}", looks=(Look(),))
    reply = await live.discord.press(asked, asked.controls[0]["custom_id"], live.boss)
    assert reply.content.startswith("Mekong Readers › #other:\nsubscribe: national\nNothing can be sent at present")


@pytest.mark.parametrize(("style", "embeds"), [(Style.AUTO, ["Rain"]), (Style.TEXT, [])])
async def test_a_preview_is_shown_to_who_asked_alone(live: Server, style: Style, embeds: list[str]) -> None:
    rain = Announcement("Rain", url="https://news.example/rain", pictures=(Picture(file="/site/rain.jpg"),))
    live.desk.reply = lambda _: Reply("A preview:", specimen=Specimen(rain, Look(style=style)))
    reply = await live.discord.command(live.news, live.boss, "preview")
    assert reply.ephemeral
    assert reply.content.startswith("A preview:")
    assert [embed["title"] for embed in reply.embeds] == embeds
    assert ("https://news.example/rain" in reply.content) == (style is Style.TEXT)
    assert live.news.visible == []


async def test_a_preview_of_a_frame_stands_below_the_words_for_it_can_not_stand_beside_them(live: Server) -> None:
    rain = Announcement("Rain", pictures=(Picture(url="https://news.example/rain.jpg"),))
    live.desk.reply = lambda _: Reply("A preview:", specimen=Specimen(rain, Look(style=Style.COMPONENTS)))
    reply = await live.discord.command(live.news, live.boss, "preview")
    (framed,) = await live.discord.until(
        lambda: [one.answer for one in live.discord.requests if one.route == FOLLOW_UP and one.answer]
    )
    assert (reply.content, reply.embeds) == ("A preview:", [])
    assert framed["flags"] == MessageFlag.EPHEMERAL | MessageFlag.COMPONENTS_V2
    assert "## Rain" in str(framed["components"])
    assert "https://news.example/rain.jpg" in str(framed["components"])
