"""Finds out whether a message arrived whose answer was lost: by probes that can change nothing (telegram.md 5)."""

from __future__ import annotations

import asyncio
import html
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from telegram import Bot, ChatMember, ChatMemberAdministrator, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.askers import PLATFORM
from adapters.telegram.listening import Listening
from adapters.telegram.messages import card_of, receipt_of
from adapters.telegram.rates import rates_of
from adapters.telegram.render import PhotoMessage, TextMessage
from adapters.telegram.replies import Replies, chat_of, keyboard
from adapters.telegram.sweeping import (
    Answer,
    Case,
    Proof,
    is_whole,
    next_probe,
    proof_for,
    settled_answers,
)
from adapters.telegram.verdicts import has_no_caption, has_no_text, is_unchanged, verdict
from bot.errors import (
    DeliveryError,
    MessageGone,
    NeverArrived,
    OutcomeUnknown,
    PictureRefused,
    Rejected,
    TryLater,
)
from bot.models import Destination, Receipt
from bot.ports import Pace, Trail, Trails

log = logging.getLogger(__name__)

FIRST_LOOK: Final = timedelta(seconds=5)
BELIEVED: Final = timedelta(seconds=20)
"""After its call began, a message that is not there will not come any more."""

LONGEST: Final = timedelta(seconds=60)
"""So long after its call began a look that could not be finished is gone on with."""

LOOK_SECONDS: Final = 25.0
"""How long one look may hold up its chat."""

PROBES: Final = 40
"""In one look."""

CROWD_PROBES: Final = 15
"""Where a minute has only 20 calls: some are left for messages."""

BREATH_SECONDS: Final = 2.0
"""Between two looks, for what else is due in the chat."""

MOST_LOOKS: Final = 16
"""At the same time: what is known to be unsent goes on meanwhile."""

REMEMBERED: Final = 1024

_TAG: Final = re.compile(r"<[^>]*>")

T = TypeVar("T")


@dataclass(slots=True)
class Look:
    """One look into one unknown send."""

    message: PhotoMessage | TextMessage
    destination: Destination
    nonce: str
    tried_at: datetime
    trail: Trail
    until: float  # by the loop's clock
    certain: bool  # what people wrote is known
    asked: dict[int, Answer] = field(default_factory=dict)
    calls: int = 0
    unsure: bool = False  # for want of certainty, a proof was left out

    @property
    def candidates(self) -> list[int]:
        """Messages that the bot may edit, and of which nobody knows what they are."""
        return [number for number, answer in self.asked.items() if answer is Answer.EDITABLE]


