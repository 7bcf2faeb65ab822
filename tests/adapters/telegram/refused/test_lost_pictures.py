"""An edit to another picture that had no answer was made all the same; what its repeat teaches, serves all chats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.telegram.refused.newsdesk import BOT, Newsdesk, play
from tests.state.making import eventually

UNCHANGED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


@pytest.mark.parametrize("kind", ["channel", "private"])
def test_an_edit_that_was_there_already_teaches_no_id_of_the_picture_before(kind: str, tmp_path: Path) -> None:
    """Else every later post with the new picture would show the old one, in all chats and for good."""

    async def journey(desk: Newsdesk) -> None:
        await desk.gather_one(kind)
        await desk.open()
        await desk.publish("Rain", picture="old")
        await desk.come_to_rest()
        [rain] = desk.chat.from_bot
        assert rain.photo
        old_id = rain.photo.file_id
        lost = desk.telegram.fault("accept_then_close", method="editMessageMedia")
        again = desk.telegram.fault("answer", method="editMessageMedia", status=400, description=UNCHANGED)
        await desk.publish("Rain", picture="new")
        await desk.come_to_rest()
        assert lost.hits
        assert again.hits
        new = "https://pictures.example.org/new.jpg"
        assert rain.photo.url == new
        delivery, _ = await desk.delivery()
        assert delivery.shown
        assert delivery.shown.receipt.media_id == "", "that of the new picture is not known"
        assert await desk.store.deliveries.media_id("telegram", BOT, new) != old_id

        await desk.publish("Snow", name="snow.md", picture="new")
        await desk.come_to_rest()
        snow = desk.chat.from_bot[-1]
        assert snow.photo
        assert snow.photo.url == new
        new_id = snow.photo.file_id

        async def is_known() -> bool:
            return await desk.store.deliveries.media_id("telegram", BOT, new) == new_id

        await eventually(is_known)

    play(tmp_path, journey)
