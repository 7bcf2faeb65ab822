"""The adapter together with the core's own desk: what people of a server really read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.models import Category, DestinationState, Selector, SelectorKind
from bot.subscribing.desk import SubscriptionDesk
from tests.adapters.discord.conftest import Server
from tests.emulators.discord.people import Reply
from tests.fakes import FakeNewsstand, FakePosts, FakeStories, FakeSubscriptions
from tests.state.making import eventually

NATIONAL = Selector(SelectorKind.CATEGORY, "national")


@pytest.fixture
async def subscriptions(server: Server) -> AsyncIterator[FakeSubscriptions]:
    """The shelf behind the desk, while the adapter listens."""
    shelf = FakeSubscriptions()
    posts = FakePosts([Category("national", "NATIONAL", 131), Category("sport", "Sport", 12)], shelf, ["en", "km"])
    desk = SubscriptionDesk(posts, shelf, lambda: datetime.now(UTC), stories=FakeStories(), stand=FakeNewsstand(posts))
    serving = asyncio.create_task(server.adapter.serve(desk))
    await server.listening()
    yield shelf
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_an_admin_subscribes_what_autocompletion_offered(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    choices = await server.discord.autocomplete(server.news, server.boss, "subscribe", category="nat")
    (national,) = [value for name, value in choices if name == "NATIONAL (131)"]
    reply = await server.discord.command(server.news, server.boss, "subscribe", category=national)
    assert reply.ephemeral
    assert "Mekong Readers › #news" in reply.content
    (subscribed,) = await subscriptions.of(server.destination)
    assert subscribed.selector == NATIONAL


async def test_all_options_of_subscribe_are_kept_with_the_subscription(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    readers = server.discord.add_role(server.guild, "Readers", mentionable=True)
    other = server.discord.add_channel(server.guild, "other")
    languages = await server.discord.autocomplete(server.news, server.boss, "subscribe", category="sport", language="")
    assert languages == [("English", "en"), ("Khmer", "km")]
    reply = await server.discord.command(
        server.news, server.boss, "subscribe", category="sport", channel=other, language="km", mention=readers
    )
    assert reply.content == (
        "Subscribed to Sport (only in Khmer). New posts will arrive in Mekong Readers › #other, and mention @Readers."
    )
    (subscribed,) = await subscriptions.of(server.place(other))
    assert (subscribed.language, subscribed.options) == ("km", {"mention": str(readers.id)})
    offered = await server.discord.autocomplete(server.news, server.boss, "unsubscribe", channel=other, category="")
    assert offered == [("Sport (only in Khmer)", "sport")]


@pytest.mark.parametrize("typed", ["km", "lang:km", "Khmer", "ភាសា ខ្មែរ"])
async def test_a_language_is_typed_as_it_is_offered_or_called(
    server: Server, subscriptions: FakeSubscriptions, typed: str
) -> None:
    reply = await server.discord.command(server.news, server.boss, "subscribe", category="sport", language=typed)
    assert reply.content.startswith("Subscribed to Sport (only in Khmer).")
    [subscribed] = await subscriptions.of(server.destination)
    assert subscribed.language == "km"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "English, km",
            "A command has one language, for all that it names: English, Khmer are too many. Please send one command "
            "for each.",
        ),
        ("Klingon", "I know no language “Klingon”. There are: English, Khmer."),
    ],
)
async def test_what_is_no_one_language_is_refused_as_languages_are_chosen(
    server: Server, subscriptions: FakeSubscriptions, typed: str, told: str
) -> None:
    reply = await server.discord.command(server.news, server.boss, "subscribe", category="sport", language=typed)
    assert reply.content == told
    assert await subscriptions.of(server.destination) == []


async def test_who_asks_about_another_channel_is_answered_as_where_they_are(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    other = server.discord.add_channel(server.guild, "other")
    await server.discord.command(other, server.boss, "language", language="km")
    await server.discord.command(server.news, server.boss, "subscribe", category="all", channel=other)
    asked = await server.discord.command(server.news, server.boss, "unsubscribe", category="x", channel=other)
    assert asked.content.startswith("Mekong Readers › #other:\n")
    why = await server.discord.command(other, server.boss, "why", channel=server.news)
    refused = await server.discord.command(other, server.boss, "subscribe", category="#", channel=server.news)
    for told in (why, refused):
        assert told.content.startswith("Mekong Readers › #news៖\n")
    said = await server.discord.command(other, server.boss, "pause", channel=server.news)
    assert said.content.startswith("បានផ្អាក Mekong Readers › #news ហើយ។")


async def test_a_role_that_newsbell_may_not_mention_is_told_at_once(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    readers = server.discord.add_role(server.guild, "Readers")
    server.discord.forbid(server.news, "mention_everyone")
    asked = await server.discord.command(server.news, server.boss, "subscribe", category="natonal", mention=readers)
    (button,) = [one for one in asked.controls if one["label"] == "NATIONAL"]
    reply = await server.discord.press(asked, button["custom_id"], server.boss)
    assert "the role that is mentioned hears nothing; or let anyone @mention this role" in reply.content
    (subscribed,) = await subscriptions.of(server.destination)
    assert subscribed.options == {"mention": str(readers.id)}


async def test_a_slip_is_mended_by_a_button_but_only_by_admins(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    asked = await server.discord.command(server.news, server.boss, "subscribe", category="natonal")
    (button,) = [one for one in asked.controls if one["label"] == "NATIONAL"]
    refused = await server.discord.press(asked, button["custom_id"], server.reader)
    assert "only people with Manage Server may do that" in refused.content
    assert await subscriptions.all() == []
    await server.discord.press(asked, button["custom_id"], server.boss)
    assert [one.selector for one in await subscriptions.of(server.destination)] == [NATIONAL]


AT_PRESENT = "Nothing can be sent at present: newsbell lacks Send Messages, Attach Files here; "


async def test_what_bars_a_channel_is_said_once_and_nothing_is_tried(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    shut = server.discord.add_channel(server.guild, "shut")

    async def typed(command: str, **category: Any) -> Reply:
        return await server.discord.command(server.news, server.boss, command, channel=shut, **category)

    await typed("subscribe", category="national")
    place = server.place(shut)
    server.discord.forbid(shut, "send_messages", "attach_files")
    reason = "newsbell lacks Send Messages here"
    await subscriptions.set_state(place, DestinationState.SUSPENDED, reason, datetime.now(UTC))
    subscribed = await typed("subscribe", category="sport")
    for reply in (subscribed, await typed("subscribe"), await typed("settings"), await typed("resume")):
        assert reply.content.count("Nothing can be sent") == 1
        assert AT_PRESENT in reply.content
        assert "now" not in reply.content.replace("newsbell", "")
    assert "Send the latest now" not in str(subscribed.components)
    assert subscriptions.known[place].state is DestinationState.SUSPENDED
    page = await server.discord.press(await typed("settings"), f"newsbell@{shut.id}:/settings place", server.boss)
    assert "Nothing can be sent" not in page.content
    server.discord.permit(shut, "send_messages", "attach_files")

    async def is_awake() -> bool:
        return subscriptions.known[place].state is DestinationState.ACTIVE

    await eventually(is_awake)


async def test_who_chooses_by_the_menu_is_told_of_the_forums_tags_as_well(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    tagless = server.discord.add_channel(server.guild, "tagless", "forum", require_tag=True)
    tagged = server.discord.add_channel(server.guild, "tagged", "forum", tags=["Sport"], require_tag=True)
    for forum, said in ((tagless, "this forum wants a tag on every post"), (tagged, "I put on “Sport”")):
        menu = await server.discord.command(server.news, server.boss, "subscribe", channel=forum)
        chosen = await server.discord.press(menu, f"newsbell@{forum.id}:/menu all 1", server.boss)
        done = await server.discord.press(chosen, f"newsbell@{forum.id}:/menu done", server.boss)
        for reply in (menu, chosen, done):
            assert reply.content.count(said) == 1
    assert len(subscriptions.subscribed) == 2


async def test_a_channel_is_suspended_while_it_cannot_be_written_to(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    await server.discord.command(server.news, server.boss, "subscribe", category="all")
    server.discord.remove_guild(server.guild)

    async def is_suspended() -> bool:
        return subscriptions.known[server.destination].state is DestinationState.SUSPENDED

    await eventually(is_suspended)
    place = subscriptions.known[server.destination]
    assert place.reason == "newsbell was removed from the server; invite it again"


async def test_everyone_is_never_mentioned(server: Server, subscriptions: FakeSubscriptions) -> None:
    discord, news, boss = server.discord, server.news, server.boss
    refusal = "I mention single roles, and never everyone: please choose another role."
    reply = await discord.command(news, boss, "subscribe", category="all", mention=server.guild.everyone)
    assert reply.content == refusal
    assert await subscriptions.all() == []
    await discord.command(news, boss, "subscribe", category="sport")
    for words in f"mention {server.guild.id}", f"sport mention {server.guild.id}", "mention @everyone":
        typed = await discord.command(news, boss, "settings", setting=words)
        assert typed.content.startswith(refusal)
    assert await _mentioned(server, subscriptions) is None


@pytest.mark.parametrize("typed", ["Sport fans", "@sport  FANS", "<@&{role}>", "{role}"])
async def test_a_role_is_typed_and_shown_by_its_name(
    server: Server, subscriptions: FakeSubscriptions, typed: str
) -> None:
    role = server.discord.add_role(server.guild, "Sport fans", mentionable=True)
    await server.discord.command(server.news, server.boss, "subscribe", category="sport")
    reply = await server.discord.command(
        server.news, server.boss, "settings", setting="mention", value=typed.format(role=role.id)
    )
    assert reply.content.startswith("Mention: @Sport fans. It holds for all that arrives")
    assert await _mentioned(server, subscriptions) == str(role.id)
    reply = await server.discord.command(server.news, server.boss, "settings", setting="mention", value="Nobody")
    assert reply.content.startswith("Mention: nobody. It holds for all that arrives")
    assert await _mentioned(server, subscriptions) == ""


@pytest.mark.parametrize("typed", ["Poets", "@here", "<@&1234567890>", "1234567890"])
async def test_a_role_that_the_server_does_not_have_is_refused(
    server: Server, subscriptions: FakeSubscriptions, typed: str
) -> None:
    await server.discord.command(server.news, server.boss, "subscribe", category="sport")
    for setting in ("mention", "role"):
        reply = await server.discord.command(server.news, server.boss, "settings", setting=setting, value=typed)
        assert reply.content.startswith("There is no role “")
        assert "” on this server. Choose one from the list, or type its name." in reply.content
    assert await _mentioned(server, subscriptions) is None
    assert await subscriptions.commander("discord", str(server.guild.id)) == ""


async def test_of_roles_with_one_name_nobody_guesses(server: Server, subscriptions: FakeSubscriptions) -> None:
    for name in ("Fans", "FANS", "Fans", "fans"):
        server.discord.add_role(server.guild, name, mentionable=True)
    one = server.discord.add_role(server.guild, "fANS", mentionable=True)
    await server.discord.command(server.news, server.boss, "subscribe", category="sport")
    reply = await server.discord.command(server.news, server.boss, "settings", setting="mention", value="Fans")
    assert reply.content.startswith("Several roles are called “Fans”. Choose one from the list.")
    await server.discord.command(server.news, server.boss, "settings", setting="mention", value="fANS")
    assert await _mentioned(server, subscriptions) == str(one.id)


async def test_the_servers_roles_are_offered(server: Server, subscriptions: FakeSubscriptions) -> None:
    editors = server.discord.add_role(server.guild, "Editors")
    offered = await server.discord.autocomplete(server.news, server.boss, "settings", setting="mention", value="")
    assert (offered[0], ("@Editors", str(editors.id)) in offered) == (("Nobody", "nobody"), True)
    assert str(server.guild.id) not in [word for _, word in offered]
    settings = await server.discord.autocomplete(server.news, server.boss, "settings", setting="role")
    assert settings == [("Role that may command me", "role")]
    [(_, word)] = await server.discord.autocomplete(server.news, server.boss, "settings", setting="role", value="@edi")
    await server.discord.command(server.news, server.boss, "settings", setting="role", value="Editors")
    assert await subscriptions.commander("discord", str(server.guild.id)) == word == str(editors.id)


async def test_whoever_subscribes_is_told_which_role_hears_it(server: Server, subscriptions: FakeSubscriptions) -> None:
    discord, news, boss = server.discord, server.news, server.boss
    fans = discord.add_role(server.guild, "Fans", mentionable=True)
    await discord.command(news, boss, "subscribe", category="sport")
    told = await discord.command(news, boss, "subscribe", category="sport", mention=fans)
    assert told.content == "Subscribed to Sport. New posts will arrive in Mekong Readers › #news, and mention @Fans."
    again = await discord.command(news, boss, "subscribe", category="sport", mention=fans)
    assert again.content == "Subscribed already to Sport; its posts mention @Fans."
    listed = await discord.command(news, boss, "subscriptions")
    assert listed.content == "Subscriptions of Mekong Readers › #news:\n• Sport, mentions @Fans"
    none = await discord.command(news, boss, "subscribe", category="sport mention:nobody")
    assert none.content == "Subscribed to Sport. New posts will arrive in Mekong Readers › #news, and mention nobody."
    listed = await discord.command(news, boss, "subscriptions")
    assert listed.content == "Subscriptions of Mekong Readers › #news:\n• Sport"


async def test_a_forums_own_tags_are_offered_and_a_slip_is_told(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    discord, news, boss = server.discord, server.news, server.boss
    forum = discord.add_channel(server.guild, "posts", "forum", tags=["⚽ Sport", "Misc"], require_tag=True)
    told = await discord.command(news, boss, "subscribe", category="national", channel=forum)
    assert "I put on “⚽ Sport”. Another one:" in told.content
    assert f"> setting:tag value:NAME channel:<#{forum.id}>" in told.content
    tags = await discord.autocomplete(news, boss, "settings", channel=forum, setting="tag", value="")
    assert [word for _, word in tags] == ["none", "⚽ Sport", "Misc"]
    unknown = "This forum has no tag “Mics” that I may put on. Its tags: ⚽ Sport, Misc."
    slip = await discord.command(news, boss, "settings", setting="tag", value="Mics", channel=forum)
    assert unknown in slip.content
    again = await discord.command(news, boss, "subscribe", category="national", channel=forum)
    assert (unknown in again.content, "I put on “⚽ Sport”." in again.content) == (True, True)
    right = await discord.command(news, boss, "settings", setting="tag", value="misc", channel=forum)
    assert "no tag" not in right.content
    both = await discord.command(news, boss, "subscribe", category="sport", channel=forum)
    assert "I put on “Misc”. Another one" in both.content
    await discord.command(news, boss, "settings", setting="sport tag", value="none", channel=forum)
    both = await discord.command(news, boss, "subscribe", category="sport", channel=forum)
    assert "I put on “Misc”, “⚽ Sport”. Another one" in both.content


async def test_who_mistypes_a_setting_reads_those_that_there_are(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    forum = server.discord.add_channel(server.guild, "posts", "forum", tags=["Sport"])
    of_all = "style, image, excerpt, hashtags, button, silent, pin, mention, "
    for channel, its_own in ((server.news, "thread, sender"), (forum, "sender, tag")):
        await server.discord.command(server.news, server.boss, "subscribe", category="sport", channel=channel)
        reply = await server.discord.command(server.news, server.boss, "settings", setting="nonsense", channel=channel)
        there = f"There are: {of_all}{its_own}, answers, pause, unproven, role."
        assert there in reply.content
    reply = await server.discord.command(server.news, server.boss, "settings", setting="rol")
    assert reply.content.endswith("Did you mean role?")


async def test_a_forum_without_tags_says_so(server: Server, subscriptions: FakeSubscriptions) -> None:
    forum = server.discord.add_channel(server.guild, "posts", "forum", moderated=["Official"])
    await server.discord.command(server.news, server.boss, "subscribe", category="sport", channel=forum)
    reply = await server.discord.command(
        server.news, server.boss, "settings", setting="tag", value="Official", channel=forum
    )
    assert "This forum has no tag that I may put on." in reply.content


async def test_a_name_is_shown_as_it_is(server: Server, subscriptions: FakeSubscriptions) -> None:
    await server.discord.command(server.news, server.boss, "subscribe", category="sport")
    reply = await server.discord.command(server.news, server.boss, "settings", setting="sender", value="0")
    assert reply.content.startswith("Sender: 0. It holds for all")


async def _mentioned(server: Server, subscriptions: FakeSubscriptions) -> object:
    [subscribed] = await subscriptions.of(server.destination)
    return subscribed.options.get("mention")
