"""A decision becomes a conclusion: what the store has to write down. Pure, one rule for each decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot.delivering.decisions import (
    Decision,
    Erased,
    GiveUp,
    Hold,
    LetBe,
    MoveTo,
    NextPicture,
    Rest,
    RetryAt,
    SendAnew,
    Suspend,
    Unknown,
    back_off,
)
from bot.models import GONE, Action, Attempt, Delivery, DeliveryState, OnUnknown, Outcome, Shown, Withdrawn
from bot.records import Conclusion
from bot.texts import Reason, sentence

HOLDS_UP: Final = timedelta(minutes=1)
"""How long a retry or an unknown holds up the others of its destination at most (DESIGN 4.2)."""

GOES_ON: Final = timedelta(seconds=5)
"""How late a look may go on without losing its place to the others of its destination."""

HOLDING_TRIES: Final = 4
"""The first so many waits of the back-off (2, 5, 15, 30 s) add up to less than HOLDS_UP; later ones hold up nobody."""

ANEW_AT_ONCE: Final = 3
"""After so many tries what never arrived is still sent at once."""

RETRY_HELD: Final = sentence("{reason}; newsbell deliveries retry --held")
_UNWRITTEN: Final = sentence("newsbell failed to write down what came of a call: “{error}”")
_BY_HAND: Final = sentence(
    "{reason}; it is not wanted any more: where it stands, remove it by hand, and then: newsbell deliveries done ID"
)
_AS_ITS_CHAT_SAYS: Final = {
    OnUnknown.RESEND: sentence("{reason}; sending again rather than not at all, as on-unknown of this chat says"),
    OnUnknown.HOLD: sentence("{reason}; it waits rather than being sent twice, as on-unknown of this chat says"),
}
_AS_THE_SITE_SAYS: Final = {
    OnUnknown.RESEND: sentence("{reason}; sending again rather than not at all, as NEWSBELL_ON_UNKNOWN says"),
    OnUnknown.HOLD: sentence("{reason}; it waits rather than being sent twice, as NEWSBELL_ON_UNKNOWN says"),
}


def conclude(delivery: Delivery, attempt: Attempt, decision: Decision) -> Conclusion:
    """What `attempt` at `delivery` changes, given the decision about how it ended."""
    detail = f"{attempt.detail}; {decision.reason}" if attempt.detail else decision.reason
    unchanged = Conclusion(
        delivery,
        replace(attempt, detail=detail),
        DeliveryState.DUE,
        attempt.ended_at,
        delivery.shown,
        tries=delivery.tries,
        rung=delivery.rung,
        reason=decision.reason,
    )
    return _RULES[type(decision)](unchanged, decision)


def keep_unknown(conclusion: Conclusion, decision: Decision) -> Conclusion:
    """`conclusion` for a call that repeated an unknown send: where it says nothing of the first, that stays unknown.

    Then its destination waits for it as before, not only until it is looked into: many may be, one after the other.
    What is refused for what it says (GiveUp, Hold) says something: the first call said the same.
    """
    nonce = conclusion.delivery.nonce
    if isinstance(decision, NextPicture):
        return replace(conclusion, nonce=nonce)
    if not isinstance(decision, RetryAt | Rest | Suspend | MoveTo):
        return conclusion
    unknown = replace(conclusion, state=DeliveryState.UNKNOWN, nonce=nonce)
    if isinstance(decision, RetryAt) and not decision.flood:
        return replace(unknown, destination_waits_until=conclusion.attempt.ended_at + HOLDS_UP)
    return unknown


def look_failed(delivery: Delivery, attempt: Attempt, decision: Decision) -> Conclusion:
    """The look into an unknown send ended in an error: the others wait on for what is left of its minute.

    Said anew, for a flood wait may have taken the minute's place, and is over. But where it goes on at a named time,
    they wait until it does, in their minute: the adapter sees that it ends. And where the send was to be repeated, and
    is unknown again by this, they wait as for one that was just lost.
    """
    conclusion = keep_unknown(conclude(delivery, attempt, decision), decision)
    if delivery.state is DeliveryState.DUE or not isinstance(decision, RetryAt) or decision.flood or not decision.named:
        return conclusion
    return replace(conclusion, destination_waits_until=decision.at + GOES_ON)


def send_again(delivery: Delivery, attempt: Attempt, reason: str) -> Conclusion:
    """An unknown send is repeated under its nonce: at once, and the more often it was tried, the later."""
    if delivery.wanted == GONE:
        return _not_there(delivery, attempt)
    now = attempt.began_at
    at = now if delivery.tries <= 1 else back_off(delivery.tries - 2, now)
    return Conclusion(
        delivery,
        attempt,
        DeliveryState.DUE,
        at,
        None,
        tries=delivery.tries,
        rung=delivery.rung,
        reason=reason,
        nonce=delivery.nonce,
        destination_waits_until=min(at, now + HOLDS_UP),
    )


def _not_there(delivery: Delivery, attempt: Attempt) -> Conclusion:
    """A lost message that nobody wants any more never arrived: nothing is left to do."""
    reason = sentence("it is not wanted any more, and it never arrived")
    now = attempt.began_at
    return Conclusion(delivery, attempt, DeliveryState.SETTLED, now, None, reason=reason, destination_waits_until=now)


def send_anew(delivery: Delivery, attempt: Attempt, reason: str) -> Conclusion:
    """What became of an unknown send is known, it never arrived: the next one is a send like any other.

    It is made at once; but what is lost every time has a cause that lasts, such as a proxy that drops it, and then it
    is made later and later.
    """
    if delivery.wanted == GONE:
        return _not_there(delivery, attempt)
    now, more = attempt.began_at, delivery.tries - ANEW_AT_ONCE
    at = back_off(more - 1, now) if more > 0 else now
    return replace(
        send_again(delivery, attempt, reason), due_at=at, nonce="", destination_waits_until=min(at, now + HOLDS_UP)
    )


def out_of_reach(delivery: Delivery, attempt: Attempt, reason: str) -> Conclusion:
    """newsbell itself can't look into an unknown send: it waits for a person's word, and holds up nobody."""
    held = replace(send_again(delivery, attempt, reason), reason=reason, nonce=delivery.nonce)
    return replace(held, state=DeliveryState.HELD, destination_waits_until=attempt.began_at)


def unwritten(conclusion: Conclusion, error: Exception) -> Conclusion:
    """By a mistake of newsbell's it can't be written down what came of a call: it is held, as unknown as by a kill."""
    delivery, attempt = conclusion.delivery, conclusion.attempt
    reason = Reason(RETRY_HELD, reason=Reason(_UNWRITTEN, error=repr(error)))
    return Conclusion(
        delivery,
        replace(attempt, outcome=Outcome.UNKNOWN, detail=reason),
        DeliveryState.HELD,
        attempt.ended_at,
        _doubted(delivery.shown, attempt.action),
        tries=delivery.tries,
        rung=delivery.rung,
        reason=reason,
        nonce="" if delivery.shown else delivery.nonce,
    )


def mistaken(error: Exception) -> Reason:
    """What is said of an error that nobody foresaw."""
    return Reason("newsbell failed: “{error}”", error=repr(error))


def without_proof(delivery: Delivery, attempt: Attempt, reason: str, site: OnUnknown = OnUnknown.RESEND) -> Conclusion:
    """Nothing says whether an unknown send is there: its destination's policy decides, or the site's (DESIGN 4.1).

    A resend is a send like any other: its nonce would only have it looked into once more, with as little proof.
    """
    if delivery.wanted == GONE and delivery.goes is Withdrawn.KEEP:
        kept = Reason("{reason}; it is not sent any more, and stays if it is there", reason=reason)
        return replace(_not_there(delivery, attempt), reason=kept, nonce=delivery.nonce)
    if delivery.wanted == GONE:
        return out_of_reach(delivery, attempt, Reason(_BY_HAND, reason=reason))
    policy = delivery.on_unknown or site
    said = Reason((_AS_ITS_CHAT_SAYS if delivery.on_unknown else _AS_THE_SITE_SAYS)[policy], reason=reason)
    if policy is OnUnknown.RESEND:
        return replace(send_again(delivery, attempt, said), nonce="", unproven=delivery.nonce)
    return out_of_reach(delivery, attempt, said)


def _retry_at(base: Conclusion, decision: RetryAt) -> Conclusion:
    others_wait_until = decision.at if decision.flood and not decision.alone else None
    if not decision.flood and base.tries < HOLDING_TRIES and base.attempt.action is not Action.EDIT:
        others_wait_until = min(decision.at, base.attempt.ended_at + HOLDS_UP)
    return replace(
        base,
        attempt=replace(base.attempt, outcome=_outcome(decision)),
        due_at=decision.at,
        shown=_doubted(base.shown, base.attempt.action) if decision.arrives_until else base.shown,
        arrives_until=decision.arrives_until,
        tries=base.tries + (not decision.named),
        destination_waits_until=others_wait_until,
        bot_waits_until=decision.at if decision.bot_waits else None,
    )


def _outcome(decision: RetryAt) -> Outcome:
    if not decision.called:
        return Outcome.PUT_OFF
    return Outcome.FLOOD if decision.flood else Outcome.RETRY


def _doubted(shown: Shown | None, action: Action) -> Shown | None:
    """What stands in the chat after an `action` without an answer. Two in a row may both have been done."""
    if shown is None:
        return None
    return replace(shown, fingerprint="", may_be_gone=shown.may_be_gone or action is Action.DELETE)


def _rest(base: Conclusion, decision: Rest) -> Conclusion:
    return replace(base, attempt=replace(base.attempt, outcome=Outcome.RETRY), rests_until=decision.at)


def _send_anew(base: Conclusion, decision: SendAnew) -> Conclusion:
    return send_anew(base.delivery, replace(base.attempt, outcome=Outcome.RETRY), decision.reason)


def _next_picture(base: Conclusion, decision: NextPicture) -> Conclusion:
    return replace(base, attempt=replace(base.attempt, outcome=Outcome.RETRY), rung=base.rung + decision.rungs)


def _suspend(base: Conclusion, decision: Suspend) -> Conclusion:
    """What is tried at a closed door has waited since it was due, not since it was tried."""
    attempt = replace(base.attempt, outcome=Outcome.SUSPENDED)
    return replace(base, attempt=attempt, due_at=base.delivery.due_at, tries=0, suspend=decision.reason)


def _give_up(base: Conclusion, _decision: GiveUp) -> Conclusion:
    return replace(base, attempt=replace(base.attempt, outcome=Outcome.FAILED), state=DeliveryState.FAILED)


def _hold(base: Conclusion, _decision: Hold) -> Conclusion:
    return replace(base, attempt=replace(base.attempt, outcome=Outcome.FAILED), state=DeliveryState.HELD)


def _unknown(base: Conclusion, decision: Unknown) -> Conclusion:
    return replace(
        base,
        attempt=replace(base.attempt, outcome=Outcome.UNKNOWN),
        state=DeliveryState.UNKNOWN,
        due_at=decision.at,
        nonce=base.delivery.nonce,
        tries=base.tries + 1,
        destination_waits_until=base.attempt.ended_at + HOLDS_UP,
    )


def _move_to(base: Conclusion, decision: MoveTo) -> Conclusion:
    return replace(base, attempt=replace(base.attempt, outcome=Outcome.MOVED), move_to=decision.chat_id)


def _let_be(base: Conclusion, _decision: LetBe) -> Conclusion:
    attempt = replace(base.attempt, outcome=Outcome.GONE)
    return replace(base, attempt=attempt, state=DeliveryState.SETTLED, shown=None, gone=True)


def _erased(base: Conclusion, _decision: Erased) -> Conclusion:
    return replace(base, attempt=replace(base.attempt, outcome=Outcome.GONE), shown=None)


_RULES: Final[dict[type, Callable[[Conclusion, Any], Conclusion]]] = {
    RetryAt: _retry_at,
    Rest: _rest,
    SendAnew: _send_anew,
    NextPicture: _next_picture,
    Suspend: _suspend,
    GiveUp: _give_up,
    Hold: _hold,
    Unknown: _unknown,
    MoveTo: _move_to,
    LetBe: _let_be,
    Erased: _erased,
}
