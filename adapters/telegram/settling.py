"""Finds out whether a message arrived whose answer was lost: by probes that can change nothing (telegram.md 5)."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from telegram import Bot, ChatMemberAdministrator
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.askers import PLATFORM
from adapters.telegram.listening import Ears
from adapters.telegram.markup import words_in
from adapters.telegram.messages import card_of, receipt_of
from adapters.telegram.rates import in_turn, once_more, probe_rates_of
from adapters.telegram.render import Message, PhotoMessage, RichMessage
from adapters.telegram.replies import Replies, chat_of, keyboard, may_be_channel
from adapters.telegram.rich_messages import RichMessages, words_of
from adapters.telegram.searches import BREATH_SECONDS, FIRST_SEARCH, PROBES, SEARCH_SECONDS, Findings, Search
from adapters.telegram.sweeping import Answer, Proof, proof_for
from adapters.telegram.verdicts import has_no_caption, has_no_text, is_unchanged, verdict
from bot.errors import MessageGone, OutcomeUnknown, PictureRefused, Rejected, TryLater
from bot.models import Destination, Receipt
from bot.ports import MOST_LOOKS, Pace, Trails
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

CLAIM: Final = timedelta(seconds=1)
"""May lie between the time that is written down for a call and the call itself."""

REMEMBERED: Final = 1024
"""Sends of which it is kept what the searches for them found so far."""

_NO_LOOKING: Final = sentence("Telegram does not let the bot look for the message: {reason}")


class Settler:
    """Looks for lost announcements. The caller has waited for the turn of the first call of each search."""

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        *,
        trails: Trails,
        replies: Replies,
        rich: RichMessages,
        listening: Ears,
        operators: Collection[Destination],
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._trails = trails
        self._replies = replies
        self._rich = rich
        self._listening = listening
        self._operators = operators
        self._found: OrderedDict[tuple[str, str], Findings] = OrderedDict()  # by chat, which may move, and nonce
        self._searches = 0
        self._begun = asyncio.get_running_loop().time()  # by then an earlier process's calls had left

    def note_lost(self, destination: Destination, nonce: str, left_at: float) -> None:
        """A send had no answer; its call had left at `left_at` by the loop's clock, which nobody sets."""
        self._keep(destination, nonce, Findings(left_at=left_at))

    async def settle(
        self,
        message: Message,
        destination: Destination,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
    ) -> Receipt:
        """The receipt of `message`, whose call began at `tried_at`; by then it is `now`.

        What the call took to leave is no time in which it may arrive, but in the chat it went by.

        Raises NeverArrived, TryLater when it has to be looked for again, OutcomeUnknown without a proof, and any other
        error that the chat has for the bot.
        """
        in_the_chat = now
        if (left_at := self._findings(destination, nonce).left_at) is not None:
            sure = tried_at + timedelta(seconds=asyncio.get_running_loop().time() - left_at)
            now = min(max(now, sure), sure + CLAIM)
        else:
            now = min(now, tried_at + timedelta(seconds=asyncio.get_running_loop().time() - self._begun))
        if (early := tried_at + FIRST_SEARCH - now) > timedelta():
            raise TryLater("it may still be on its way", early.total_seconds())
        if self._searches >= MOST_LOOKS:
            raise TryLater("other messages are looked for first")
        self._searches += 1
        try:
            aside = max(in_the_chat - now, timedelta())
            return await self._settle(message, destination, nonce, tried_at, now, aside=aside)
        except (Rejected, PictureRefused, MessageGone) as error:  # about a probe, not about the message
            raise OutcomeUnknown(Reason(_NO_LOOKING, reason=str(error))) from error
        finally:
            self._searches -= 1

    async def _settle(
        self,
        message: Message,
        destination: Destination,
        nonce: str,
        tried_at: datetime,
        now: datetime,
        *,
        aside: timedelta,
    ) -> Receipt:
        until = asyncio.get_running_loop().time() + SEARCH_SECONDS
        certain = await self._listening.caught_up()
        trail = await self._trails.trail(destination, nonce, tried_at)
        found = self._findings(destination, nonce)
        found.asked = {key: answer for key, answer in found.asked.items() if key not in trail.known}
        found.crowded |= trail.crowded
        found.twinned |= trail.twinned
        search = Search(message, destination, nonce, tried_at, now, aside, until, trail, found, certain, found.end)
        try:
            receipt = await self._sweep(search) or await self._examine(search)
        except TryLater as error:
            search.rest(error.retry_after if error.flood else None)
            raise
        finally:
            await self._remember(search)
        if receipt is not None:
            self._found.pop((destination.chat_id, nonce), None)
            return receipt
        raise search.without_a_find()

    # --- looking ------------------------------------------------------------------------------------------------------

    async def _sweep(self, search: Search) -> Receipt | None:
        """Probe until nothing is left to probe, or the time is over. What is proven at once is returned."""
        while numbers := search.next_probes():
            asked = await asyncio.gather(*(self._ask(search, number) for number in numbers), return_exceptions=True)
            if errors := [each for each in asked if isinstance(each, BaseException)]:
                raise errors[0]
            if not all(asked):
                return None
            editable = [number for number in numbers if search.found.asked[number] is Answer.EDITABLE]
            if editable and isinstance(search.message, PhotoMessage) and not self._replies.in_air(search.destination):
                await self._ask_for_rights(search)
                await self._take_in(search)
                if proof_for(search.case()) is Proof.EDIT and (found := await self._by_edits(search, editable)):
                    return found
            await self._take_in(search)
        return None

    async def _ask(self, search: Search, number: int) -> bool:
        """Probe an id in its turn; False: the time of this search is over, or its calls are."""
        if search.calls >= PROBES or not await self._turn(search):
            return False
        asked_at = search.now
        search.note(number, await self._probe(search.destination, number), asked_at)
        return True

    async def _take_in(self, search: Search) -> None:
        search.take_in(await self._trails.trail(search.destination, search.nonce, search.tried_at))

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
            raise _of_search(error) from error
        return Answer.THEIRS  # it was a live location, which newsbell never sends

    async def _examine(self, search: Search) -> Receipt | None:
        """Prove one of the candidates that are left to be the message, as far as that harms nobody."""
        if not search.candidates:
            return None
        await self._ask_for_rights(search)
        if search.edits_others:
            search.certain = await self._listening.caught_up()
            search.unsure = not search.certain
        if self._replies.in_air(search.destination):
            raise TryLater("a reply of newsbell is on its way there; looking again", BREATH_SECONDS)
        await self._take_in(search)
        for operator in (*self._private_chats(), None):
            proof = proof_for(search.case(operator=operator is not None, certain=search.certain))
            if operator and proof is Proof.FORWARD:
                found = await self._by_forwards(search, operator)
            elif proof is Proof.EDIT:
                found = await self._by_edits(search, search.candidates)
            else:
                break
            if found or not search.candidates:
                return found
        return None

    def _private_chats(self) -> Iterator[Destination]:
        """Those of the operators on Telegram, who may come and go."""
        for operator in self._operators:
            if operator.platform == PLATFORM:
                yield replace(operator, bot=str(self._bot.id))

    # --- proofs -------------------------------------------------------------------------------------------------------

    async def _by_edits(self, search: Search, candidates: Sequence[int]) -> Receipt | None:
        """Say in each what the lost message says: "not modified" proves that this is said already.

        All are the bot's own, and all but one are lost replies, while no other announcement to the chat is unknown:
        each time that is asked anew. A reply that has become the announcement by this stays it, if that never arrived;
        otherwise it goes.
        """
        changed: list[int] = []
        for number in candidates:
            async with in_turn(self._pace, search.destination):
                await self._take_in(search)
                if search.found.crowded:
                    break
                if number not in search.candidates:
                    continue
                says_it = await self._says_it(search, number)
            match says_it:
                case True:
                    await self._remove(search.destination, changed)
                    return Receipt((str(number),))
                case False:
                    changed.append(number)
                    log.warning("%s: message %d was a reply; now it is an announcement", search.destination, number)
        await self._remove(search.destination, changed[1:])
        return Receipt((str(changed[0]),)) if changed else None

    async def _says_it(self, search: Search, number: int) -> bool | None:
        """Whether a message said what the lost one says; False: now it does. None: it is another kind of message."""
        for again, message in enumerate(_as_it_may_stand(search.message)):
            if again:
                await once_more(self._pace, search.destination)
            try:
                await self._same(message, search.destination, number)
            except TelegramError as error:
                if is_unchanged(error):
                    return True
                if has_no_caption(error) or has_no_text(error) or self._is_no_article(message, error):
                    continue
                raise _of_search(error) from error
            return False
        search.found.asked[number] = Answer.THEIRS
        return None

    def _is_no_article(self, message: Message, error: TelegramError) -> bool:
        return isinstance(message, RichMessage) and self._rich.is_refusal(message, error)

    async def _remove(self, destination: Destination, messages: Sequence[int]) -> None:
        for number in messages:
            try:
                async with in_turn(self._pace, destination):
                    await self._bot.delete_message(chat_of(destination), number)
            except TelegramError as error:
                log.warning("message %d stays in %s: %s", number, destination, verdict(error))

    async def _same(self, message: Message, destination: Destination, number: int) -> None:
        chat, buttons = chat_of(destination), keyboard(message.buttons)
        match message:
            case PhotoMessage():
                await self._bot.edit_message_caption(
                    chat, number, caption=message.caption, reply_markup=buttons, parse_mode=ParseMode.HTML
                )
            case RichMessage():
                await self._rich.edit(message, {"chat_id": chat, "message_id": number, "reply_markup": buttons})
            case _:
                await self._bot.edit_message_text(
                    message.text,
                    chat,
                    number,
                    reply_markup=buttons,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=card_of(message),
                )

    async def _by_forwards(self, search: Search, operator: Destination) -> Receipt | None:
        """Read a copy of each candidate in the operator's chat."""
        for number in search.candidates:
            if found := await self._by_forward(search, number, operator):
                return found
        return None

    async def _by_forward(self, search: Search, number: int, operator: Destination) -> Receipt | None:
        """Read a copy of the message in the operator's chat, where it is removed at once."""
        try:
            async with in_turn(self._pace, operator):
                copy = await self._bot.forward_message(
                    chat_of(operator), chat_of(search.destination), number, disable_notification=True
                )
        except (BadRequest, Forbidden) as error:
            log.info("message %d of %s can't be shown to %s: %s", number, search.destination, operator, error)
            return None
        except TelegramError as error:
            raise _of_search(error) from error
        await self._trails.note(str(self._bot.id), [(operator.chat_id, str(copy.message_id))])
        await self._remove(operator, [copy.message_id])
        if not says_the_same(search.message, copy):
            search.found.asked[number] = Answer.THEIRS
            return None
        return replace(receipt_of(copy), message_ids=(str(number),))

    # --- what it stands on --------------------------------------------------------------------------------------------

    async def _turn(self, search: Search) -> bool:
        """Wait for the turn of a probe; False: the time of this search is over before. Proofs, few, wait longer."""
        search.calls += 1
        if search.calls == 1:
            return True
        try:
            async with asyncio.timeout_at(search.until):
                await self._pace.turn(probe_rates_of(search.destination))
        except TimeoutError:
            return False
        return True

    async def _ask_for_rights(self, search: Search) -> None:
        """Find out whether the bot may edit other people's messages: only in channels it can, and not for ever."""
        if search.edits_others is not None:
            return
        if not may_be_channel(search.destination):
            search.edits_others = False
            return
        try:
            member = await self._bot.get_chat_member(chat_of(search.destination), self._bot.id)
        except TelegramError as error:
            raise _of_search(error) from error
        search.edits_others = isinstance(member, ChatMemberAdministrator) and bool(member.can_edit_messages)

    async def _remember(self, search: Search) -> None:
        """Other people's messages are known from now on, and nothing is asked twice.

        Not for good without a floor: one would become the floor, and what an older database sent may stand behind it.
        """
        stays = search.what_stays()
        self._keep(search.destination, search.nonce, stays)
        if search.trail.floor is None:
            return
        chat = search.destination.chat_id
        if theirs := [(chat, str(number)) for number, answer in stays.asked.items() if answer is Answer.THEIRS]:
            await self._trails.note(str(self._bot.id), theirs)

    def _findings(self, destination: Destination, nonce: str) -> Findings:
        return self._found.get((destination.chat_id, nonce)) or Findings()

    def _keep(self, destination: Destination, nonce: str, found: Findings) -> None:
        key = destination.chat_id, nonce
        self._found[key] = found
        self._found.move_to_end(key)
        if len(self._found) > REMEMBERED:
            self._found.popitem(last=False)


def _as_it_may_stand(message: Message) -> tuple[Message, ...]:
    """In which ways a lost message may have been sent: an article that was refused went out in another style."""
    return (message, message.instead) if isinstance(message, RichMessage) else (message,)


def says_the_same(message: Message, copy: TelegramMessage) -> bool:
    """Whether the forwarded `copy` shows the words of `message`, in its kind."""
    match message:
        case PhotoMessage():
            return bool(copy.photo) and (copy.caption or "").strip() == words_in(message.caption).strip()
        case RichMessage():
            said = "".join(words_in(message.article).split())
            return words_of(copy) == said or says_the_same(message.instead, copy)
    return (copy.text or "").strip() == words_in(message.text).strip()


def _of_search(error: TelegramError) -> Exception:
    """A search without an answer is made again: that something may have been edited does no harm."""
    trouble = verdict(error)
    return TryLater(str(trouble)) if isinstance(trouble, OutcomeUnknown) else trouble
