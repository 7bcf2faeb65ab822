"""What is shown in the place of what a platform refused is written down as what it is."""

from __future__ import annotations

from typing import Any

from bot.errors import TryLater
from bot.models import Announcement, DeliveryState, Destination, Look, Receipt
from tests.adapters.fake import FakeAdapter
from tests.delivering.service import Service
from tests.state.making import chat


class Fashions(FakeAdapter):
    """Shows articles, until its second chat refuses one: then photos."""

    kind = "rich"

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        return self.kind

    async def send(self, announcement: Announcement, destination: Destination, look: Look, **how: Any) -> Receipt:
        if destination == chat(2) and self.kind == "rich":
            self.kind = "photo"
            raise TryLater("it takes no article here, so it goes out in another style", 0)
        return await super().send(announcement, destination, look, **how)


async def test_what_goes_out_instead_of_a_refused_article_is_no_article(service: Service) -> None:
    modern = Service(service.office, Fashions())
    await modern.subscribe(chat(1), chat(2))
    await modern.publish()
    await modern.start(in_flight=1)
    await modern.idle()
    await modern.stop()

    settled = await modern.store.deliveries.listing([DeliveryState.SETTLED], limit=9)
    shown = {one.destination: one.shown and one.shown.fingerprint for one in settled}
    assert shown == {chat(1): "rich", chat(2): "photo"}