class Settler:
    """Looks for lost announcements. The caller has waited for the turn of the first call of each look."""

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        *,
        trails: Trails,
        replies: Replies,
        listening: Listening,
        operators: Sequence[str],
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._trails = trails
        self._replies = replies
        self._listening = listening
        self._operators = [Destination(PLATFORM, person, bot=str(bot.id)) for person in operators]
        self._edits_others: OrderedDict[str, bool] = OrderedDict()
        self._asked: OrderedDict[str, dict[int, Answer]] = OrderedDict()  # by nonce, what will stay true
        self._looks = 0

    def note_rights(self, chat_id: str, member: ChatMember) -> None:
        """What the bot may do in a chat has changed."""
        _keep(self._edits_others, chat_id, _may_edit_others(member))

    async def settle(
        self,
        message: PhotoMessage | TextMessage,
        destination: Destination,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
    ) -> Receipt:
        """The receipt of `message`, whose call began at `tried_at`.

        Raises NeverArrived, TryLater when it has to be looked for again, OutcomeUnknown without a proof, and any other
        error that the chat has for the bot.
        """
        if (early := tried_at + FIRST_LOOK - now) > timedelta():
            raise TryLater("it may still be on its way", early.total_seconds())
        if self._looks >= MOST_LOOKS:
            raise TryLater("other messages are looked for first", FIRST_LOOK.total_seconds())
        self._looks += 1
        try:
            return await self._settle(message, destination, nonce, tried_at, now)
        except (Rejected, PictureRefused, MessageGone) as error:  # about a probe, not about the message
            raise OutcomeUnknown(f"Telegram does not let the bot look for the message: {error}") from error
        finally:
            self._looks -= 1

    async def _settle(
        self,
        message: PhotoMessage | TextMessage,
        destination: Destination,
        nonce: str,
        tried_at: datetime,
        now: datetime,
    ) -> Receipt:
        loop = asyncio.get_running_loop()
        began = loop.time()
        certain = await self._listening.caught_up()
        trail = await self._trails.trail(destination, nonce, tried_at)
        look = Look(message, destination, nonce, tried_at, trail, began + LOOK_SECONDS, certain)
        look.asked = {key: answer for key, answer in self._asked.get(nonce, {}).items() if key not in trail.known}
        try:
            found = await self._sweep(look) or await self._examine(look)
        finally:
            await self._remember(look)
        if found is not None:
            self._asked.pop(nonce, None)
            return found
        raise _without_a_find(look, now, now + timedelta(seconds=loop.time() - began))

    # --- looking ------------------------------------------------------------------------------------------------------

    async def _sweep(self, look: Look) -> Receipt | None:
        """Probe until nothing is left to probe, or the time is over. What is proven at once is returned."""
        most = CROWD_PROBES if look.destination.chat_id.startswith(("-", "@")) else PROBES
        while (number := next_probe(look.trail, look.asked)) is not None:
            if look.calls >= most or not await self._turn(look, look.destination):
                return None
            look.asked[number] = await self._probe(look.destination, number)
            if look.asked[number] is Answer.EDITABLE and isinstance(look.message, PhotoMessage):
                edits_others = await self._may_edit_others(look.destination)
                if proof_for(_case(look, edits_others=edits_others)) is Proof.EDIT and (
                    found := await self._by_edit(look, number)
                ):
                    return found
            await self._take_in(look)
        return None

    async def _take_in(self, look: Look) -> None:
        """What has become known meanwhile need not be asked about. Where nothing was, the end of the chat was."""
        newer = await self._trails.trail(look.destination, look.nonce, look.tried_at)
        known = {key for key in newer.known - look.trail.known if look.asked.get(key) is not Answer.NOTHING}
        look.asked |= dict.fromkeys(known, Answer.THEIRS)

    async def _probe(self, destination: Destination, number: int) -> Answer:
        """Ask to end the live location of a message that has none: this is refused before anything is changed."""
        try:
            await self._bot.stop_message_live_location(chat_of(destination), number)
        except BadRequest as error:
            text = str(error).lower()
            if "message to edit not found" in text or "message_id_invalid" in text:
                return Answer.NOTHING
            if "message can't be edited" in text:
                return Answer.THEIRS
            if "no live location" in text:
                return Answer.EDITABLE
            raise verdict(error) from error
        except TelegramError as error:
            raise _of_look(error) from error
        return Answer.THEIRS  # it was a live location, which newsbell never sends

    async def _examine(self, look: Look) -> Receipt | None:
        """Prove one of the candidates that are left to be the message, as far as that harms nobody."""
        if not look.candidates:
            return None
        edits_others = await self._may_edit_others(look.destination)
        if edits_others:
            look.certain = await self._listening.caught_up()
            await self._take_in(look)
            look.unsure = not look.certain
        for operator in (*self._operators, None):
            case = replace(
                _case(look, edits_others=edits_others),
                silent=self._replies.lost_one(look.destination),
                operator=operator is not None,
                certain=look.certain and not look.destination.chat_id.startswith("@"),
            )
            proof = proof_for(case)
            if proof is Proof.NONE:
                break
            if found := await self._prove(look, operator if proof is Proof.FORWARD else None):
                return found
            if not look.candidates:
                break
        return None

    async def _prove(self, look: Look, operator: Destination | None) -> Receipt | None:
        for number in look.candidates:
            found = await (self._by_forward(look, number, operator) if operator else self._by_edit(look, number))
            if found:
                return found
        return None

    # --- proofs -------------------------------------------------------------------------------------------------------

    async def _by_edit(self, look: Look, number: int) -> Receipt | None:
        """Say what the lost message says: "not modified" proves that this is said already."""
        if not await self._turn(look, look.destination):
            return None
        try:
            await self._same(look.message, look.destination, number)
        except TelegramError as error:
            if is_unchanged(error):
                return Receipt((str(number),))
            if has_no_caption(error) or has_no_text(error):
                look.asked[number] = Answer.THEIRS
                return None
            raise _of_look(error) from error
        log.warning("%s: message %d said something else than was sent; now it says that", look.destination, number)
        return Receipt((str(number),))

    async def _same(self, message: PhotoMessage | TextMessage, destination: Destination, number: int) -> None:
        chat, buttons = chat_of(destination), keyboard(message.buttons)
        if isinstance(message, PhotoMessage):
            await self._bot.edit_message_caption(
                chat, number, caption=message.caption, reply_markup=buttons, parse_mode=ParseMode.HTML
            )
        else:
            await self._bot.edit_message_text(
                message.text,
                chat,
                number,
                reply_markup=buttons,
                parse_mode=ParseMode.HTML,
                link_preview_options=card_of(message),
            )

    async def _by_forward(self, look: Look, number: int, operator: Destination) -> Receipt | None:
        """Read a copy of the message in the operator's chat, where it is removed at once."""
        if not await self._turn(look, operator):
            return None
        try:
            copy = await self._bot.forward_message(
                chat_of(operator), chat_of(look.destination), number, disable_notification=True
            )
        except (BadRequest, Forbidden) as error:
            log.info("message %d of %s can't be shown to %s: %s", number, look.destination, operator, error)
            return None
        except TelegramError as error:
            raise _of_look(error) from error
        await self._trails.note(str(self._bot.id), [(operator.chat_id, str(copy.message_id))])
        await self._pace.turn(rates_of(operator))
        try:
            await self._bot.delete_message(chat_of(operator), copy.message_id)
        except TelegramError as error:
            log.warning("the copy of a message stays in %s: %s", operator, verdict(error))
        if not says_the_same(look.message, copy):
            look.asked[number] = Answer.THEIRS
            return None
        return replace(receipt_of(copy), message_ids=(str(number),))

    # --- what it stands on --------------------------------------------------------------------------------------------

    async def _turn(self, look: Look, destination: Destination) -> bool:
        """Wait for the turn of a call to `destination`; False: the time of this look is over before."""
        look.calls += 1
        if look.calls == 1:
            return True
        try:
            async with asyncio.timeout_at(look.until):
                await self._pace.turn(rates_of(destination))
        except TimeoutError:
            return False
        return True

    async def _may_edit_others(self, destination: Destination) -> bool:
        """Whether the bot may edit other people's messages; only in channels it can."""
        chat = destination.chat_id
        if not chat.startswith(("-100", "@")):
            return False
        if chat not in self._edits_others:
            try:
                member = await self._bot.get_chat_member(chat_of(destination), self._bot.id)
            except TelegramError as error:
                raise _of_look(error) from error
            self.note_rights(chat, member)
        return self._edits_others[chat]

    async def _remember(self, look: Look) -> None:
        """Other people's messages are known from now on, and nothing is asked twice."""
        stays = settled_answers(look.trail, look.asked)
        _keep(self._asked, look.nonce, stays)
        chat = look.destination.chat_id
        if theirs := [(chat, str(number)) for number, answer in stays.items() if answer is Answer.THEIRS]:
            await self._trails.note(str(self._bot.id), theirs)


