"""What follows from each way in which a call can end: tables, and no row without a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from bot import errors
from bot.delivering import conclusions, decisions
from bot.delivering.conclusions import conclude, keep_unknown, look_failed, send_again, send_anew, without_proof
from bot.delivering.decisions import (
    BACK_OFF_SECONDS,
    Case,
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
    decide,
    in_words,
    too_late,
)
from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    DestinationMoved,
    MessageGone,
    NeverArrived,
    OutcomeUnknown,
    PictureRefused,
    PutOff,
    Rejected,
    Scope,
    TooLateToDelete,
    TryLater,
)
from bot.models import Action, Attempt, Delivery, DeliveryState, Lane, OnUnknown, Outcome, Receipt, Shown
from tests.state.making import NOON, chat, later

SEND = Case(Action.SEND, 0, NOON)
LOST = DestinationLost("no rights", doubtful=True)

CASES: list[tuple[DeliveryError, Case, Decision]] = [
    (TryLater("slow", 7), SEND, RetryAt(later(7), "slow", named=True)),
    (TryLater("flood", 7, flood=True), SEND, RetryAt(later(7), "flood", flood=True, named=True)),
    (
        TryLater("flood", 7, flood=True, scope=Scope.BOT),
        SEND,
        RetryAt(later(7), "flood", flood=True, bot_waits=True, named=True),
    ),
    (
        PutOff("silence", 7, flood=True, scope=Scope.ROUTE),
        SEND,
        RetryAt(later(7), "silence", flood=True, named=True, called=False),
    ),
    (NeverArrived("not there"), Case(Action.SEND, 1, NOON), SendAnew("not there")),
    (PictureRefused("too large"), SEND, NextPicture("too large")),
    (Rejected("too long"), SEND, GiveUp("too long")),
    (Rejected("too long"), replace(SEND, refusers=2), GiveUp("too long")),
    (Rejected("too long"), replace(SEND, refusers=3), Hold("too long")),
    (Rejected("too long"), replace(SEND, refusers=9, taken=True), GiveUp("too long")),
    (Rejected("too long"), replace(SEND, refusers=10, taken=True), Hold("too long")),
    (TooLateToDelete("too old"), SEND, GiveUp("too old")),
    (DestinationLost("kicked"), SEND, Suspend("kicked")),
    (LOST, SEND, RetryAt(later(60), "no rights")),
    (LOST, replace(SEND, tries=3, reason="bad gateway"), RetryAt(later(60), "no rights")),
    (LOST, replace(SEND, tries=1, reason="no rights"), Suspend("no rights")),
    (LOST, replace(SEND, tries=1, reason="no rights", doubters=2), Suspend("no rights")),
    (LOST, replace(SEND, tries=1, reason="no rights", doubters=3), RetryAt(later(300), "no rights")),
    (LOST, replace(SEND, tries=72, reason="no rights", doubters=3), Suspend("no rights")),
    (DestinationLost("kicked"), replace(SEND, doubters=9), Suspend("kicked")),
    (DestinationMoved("moved", "-1001"), SEND, MoveTo("-1001", "moved")),
    (MessageGone("gone"), Case(Action.EDIT, 0, NOON), LetBe("gone")),
    (
        MessageGone("gone"),
        Case(Action.EDIT, 0, NOON, may_be_gone=True),
        Erased("gone, by a deletion of newsbell's that had no answer"),
    ),
    (OutcomeUnknown("lost"), SEND, Unknown(later(5), "lost")),
    (BotRefused("revoked"), SEND, Rest(later(300), "revoked")),
]


@pytest.mark.parametrize(("error", "case", "decision"), CASES)
def test_an_error_leads_to_its_decision(error: DeliveryError, case: Case, decision: Decision) -> None:
    assert decide(error, case) == decision


def test_every_error_of_a_delivery_has_a_rule_and_a_case() -> None:
    tree = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, DeliveryError)}
    tree.discard(DeliveryError)

    assert set(decisions._RULES) == tree == {type(error) for error, _, _ in CASES}


def test_an_error_nobody_thought_of_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="no rule for DeliveryError"):
        decide(DeliveryError("new"), SEND)


def test_an_unknown_deletion_is_simply_done_again() -> None:
    decision = decide(OutcomeUnknown("lost"), Case(Action.DELETE, 0, NOON))

    assert isinstance(decision, RetryAt)
    assert later(1.5) < decision.at < later(2.5)
    assert decision.arrives_until == later(20)


def test_an_unknown_edit_is_done_again_when_the_lost_one_cannot_overwrite_it_any_more() -> None:
    case = Case(Action.EDIT, 0, later(12), began_at=NOON)

    assert decide(OutcomeUnknown("lost"), case) == RetryAt(later(20), "lost", arrives_until=later(20))


def test_the_waits_grow_and_the_last_one_repeats() -> None:
    for tries, seconds in enumerate((*BACK_OFF_SECONDS, 300, 300)):
        wait = (back_off(tries, NOON) - NOON).total_seconds()
        assert seconds * 0.8 <= wait <= seconds * 1.2


@pytest.mark.parametrize(
    ("ends", "rests", "doubtful", "said"),
    [
        (True, True, True, "newsbell ended before"),
        (False, True, True, "the bot had to pause meanwhile"),
        (False, False, True, "the one before it took too long"),
    ],
)
def test_who_waited_for_another_call_and_may_not_be_begun_any_more_is_told_why(
    said: str, *, ends: bool, rests: bool, doubtful: bool
) -> None:
    error = too_late(ends=ends, rests=rests, doubtful=doubtful)
    assert str(error) == f"the request was not made: {said}"
    assert too_late(ends=False, rests=False, doubtful=False) is None


# --- conclusions

DELIVERY = Delivery(
    7, 1, chat(1), 1, 2, None, DeliveryState.CLAIMED, Lane.POST, 1, NOON, tries=2, rung=1, nonce="7-ab", tried=2
)
ATTEMPT = Attempt(7, Action.SEND, Outcome.SENT, NOON, later(1), 3)
DUE = DeliveryState.DUE

CONCLUSIONS: list[tuple[Decision, Outcome, dict[str, Any]]] = [
    (
        RetryAt(later(11), "down"),
        Outcome.RETRY,
        {"state": DUE, "due_at": later(11), "tries": 3, "destination_waits_until": later(11)},
    ),
    (RetryAt(later(300), "down"), Outcome.RETRY, {"due_at": later(300), "destination_waits_until": later(61)}),
    (RetryAt(later(9), "look again", named=True), Outcome.RETRY, {"due_at": later(9), "tries": 2}),
    (Rest(later(300), "revoked"), Outcome.RETRY, {"tries": 2, "destination_waits_until": None}),
    (RetryAt(later(9), "flood", flood=True), Outcome.FLOOD, {"tries": 3, "destination_waits_until": later(9)}),
    (
        RetryAt(later(300), "flood", flood=True, bot_waits=True, named=True),
        Outcome.FLOOD,
        {"tries": 2, "destination_waits_until": later(300), "bot_waits_until": later(300)},
    ),
    (
        RetryAt(later(300), "silence", flood=True, named=True, called=False),
        Outcome.PUT_OFF,
        {"tries": 2, "destination_waits_until": later(300)},
    ),
    (
        SendAnew("not there"),
        Outcome.RETRY,
        {"state": DUE, "nonce": "", "tries": 2, "due_at": NOON, "destination_waits_until": NOON},
    ),
    (NextPicture("too large"), Outcome.RETRY, {"state": DUE, "rung": 2, "tries": 2, "due_at": later(1)}),
    (Suspend("kicked"), Outcome.SUSPENDED, {"state": DUE, "suspend": "kicked", "tries": 0}),
    (GiveUp("too long"), Outcome.FAILED, {"state": DeliveryState.FAILED, "nonce": ""}),
    (Hold("too long"), Outcome.FAILED, {"state": DeliveryState.HELD, "nonce": ""}),
    (
        Unknown(later(6), "lost"),
        Outcome.UNKNOWN,
        {
            "state": DeliveryState.UNKNOWN,
            "due_at": later(6),
            "nonce": "7-ab",
            "tries": 3,
            "rung": 1,
            "destination_waits_until": later(61),
        },
    ),
    (MoveTo("-1001", "moved"), Outcome.MOVED, {"state": DUE, "move_to": "-1001"}),
    (LetBe("gone"), Outcome.GONE, {"state": DeliveryState.SETTLED, "gone": True, "shown": None}),
    (Erased("gone"), Outcome.GONE, {"state": DUE, "gone": False, "shown": None}),
]


@pytest.mark.parametrize(("decision", "outcome", "expected"), CONCLUSIONS)
def test_a_decision_becomes_its_conclusion(decision: Decision, outcome: Outcome, expected: dict[str, Any]) -> None:
    conclusion = conclude(DELIVERY, ATTEMPT, decision)

    assert {name: getattr(conclusion, name) for name in expected} == expected
    assert (conclusion.attempt.outcome, conclusion.attempt.detail) == (outcome, decision.reason)
    assert conclusion.reason == decision.reason


@pytest.mark.parametrize("decision", [decision for decision, _, _ in CONCLUSIONS])
def test_what_follows_is_said_in_words(decision: Decision) -> None:
    assert " " in in_words(decision, NOON)


def test_every_decision_has_a_rule_and_a_case() -> None:
    assert set(conclusions._RULES) == set(get_args(Decision)) == {type(decision) for decision, _, _ in CONCLUSIONS}


def test_a_failed_edit_leaves_what_is_shown() -> None:
    shown = Shown(1, "print", Receipt(("77",)))

    assert conclude(replace(DELIVERY, shown=shown), ATTEMPT, RetryAt(later(9), "down")).shown == shown


@pytest.mark.parametrize(("action", "may_be_gone"), [(Action.EDIT, False), (Action.DELETE, True)])
def test_a_call_without_an_answer_leaves_nobody_sure_of_what_is_shown(action: Action, may_be_gone: bool) -> None:
    shown, lost = Shown(1, "print", Receipt(("77",))), RetryAt(later(20), "lost", arrives_until=later(20))

    conclusion = conclude(replace(DELIVERY, shown=shown), replace(ATTEMPT, action=action), lost)

    assert conclusion.shown == Shown(1, "", Receipt(("77",)), may_be_gone=may_be_gone)
    assert conclusion.arrives_until == later(20)


@pytest.mark.parametrize(
    ("decision", "state", "nonce"),
    [
        (RetryAt(later(9), "down"), DeliveryState.UNKNOWN, "7-ab"),
        (Rest(later(9), "revoked"), DeliveryState.UNKNOWN, "7-ab"),
        (Suspend("kicked"), DeliveryState.UNKNOWN, "7-ab"),
        (MoveTo("-1001", "moved"), DeliveryState.UNKNOWN, "7-ab"),
        (SendAnew("not there"), DUE, ""),
        (NextPicture("too large"), DUE, "7-ab"),
        (Unknown(later(9), "lost"), DeliveryState.UNKNOWN, "7-ab"),
        (GiveUp("too long"), DeliveryState.FAILED, ""),
        (Hold("too long"), DeliveryState.HELD, ""),
        (LetBe("gone"), DeliveryState.SETTLED, ""),
    ],
)
def test_a_repeated_send_stays_unknown_unless_the_answer_says_what_became_of_the_first(
    decision: Decision, state: DeliveryState, nonce: str
) -> None:
    conclusion = keep_unknown(conclude(DELIVERY, ATTEMPT, decision), decision)

    assert (conclusion.state, conclusion.nonce) == (state, nonce)


def test_a_repeated_send_that_is_still_unknown_holds_up_the_others_for_longer_than_until_it_is_looked_into() -> None:
    down, flood = RetryAt(later(3), "down"), RetryAt(later(9), "flood", flood=True)

    ended, silenced = (keep_unknown(conclude(DELIVERY, ATTEMPT, one), one) for one in (down, flood))
    late = look_failed(replace(DELIVERY, state=DUE), ATTEMPT, down)

    assert ended.destination_waits_until == late.destination_waits_until == later(61)
    assert silenced.destination_waits_until == later(9)


def test_a_look_that_failed_is_waited_for_until_it_goes_on_where_that_is_known_and_else_for_the_minute() -> None:
    down = look_failed(DELIVERY, ATTEMPT, RetryAt(later(9), "down"))
    flood = look_failed(DELIVERY, ATTEMPT, RetryAt(later(99), "flood", flood=True))

    going_on = look_failed(DELIVERY, ATTEMPT, RetryAt(later(9), "looking on", named=True))

    assert (down.state, down.destination_waits_until) == (DeliveryState.UNKNOWN, later(61))
    assert (going_on.state, going_on.destination_waits_until) == (DeliveryState.UNKNOWN, later(14))
    assert (flood.state, flood.destination_waits_until) == (DeliveryState.UNKNOWN, later(99))


def test_a_send_is_repeated_at_once_the_first_time_and_later_and_later_after_that() -> None:
    first = send_again(replace(DELIVERY, tries=1), ATTEMPT, "again")
    fifth = send_again(replace(DELIVERY, tries=5), ATTEMPT, "again")

    assert (first.due_at, first.nonce, first.rung, first.tries) == (NOON, "7-ab", 1, 1)
    assert timedelta(seconds=24) <= fifth.due_at - NOON <= timedelta(seconds=36)


@pytest.mark.parametrize(("tries", "seconds"), [(3, 0), (4, 2), (5, 5), (10, 300), (99, 300)])
def test_what_never_arrived_is_sent_at_once_and_after_some_tries_later_and_later(tries: int, seconds: float) -> None:
    ended = send_anew(replace(DELIVERY, tries=tries), ATTEMPT, "never")

    wait = (ended.due_at - NOON).total_seconds()
    assert seconds * 0.8 <= wait <= seconds * 1.2
    assert (ended.nonce, ended.tries) == ("", tries)
    assert ended.destination_waits_until == min(ended.due_at, NOON + conclusions.HOLDS_UP), "those behind it keep order"


@pytest.mark.parametrize("site", list(OnUnknown))
@pytest.mark.parametrize("own", [None, *OnUnknown])
def test_without_proof_the_destinations_policy_decides_or_else_the_sites(
    own: OnUnknown | None, site: OnUnknown
) -> None:
    ended = without_proof(replace(DELIVERY, on_unknown=own), ATTEMPT, "no proof", site)

    policy = own or site
    assert ended.reason.endswith("as on-unknown of this chat says" if own else "as NEWSBELL_ON_UNKNOWN says")
    if policy is OnUnknown.RESEND:
        assert (ended.state, ended.nonce, ended.tries) == (DUE, "", 2), "a send like any other"
    else:
        assert (ended.state, ended.nonce, ended.destination_waits_until) == (DeliveryState.HELD, "7-ab", NOON)
