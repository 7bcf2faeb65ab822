"""Posts, their files and what becomes of them in the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.models import DeliveryState, Visibility
from bot.records import Changes, FileStamp, News, PostState, Problem
from state import offering
from tests.state.making import (
    FLOOD,
    NOON,
    ROOT,
    Office,
    announcement,
    chat,
    later,
    open_office,
    post,
    publish,
    record,
    subscribe,
)


async def test_a_baseline_enqueues_nothing_and_neither_does_half_of_one(office: Office) -> None:
    posts = office.store.posts
    await subscribe(office.store, chat(1))

    await posts.record_baseline([record(post("a.md")), record(None, "readme.md")], NOON)
    assert not await posts.baseline_done()
    await posts.record_baseline([record(post("b.md"))], NOON)
    await posts.finish_baseline(NOON)

    assert await posts.baseline_done()
    assert await posts.counts() == {"known": 2}
    assert set(await posts.stamps()) == {"a.md", "b.md", "readme.md"}
    assert await office.due() == []


async def test_a_baseline_that_is_done_again_knows_the_files_as_they_are_now(office: Office) -> None:
    posts = office.store.posts
    draft = post("a.md", visibility=Visibility.DRAFT)
    await posts.record_baseline([record(draft)], NOON)

    await posts.record_baseline([record(post("a.md", title="Rain", categories=("Weather",)))], NOON)

    known = await posts.find("a.md")
    assert known
    assert (known.title, known.categories, known.state) == ("Rain", ("Weather",), PostState.KNOWN)


async def test_the_baseline_of_another_folder_is_its_own(office: Office) -> None:
    await office.store.posts.finish_baseline(NOON)

    other = await open_office(office.path)
    assert await other.store.posts.baseline_done()
    await other.store.close()
    from_elsewhere = await open_office(office.path, root="/srv/other")
    assert not await from_elsewhere.store.posts.baseline_done()
    await from_elsewhere.store.close()


async def test_a_known_post_that_is_edited_is_no_news(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await office.store.posts.record_baseline([record(post())], NOON)

    published = await publish(office.store, post(title="Rain, and wind"))

    assert (published.news, published.deliveries) == (News.UNCHANGED, 0)
    assert await office.due() == []


async def test_a_new_post_is_enqueued_for_its_subscribers_in_the_same_transaction(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number))

    published = await publish(office.store, post(published_at=NOON))

    assert (published.news, published.revision, published.deliveries) == (News.NEW, 1, 2)
    assert await office.due_chats() == ["1", "2"]
    said = await office.store.deliveries.announcement(published.subject, 1)
    assert said == announcement(post(published_at=NOON))


async def test_a_post_without_a_date_shows_the_time_of_its_first_sending_and_keeps_it(office: Office) -> None:
    first = await publish(office.store, post())
    second = await publish(office.store, post(title="Rain, and wind"), later(3600))

    says = office.store.deliveries.announcement
    assert (await says(first.subject, 1)).published_at == NOON
    assert (await says(second.subject, 2)).published_at == NOON


async def test_an_edit_makes_a_revision_and_the_same_bytes_do_not(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.send_all()

    again = await publish(office.store, post())
    reworded = replace(announcement(post()), title="worded otherwise by a new version")
    upgraded = await office.store.posts.take_in(record(post()), reworded, NOON)
    assert (again.news, upgraded.news) == (News.UNCHANGED, News.UNCHANGED)
    assert await office.due() == []

    edited = await publish(office.store, post(title="Wind"))
    assert (edited.news, edited.revision, edited.deliveries) == (News.EDITED, 2, 1)
    assert [delivery.wanted for delivery in await office.due()] == [2]


async def test_new_bytes_that_say_the_same_change_nothing(office: Office) -> None:
    await publish(office.store, post())

    published = await office.store.posts.take_in(record(post(), size=2), announcement(post()), NOON)

    assert (published.news, published.revision) == (News.UNCHANGED, 1)


async def test_a_renamed_post_with_the_same_code_is_the_same_post(office: Office) -> None:
    await subscribe(office.store, chat(1))
    old = await publish(office.store, post("old.md", "ART1", title="Rain", url=None))

    new = await publish(office.store, post("new.md", "ART1", title="Rain", url=None))

    assert (new.subject, new.news) == (old.subject, News.UNCHANGED)
    known = await office.store.posts.find("ART1")
    assert known
    assert known.path == "new.md"


async def test_a_post_with_another_code_on_the_same_path_is_another_post(office: Office) -> None:
    await subscribe(office.store, chat(1))
    old = await publish(office.store, post("rain.md", "ART1"))

    new = await publish(office.store, post("rain.md", "ART2"))

    assert new.news is News.NEW
    assert new.subject != old.subject
    assert len(await office.send_all()) == 2


async def test_a_language_variant_with_the_same_code_is_a_post_of_its_own(office: Office) -> None:
    await subscribe(office.store, chat(1), language="km")

    english = await publish(office.store, post("rain.md", "ART1", language="en"))
    khmer = await publish(office.store, post("rain.km.md", "ART1", language="km"))

    assert english.deliveries == 0
    assert (khmer.news, khmer.deliveries) == (News.NEW, 1)
    assert khmer.subject != english.subject


async def test_a_draft_is_sent_when_it_becomes_public(office: Office) -> None:
    await subscribe(office.store, chat(1))

    draft = await publish(office.store, post(visibility=Visibility.DRAFT))
    public = await publish(office.store, post())

    assert (draft.news, draft.deliveries) == (News.UNPUBLISHED, 0)
    assert (public.news, public.deliveries) == (News.NEW, 1)


async def test_a_future_post_is_taken_in_when_its_time_has_come_for_those_subscribed_then(office: Office) -> None:
    posts = office.store.posts
    tomorrow = post(published_at=later(86400))
    scheduled = await publish(office.store, tomorrow)
    await subscribe(office.store, chat(1))

    assert scheduled.news is News.SCHEDULED
    assert await posts.next_scheduled_at() == later(86400)
    assert [waiting.key for waiting in await posts.waiting(PostState.SCHEDULED)] == [tomorrow.key]

    published = await publish(office.store, tomorrow, later(86400), release=True)
    assert (published.news, published.deliveries) == (News.NEW, 1)
    assert await posts.next_scheduled_at() is None


async def test_a_held_post_waits_for_a_persons_word_even_when_edited(office: Office) -> None:
    await subscribe(office.store, chat(1))

    held = await publish(office.store, post(), hold=FLOOD)
    edited = await publish(office.store, post(title="Wind"))
    assert (held.news, edited.news) == (News.HELD, News.HELD)
    assert await office.due() == []
    assert [known.title for known in await office.store.posts.waiting(PostState.HELD)] == ["Wind"]

    released = await publish(office.store, post(title="Wind"), release=True)
    assert (released.news, released.deliveries) == (News.NEW, 1)


async def test_a_future_post_that_its_site_shows_at_once_is_news_at_once(office: Office) -> None:
    await subscribe(office.store, chat(1))
    shown = await publish(office.store, post(published_at=later(86400), waits_for_date=False))
    assert (shown.news, shown.deliveries) == (News.NEW, 1)


async def test_waiting_posts_come_by_date_then_by_path(office: Office) -> None:
    for path, seconds in (("c.md", 10), ("b.md", 20), ("a.md", 10)):
        await publish(office.store, post(path, published_at=later(seconds)))

    waiting = await office.store.posts.waiting(PostState.SCHEDULED)

    assert [known.path for known in waiting] == ["a.md", "c.md", "b.md"]


async def test_a_file_without_a_post_cannot_be_taken_in_and_harms_nothing(office: Office) -> None:
    with pytest.raises(ValueError, match=r"readme\.md"):
        await office.store.posts.take_in(record(None, "readme.md"), announcement(post()), NOON)

    assert await office.store.posts.stamps() == {}


async def test_edits_collapse_and_an_edit_before_the_send_changes_what_is_sent(office: Office) -> None:
    await subscribe(office.store, chat(1))
    for title in ("Rain", "Wind", "Storm"):
        await publish(office.store, post(title=title))

    [sent] = await office.send_all()
    assert sent.wanted == 3

    for title in ("Sun", "Sun and wind"):
        await publish(office.store, post(title=title))
    [edited] = await office.send_all()
    assert (edited.id, edited.wanted) == (sent.id, 5)


async def test_a_post_is_sent_to_a_named_chat_once(office: Office) -> None:
    await office.store.posts.record_baseline([record(post())], NOON)
    await subscribe(office.store, chat(1), "category", "sport")

    send = office.store.posts.send_to
    assert await send(record(post()), announcement(post()), [chat(1), chat("never heard of")], NOON) == 1
    assert await send(record(post()), announcement(post()), [chat(1)], NOON) == 0
    assert await office.due_chats() == ["1"]


async def test_a_post_that_is_sent_by_hand_right_after_an_edit_still_edits_the_others(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.send_all()
    await subscribe(office.store, chat(2))
    edited = post(title="Wind")

    await office.store.posts.send_to(record(edited), announcement(edited), [chat(2)], NOON)
    await publish(office.store, edited)

    assert {delivery.destination.chat_id: delivery.wanted for delivery in await office.due()} == {"1": 2, "2": 2}


async def test_a_missing_file_is_forgotten_until_it_is_back(office: Office) -> None:
    posts = office.store.posts
    broken = Problem("b.md", 3, "no end", "close it")
    await publish(office.store, post("a.md"))
    await posts.record_files([record(None, "b.md", problem=broken)], NOON)
    assert await posts.problems() == [broken]

    await posts.forget(["a.md", "b.md", "never there.md"], NOON)
    assert await posts.stamps() == {}
    assert await posts.problems() == []

    assert (await publish(office.store, post("a.md"))).news is News.UNCHANGED, "nothing was withdrawn yet"
    assert await posts.stamps() == {"a.md": FileStamp(1, 1, 1, 1)}


async def test_a_broken_file_keeps_the_post_it_was_and_a_mended_one_has_no_problem(office: Office) -> None:
    posts = office.store.posts
    await publish(office.store, post("a.md"))

    await posts.record_files([record(None, "a.md", problem=Problem("a.md", 1, "broken", "mend it"))], NOON)
    assert len(await posts.problems()) == 1
    edited = await publish(office.store, post("a.md", title="Mended"))

    assert edited.news is News.EDITED
    assert await posts.problems() == []


async def test_the_latest_posts_are_the_public_ones_newest_first(office: Office) -> None:
    await office.store.posts.record_baseline([record(post("old.md", published_at=later(-99)))], NOON)
    await publish(office.store, post("new.md", published_at=later(-1)))
    await publish(office.store, post("undated.md"))
    await publish(office.store, post("draft.md", visibility=Visibility.DRAFT, published_at=NOON))
    await publish(office.store, post("held.md", published_at=NOON), hold=FLOOD)

    assert [known.path for known in await office.store.posts.latest(9, NOON)] == ["new.md", "old.md", "undated.md"]
    assert [known.path for known in await office.store.posts.latest(1, NOON)] == ["new.md"]


async def test_categories_have_the_spelling_seen_most_and_count_public_posts(office: Office) -> None:
    spellings = ("World News", "WORLD NEWS", "World News", "world_news")
    await office.store.posts.record_baseline(
        [record(post(f"{index}.md", categories=(name,))) for index, name in enumerate(spellings)], NOON
    )
    await publish(office.store, post("sport.md", categories=("Sport", "SPORT")))
    await publish(office.store, post("draft.md", categories=("Hidden",), visibility=Visibility.DRAFT))
    await publish(office.store, post("held.md", categories=("Hidden", "Sport")), hold=FLOOD)

    categories = await office.store.posts.categories()

    assert [(one.key, one.display, one.posts) for one in categories] == [
        ("world-news", "World News", 4),
        ("sport", "Sport", 1),
    ]


async def test_languages_come_by_the_number_of_their_public_posts(office: Office) -> None:
    for path, language in (("a.md", "km"), ("b.md", "en"), ("c.md", "km")):
        await publish(office.store, post(path, language=language))
    await publish(office.store, post("draft.md", language="fr", visibility=Visibility.DRAFT))

    assert await office.store.posts.languages() == ["km", "en"]


@pytest.mark.parametrize("query", [offering._CATEGORIES, offering._LANGUAGES], ids=["categories", "languages"])
async def test_a_press_in_a_menu_reads_no_post_itself(office: Office, query: str) -> None:
    with office.stranger() as connection:
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    walks = [step for step in plan if "posts" in step or "post_selectors" in step]
    assert walks
    assert [step for step in walks if "USING COVERING INDEX" not in step] == []


async def test_a_post_that_leaves_a_category_is_not_wanted_for_it_any_more(office: Office) -> None:
    await subscribe(office.store, chat(1), "category", "sport")

    await publish(office.store, post(categories=("Sport",), visibility=Visibility.DRAFT))
    published = await publish(office.store, post(categories=("National",)))

    assert published.deliveries == 0


async def test_counts_tell_how_many_posts_stand_where(office: Office) -> None:
    await publish(office.store, post("a.md"))
    await publish(office.store, post("b.md"), hold=FLOOD)

    assert await office.store.posts.counts() == {"published": 1, "held": 1}


async def test_a_folder_is_known_by_its_absolute_path(office: Office) -> None:
    assert not await office.store.posts.baseline_done()

    with office.stranger() as connection:
        assert [row["path"] for row in connection.execute("SELECT path FROM roots")] == [ROOT]


async def test_a_message_that_is_older_than_edits_reach_waits_for_a_word(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.send_all()

    late = await publish(office.store, post(title="Wind"), later(86400), changes=Changes(edits_since=later(3600)))
    assert (late.news, late.deliveries, late.old) == (News.EDITED, 0, 1)
    assert await office.due(later(86400)) == []
    [held] = await office.store.deliveries.listing([DeliveryState.HELD], limit=5)
    assert "NEWSBELL_EDIT_DAYS" in held.reason

    assert await office.store.deliveries.retry([DeliveryState.HELD], later(86400)) == 1
    assert len(await office.due(later(86400))) == 1
