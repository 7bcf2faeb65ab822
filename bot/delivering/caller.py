"""Carries deliveries out: claim, call, conclude. A claim is committed before its call, the result right after it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.composing.withdraw import withdrawn
from bot.delivering.claims import Claims
from bot.delivering.conclusions import (
    RETRY_HELD,
    conclude,
    keep_unknown,
    look_failed,
    mistaken,
    out_of_reach,
    send_again,
    send_anew,
    without_proof,
)
from bot.delivering.darkroom import Darkroom
from bot.delivering.decisions import TRIED_AGAIN, Case, Decision, GiveUp, Hold, decide, in_words, too_late
from bot.delivering.doubts import Doubts
from bot.delivering.guarding import after_the_record, before_the_call
from bot.delivering.ledger import Ledger
from bot.delivering.pacer import Pacer
from bot.delivering.patience import Patience
from bot.delivering.pinning import Pinner
from bot.delivering.refusals import Refusals
from bot.delivering.remembering import RememberedPace, reach
from bot.delivering.sayings import Sayings
from bot.delivering.turn import Turn, action_for
from bot.delivering.unproven import Unproven
from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    NeverArrived,
    OutcomeUnknown,
    PictureRefused,
    PutOff,
    Rejected,
    StoreError,
    TooLateToDelete,
    TryLater,
)
from bot.models import GONE, Action, Announcement, Attempt, Delivery, DeliveryState, OnUnknown, Outcome, Shown
from bot.ports import SILENCE_SECONDS, Adapter, Deliveries, Notices, Rate
from bot.records import Conclusion, Said
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

_WAY: Final = {Outcome.SENT: "to", Outcome.EDITED: "in", Outcome.UNCHANGED: "in", Outcome.DELETED: "from"}

Done = tuple[Outcome, Shown | None]


class Caller:
    """Carries deliveries out through one adapter, and writes down what came of each."""

    def __init__(
        self,
        adapter: Adapter,
        deliveries: Deliveries,
        pacer: Pacer,
        *,
        epoch: int,
        now: Callable[[], datetime],
        notices: Notices | None = None,
        on_unknown: OnUnknown = OnUnknown.RESEND,
        settling: Callable[[], None] = lambda: None,
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_unknown` is the site's, for destinations that have none of their own.

        `settling` is called when a call has ended well, before that is written down; `opened` when what somebody may
        have waited for is known, or ready.
        """
        self._adapter = adapter
        self._deliveries = deliveries
        self._pacer = pacer
        self._sayings = Sayings(adapter, deliveries)
        self.darkroom = Darkroom(adapter, deliveries, self._sayings, now, opened)
        self._claims = Claims(
            deliveries, self._sayings, pacer, adapter.rates, epoch=epoch, now=now, needs_no_call=self.needs_no_call
        )
        self._ledger = Ledger(deliveries, settling)
        self._pace = RememberedPace(pacer, deliveries, adapter.platform, now)
        self._pinner = Pinner(adapter, deliveries, self._sayings, self._pace, now, notices=notices)
        self._doubts = Doubts(now)
        self._patience = Patience(pacer, adapter.rates)
        self._refusals = Refusals(deliveries, adapter.platform, notices)
        self._unproven = Unproven(notices)
        self._epoch = epoch
        self._now = now
        self._on_unknown = on_unknown
        self._stopping = False

    @property
    def writing(self) -> int:
        """How many calls have ended whose outcome is not written down yet."""
        return self._ledger.writing

    @property
    def settling(self) -> int:
        """How many of them ended well."""
        return self._ledger.settling

    def stop(self) -> None:
        """Claim nothing more of what was looked into."""
        self._stopping = True
        self._pinner.stop()

    def note(self, said: Said) -> None:
        """Keep what was read in passing, for it is sent next."""
        self._sayings.note(said)
        self.darkroom.note(said)

    def needs_no_call(self, delivery: Delivery) -> bool:
        """Whether nothing in the chat is to change; False also where it was not read yet what is to be said."""
        return delivery.state is DeliveryState.DUE and not delivery.nonce and self._sayings.is_shown(delivery)

    async def claim(self, deliveries: Sequence[Delivery]) -> list[Turn]:
        """What of `deliveries` is to be carried out now: marked as being tried, all in one commit.

        A send with an unknown outcome is looked into first, and needs no claim for that.
        """
        doubtful = [one for one in deliveries if one.state is DeliveryState.UNKNOWN or self._patience.is_doubtful(one)]
        try:
            claimed = await self._claims.make([one for one in deliveries if one not in doubtful])
        except BaseException:
            self._claims.forgo(doubtful)
            raise
        return [Turn(one) for one in doubtful] + claimed

    async def carry_out(self, turn: Turn) -> Conclusion | None:
        """Do what the delivery asks. Returns what was written down; None: it may not be sent any more."""
        delivery = turn.delivery
        if delivery.state is DeliveryState.CLAIMED:
            return await self._try(turn)
        settled = await self._settle(delivery)
        if delivery.state is DeliveryState.UNKNOWN or settled.state is not DeliveryState.DUE or self._stopping:
            self._claims.forgo([delivery])
            return settled
        for again in await self._claims.make([replace(delivery, nonce=settled.nonce)]):
            return await self._try(again)  # its turn is now: another one may be long in coming
        return None

    async def carry_out_late(self, turn: Turn, *, resting: bool) -> Conclusion | None:
        """The same for one that had to wait for another call, if it may still be begun. `resting`: nothing may."""
        delivery = turn.delivery
        doubtful = turn.repeats and self._patience.is_doubtful(delivery)
        late = too_late(ends=self._stopping, rests=resting, doubtful=doubtful)
        if late is None:
            return await self.carry_out(turn)
        if not turn.unpaced:
            self._claims.forgo([delivery])
        return await self._put_off(turn, late) if delivery.state is DeliveryState.CLAIMED else None

    async def _try(self, turn: Turn) -> Conclusion:
        delivery = turn.delivery
        if delivery.wanted != delivery.tried:  # it is repeated
            delivery = replace(delivery, wanted=delivery.tried)
        action = action_for(delivery)
        try:
            rates = await self._start(turn, delivery, action)
        except PutOff as silence:
            return await self._put_off(turn, silence)
        began_at = self._now()
        done: Done | Decision
        try:
            done = await self._call(delivery, action)
        except PutOff as silence:  # of a second call: the first one asked for it, and counts; the silence is known
            flood = TryLater(str(silence), silence.retry_after, flood=True, scope=silence.scope)
            done = decide(flood, self._case(delivery, action, began_at))
        except DeliveryError as error:
            done = self._decide(error, delivery, self._case(delivery, action, began_at))
            await self._heed(delivery, action, error, done)
        except Exception as error:
            log.exception("%s to %s: the adapter failed", delivery.subject, delivery.destination)
            done = decide(OutcomeUnknown(mistaken(error)), self._case(delivery, action, began_at))
        self._pacer.end(rates)
        return await self._record(delivery, action, began_at, done, repeated=turn.repeats)

    async def _start(self, turn: Turn, delivery: Delivery, action: Action) -> tuple[Rate, ...]:
        """Wait until the call may leave; the rates under which it counts: none, where there is none to be made."""
        if turn.unpaced and self._sayings.is_shown(delivery):
            return ()
        rates = self._adapter.rates(delivery.destination, action)
        if turn.unpaced:  # the wish moved on since
            await self._pacer.turn(rates, patience=SILENCE_SECONDS)
        await self._pacer.start(rates, patience=SILENCE_SECONDS)
        return rates

    async def _put_off(self, turn: Turn, error: PutOff) -> Conclusion:
        """Write down that the call was not made. What may be there of an earlier one stays unknown."""
        delivery, action = turn.delivery, action_for(turn.delivery)
        decision = decide(error, self._case(delivery, action))
        return await self._record(delivery, action, self._now(), decision, repeated=turn.repeats)

    async def _call(self, delivery: Delivery, action: Action) -> Done:
        if action is Action.DELETE:
            return await self._delete(delivery)
        if delivery.wanted == GONE and delivery.shown:
            return await self._mark(delivery, delivery.shown)
        with before_the_call():
            announcement = await self._sayings.announcement(delivery.subject, delivery.wanted)
        if delivery.shown is None:
            return Outcome.SENT, await self._send(delivery, announcement)
        return await self._edit(delivery, delivery.shown, announcement)

    async def _send(self, delivery: Delivery, announcement: Announcement) -> Shown:
        reply_to = ""
        if announcement.follows:
            with before_the_call():
                reply_to = await self._deliveries.message_about(announcement.follows, delivery, announcement.language)
        send = partial(
            self._adapter.send,
            announcement,
            delivery.destination,
            delivery.look,
            nonce=delivery.nonce,
            rung=delivery.rung,
            reply_to=reply_to,
        )
        return self._sayings.shown(delivery, announcement, await self.darkroom.show(delivery, announcement, send))

    async def _edit(self, delivery: Delivery, shown: Shown, announcement: Announcement) -> Done:
        if self._sayings.fingerprint(delivery, announcement) == shown.fingerprint:
            return Outcome.UNCHANGED, replace(shown, revision=delivery.wanted)
        edit = partial(self._adapter.edit, announcement, delivery.destination, delivery.look, shown, rung=delivery.rung)
        receipt = await self.darkroom.show(delivery, announcement, edit)
        return Outcome.EDITED, self._sayings.shown(delivery, announcement, receipt)

    async def _delete(self, delivery: Delivery) -> Done:
        if delivery.shown is None:
            return Outcome.UNCHANGED, None
        try:
            await self._adapter.delete(delivery.destination, delivery.shown)
        except TooLateToDelete:
            rates = self._adapter.rates(delivery.destination, Action.EDIT)
            self._pacer.end(rates)
            await self._pace.turn(rates, patience=SILENCE_SECONDS)
            return await self._mark(delivery, delivery.shown)
        return Outcome.DELETED, None

    async def _mark(self, delivery: Delivery, shown: Shown) -> Done:
        """Say in the message that its post was withdrawn; it still stands for what it showed."""
        with before_the_call():
            said = withdrawn(await self._sayings.announcement(delivery.subject, shown.revision))
        receipt = await self._adapter.edit(said, delivery.destination, delivery.look, shown, rung=delivery.rung)
        fingerprint = self._adapter.fingerprint(said, delivery.look, rung=delivery.rung)
        return Outcome.EDITED, Shown(shown.revision, fingerprint, receipt)

    async def _settle(self, delivery: Delivery) -> Conclusion:
        """Find out what became of a send, and write it down; without proof the destination's policy decides.

        A send that nobody wants any more is not made again: it is looked for until it is there, or never will be.
        """
        if delivery.wanted != GONE:
            delivery = replace(delivery, wanted=delivery.tried)
        began_at = self._now()
        conclusion = await self._look_into(delivery, began_at)
        if delivery.state is DeliveryState.DUE and conclusion.state is DeliveryState.DUE:
            # It has waited long enough.
            conclusion = replace(conclusion, due_at=began_at, destination_waits_until=began_at)
        outcome = Outcome.SENT if conclusion.shown else conclusion.attempt.outcome
        finished = replace(conclusion.attempt, outcome=outcome, ended_at=self._now(), detail=conclusion.reason)
        await self._enter(replace(conclusion, attempt=finished))
        with after_the_record(delivery):
            await self._unproven.tell(conclusion, await self._sayings.title(delivery))
            if delivery.wanted != GONE and conclusion.shown is not None:
                await self._pinner.after_send(delivery, conclusion.shown)
        return conclusion

    async def _look_into(self, delivery: Delivery, began_at: datetime) -> Conclusion:
        attempt = Attempt(delivery.id, Action.PROBE, Outcome.RETRY, began_at, began_at, self._epoch)
        try:
            announcement = await self._sayings.announcement(delivery.subject, delivery.tried)
            receipt = await self._adapter.settle(
                announcement,
                delivery.destination,
                delivery.look,
                nonce=delivery.nonce,
                tried_at=delivery.tried_at or began_at,
                now=began_at,
                rung=delivery.rung,
                unwanted=delivery.wanted == GONE,
            )
            if receipt is None:
                return send_again(delivery, attempt, sentence("it may not be there; sending again"))
            found = replace(delivery, wanted=delivery.tried)
            shown = self._sayings.shown(found, announcement, receipt)
        except NeverArrived as error:
            return send_anew(delivery, attempt, str(error))
        except (OutcomeUnknown, Rejected, PictureRefused) as error:  # of the look, which says nothing of the message
            return without_proof(delivery, attempt, str(error), self._on_unknown)
        except (DeliveryError, StoreError) as error:
            trouble = error if isinstance(error, DeliveryError) else TryLater(str(error))
            decision = self._decide(trouble, delivery, self._case(delivery, Action.PROBE))
            await self._heed(delivery, Action.PROBE, trouble, decision)
            return look_failed(delivery, attempt, decision)
        except Exception as error:
            log.exception("%s to %s: the adapter failed", delivery.subject, delivery.destination)
            return out_of_reach(delivery, attempt, Reason(RETRY_HELD, reason=mistaken(error)))
        return Conclusion(found, attempt, DeliveryState.SETTLED, began_at, shown, destination_waits_until=began_at)

    async def _record(
        self, delivery: Delivery, action: Action, began_at: datetime, done: Done | Decision, *, repeated: bool
    ) -> Conclusion:
        outcome, shown = done if isinstance(done, tuple) else (Outcome.SENT, None)
        ended_at = self._now()
        attempt = Attempt(delivery.id, action, outcome, began_at, ended_at, self._epoch, delivery.spared)
        if not isinstance(done, tuple):
            decided = conclude(delivery, attempt, done)
            if repeated:
                decided = keep_unknown(decided, done)
            await self._enter(decided)
            if isinstance(done, Hold | GiveUp):
                tell = self._refusals.hold_rest if isinstance(done, Hold) else self._refusals.give_up
                with after_the_record(delivery):
                    await tell(delivery, done.reason, await self._sayings.title(delivery))
            return decided
        self._doubts.clear(delivery.destination.chat_id)
        waits_until = ended_at if delivery.tries else None
        settled = Conclusion(
            delivery,
            attempt,
            DeliveryState.SETTLED,
            ended_at,
            shown,
            rung=delivery.rung,
            destination_waits_until=waits_until,
        )
        await self._enter(settled)
        with after_the_record(delivery):
            await self._round_off(delivery, outcome, shown)
        return settled

    async def _enter(self, conclusion: Conclusion) -> None:
        await self._ledger.enter(self._patience.bounded(conclusion))

    async def _round_off(self, delivery: Delivery, outcome: Outcome, shown: Shown | None) -> None:
        """What follows a call that ended well, once that is written down."""
        await self.darkroom.keep()
        title = await self._sayings.title(delivery)
        log.info("%s %s %s %s", outcome, title, _WAY[outcome], delivery.destination)
        if outcome is Outcome.SENT and shown is not None:
            self._refusals.clear(delivery)
            await self._pinner.after_send(delivery, shown)
        else:
            await self._pinner.after_change(delivery, shown)

    async def _heed(self, delivery: Delivery, action: Action, error: DeliveryError, decision: Decision) -> None:
        """Say what a call came to, and let replies, too, keep the silence that the platform asked for."""
        level = logging.WARNING if isinstance(decision, TRIED_AGAIN) else logging.ERROR
        if isinstance(error, BotRefused):
            level = logging.ERROR
        said = self._sayings.known(delivery)
        what = f"“{said.title}” to" if said else "to"  # what is deleted need not be read
        log.log(level, "%s %s: %s; %s", what, delivery.destination, error, in_words(decision, self._now()))
        if isinstance(error, TryLater) and error.flood:
            await self._pace.heed(reach(self._adapter, delivery.destination, action, error.scope), error, decision)

    def _decide(self, error: DeliveryError, delivery: Delivery, case: Case) -> Decision:
        """What follows from `error`; what a single chat says is weighed against what the others say."""
        chat = delivery.destination.chat_id
        if not (isinstance(error, TryLater) and error.flood):
            self._sayings.forget_looks()
        if isinstance(error, DestinationLost) and error.doubtful:
            self._doubts.note(chat)
            case = replace(case, doubters=self._doubts.others(chat))
        if isinstance(error, PictureRefused) and (said := self._sayings.known(delivery)):
            case = replace(case, rungs=self.darkroom.refused(delivery, said, error) - delivery.rung)
        if isinstance(error, Rejected) and case.action is Action.SEND:
            row = self._refusals.note(delivery, str(error))
            case = replace(case, refusers=len(row.chats), taken=row.taken)
        return decide(error, case)

    def _case(self, delivery: Delivery, action: Action, began_at: datetime | None = None) -> Case:
        may_be_gone = delivery.shown is not None and delivery.shown.may_be_gone
        now = self._now()
        began_at = min(began_at or now, now)  # the clock may have been set back since
        return Case(action, delivery.tries, now, delivery.reason, began_at, may_be_gone=may_be_gone)
