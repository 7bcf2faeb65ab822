"""What waits for a word is counted as it stands, whatever was counted when it was noted."""

from __future__ import annotations

from bot.models import Withdrawn
from bot.publishing.asking import still_waiting
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import RIVER, page


async def counts(desk: Desk) -> dict[str, int]:
    """By cause, without those of which there is nothing."""
    store = desk.service.store
    found = {cause: await count() for cause, count in still_waiting(store.posts, store.deliveries).items()}
    return {cause: count for cause, count in found.items() if count}


async def test_what_is_held_counts_until_it_goes_on(desk: Desk) -> None:
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    assert await counts(desk) == {}
    await desk.take_in(*(desk.write(f"{name}.md", name) for name in ("Fire", "Flood", "Storm")))
    assert await counts(desk) == {"posts are held": 3}
    await desk.publisher.releases.release_held()
    assert await desk.due()
    assert await counts(desk) == {}

    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    await desk.take_in(*(desk.write(f"{name}.md", f"{name} again") for name in ("Fire", "Flood", "Storm")))
    assert await counts(desk) == {"edits are held": 3}
    await desk.service.store.deliveries.release_edits(desk.now)
    await desk.due()
    assert await counts(desk) == {}

    desk.remove("Fire.md", "Flood.md", "Storm.md")
    await desk.scan()
    assert await counts(desk) == {"removals are held": 3}
    desk.write("Fire.md", "Fire again")
    await desk.scan()
    assert await counts(desk) == {"removals are held": 2}


async def test_copies_count_apart(desk: Desk) -> None:
    desk.write("2026-11-01-river.md", content=page("River rises", RIVER, "date: 2026-11-01 08:00"))
    await desk.scan()
    desk.write("2026-11-01-river-2.md", content=page("River rises", RIVER, "date: 2026-11-01 08:00"))
    await desk.scan()

    assert await counts(desk) == {"copies are held": 1}