def _without_a_find(look: Look, began: datetime, ended: datetime) -> DeliveryError:
    """What follows from a look, from `began` to `ended`, that found nothing, or nothing that is proven."""
    wait = max((look.tried_at + BELIEVED - ended).total_seconds(), 0.0)
    over = ended - look.tried_at > (BELIEVED if look.trail.shared else LONGEST)
    whole = is_whole(look.trail, look.asked)
    if not over and (not whole or (look.unsure and look.candidates)):
        return TryLater("not all that is new in the chat is known yet; looking on", max(wait, BREATH_SECONDS))
    if look.candidates:
        return OutcomeUnknown("Telegram shows messages of which each may be the lost one")
    if not whole:
        return OutcomeUnknown("the chat has more new messages than can be looked through")
    if began < look.tried_at + BELIEVED:
        return TryLater("it is not there yet; looking again", wait)
    if look.trail.floor is None:
        return OutcomeUnknown("Telegram does not tell where the new messages of this chat begin")
    return NeverArrived("the message never arrived; sending it anew")


def says_the_same(message: PhotoMessage | TextMessage, copy: Message) -> bool:
    """Whether the forwarded `copy` shows the words of `message`, below a picture or without one."""
    if isinstance(message, PhotoMessage):
        return bool(copy.photo) and (copy.caption or "").strip() == plain(message.caption)
    return (copy.text or "").strip() == plain(message.text)


def plain(markup: str) -> str:
    """The text that Telegram shows for our HTML."""
    return html.unescape(_TAG.sub("", markup)).strip()


def _case(look: Look, *, edits_others: bool) -> Case:
    return Case(
        captioned=isinstance(look.message, PhotoMessage),
        edits_others=edits_others,
        crowded=look.trail.crowded,
        silent=False,
        operator=False,
        certain=False,
        candidates=len(look.candidates),
        whole=is_whole(look.trail, look.asked),
    )


def _may_edit_others(member: ChatMember) -> bool:
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_edit_messages)


def _of_look(error: TelegramError) -> Exception:
    """A look without an answer is made again: that something may have been edited does no harm."""
    trouble = verdict(error)
    return TryLater(str(trouble), BREATH_SECONDS) if isinstance(trouble, OutcomeUnknown) else trouble


def _keep(kept: OrderedDict[str, T], key: str, noun: T) -> None:
    kept[key] = noun
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
