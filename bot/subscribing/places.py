"""/language, /pause and /resume: how a place is spoken to, and whether it receives at all."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.clock import Clock
from bot.models import Choice, DestinationState, Reply
from bot.subscribing.durations import TooLong, UnclearTime, time_meant
from bot.subscribing.request import Request
from bot.subscribing.tongues import DEFAULT, SERVER, texts_now
from bot.subscribing.wording import quoted
from bot.texts import LANGUAGES, known_language, language_named, texts

log = logging.getLogger(__name__)


async def language(request: Request) -> Reply:
    """Answer in another language from now on, named by its code or as it is called; without words, show them.

    On a server: "km server" for all of it, "default" for a place that is answered as the server, or a server as its
    people.
    """
    words, server = request.words.split(), request.command.server
    whole = bool(server) and words[-1:] == [SERVER]
    named = " ".join(words[:-1] if whole else words)
    if not named:
        return Reply(request.texts.say("In which language should I answer?"), _languages(request), done=False)
    chosen = language_named(named, LANGUAGES) or known_language(named)
    if not chosen and not (server and named == DEFAULT):
        unknown = request.texts.say("I do not speak “{language}”. Choose one of these:", language=quoted(named))
        return Reply(unknown, _languages(request), done=False)
    if whole:
        return await _answer_server_in(request, chosen)
    return await _answer_in(request, chosen)


async def _answer_in(request: Request, chosen: str) -> Reply:
    """Answer in a language in the place; empty: as on its server."""
    if not chosen:
        await request.subscriptions.forget_language(request.destination)
        log.info("%s is answered as its server (by %s)", request.destination, request.who)
        now = replace(request, texts=await texts_now(request))
        said = now.texts.say(
            "From now on {place} has no language of its own: I answer there as in its channel, or as on the whole "
            "server.",
            place=now.where,
        )
        return Reply(said)
    await request.subscriptions.remember(replace(request.place, language=chosen), request.now)
    log.info("%s is answered in %s (by %s)", request.destination, chosen, request.who)
    if request.command.elsewhere:
        named = request.texts.language_name(chosen)
        said = request.texts.say("In {place} I answer in {language} from now on.", place=request.where, language=named)
        return Reply(said)
    return Reply(texts(chosen).say("From now on I answer in English."))


async def _answer_server_in(request: Request, chosen: str) -> Reply:
    """Answer in a language wherever a channel of the server has none of its own; empty: in that of each person."""
    server = request.command.server
    await request.subscriptions.choose_server_language(request.destination.platform, server, chosen)
    log.info("server %s is answered in %s (by %s)", server, chosen or "each person's language", request.who)
    spoken = await texts_now(request)
    if chosen:
        said = spoken.say(
            "On the whole server I answer in {language} from now on; a channel with a language of its own keeps it.",
            language=spoken.language_name(chosen),
        )
    else:
        said = spoken.say(
            "On the whole server I answer each person in their own language from now on, if I speak it; a channel with "
            "a language of its own keeps it."
        )
    return Reply(said)


def _languages(request: Request) -> tuple[Choice, ...]:
    here = tuple(Choice(name, f"/language {code}") for code, name in LANGUAGES.items())
    if not request.command.server:
        return here
    say = request.texts.say
    return here + tuple(
        Choice(say("{language}, on the whole server", language=name), f"/language {code} {SERVER}")
        for code, name in LANGUAGES.items()
    )


async def pause(request: Request) -> Reply:
    """Send nothing to the place until /resume, or until the time that the words name; what becomes due waits."""
    try:
        until = time_meant(request.words, request.now, request.zone) if request.words else None
    except UnclearTime:
        return Reply(
            request.texts.say(
                "I do not understand “{time}”. Type for example /pause 2h, /pause 30m, /pause 1d or /pause until 8:00",
                time=quoted(request.words),
            ),
            done=False,
        )
    except TooLong:
        longest = request.texts.say("A pause with a time lasts a year at most; without one it lasts until /resume.")
        return Reply(longest, done=False)
    say = request.texts.say
    resume_it = (Choice(say("Resume"), "/resume"),)
    await request.subscriptions.remember(request.place, request.now)
    changed = await request.subscriptions.set_state(
        request.destination, DestinationState.PAUSED, "an admin typed /pause", request.now, until=until
    )
    if not changed:
        return Reply(say("Paused already: {place}.", place=request.where), resume_it)
    shown = f" until {Clock(request.zone).minute(until)}" if until else ""
    log.info("%s paused%s (by %s)", request.destination, shown, request.who)
    if until is None:
        said = say("Paused: {place}. New posts wait until an admin resumes it; nothing is lost.", place=request.where)
        return Reply(said, resume_it)
    said = say(
        "Paused until {time}: {place}. New posts wait until then; nothing is lost.",
        time=request.texts.date(until, request.zone),
        place=request.where,
    )
    return Reply(said, resume_it)


async def resume(request: Request) -> Reply:
    """Send to the place again, also where the platform had refused: an admin says that it is mended.

    Where the adapter sees that it is not, only a pause ends, and nothing is promised.
    """
    say, barred = request.texts.say, request.barred
    changed = await request.subscriptions.set_state(
        request.destination, DestinationState.ACTIVE, "", request.now, was=DestinationState.PAUSED if barred else None
    )
    if changed:
        log.info("%s resumed (by %s)", request.destination, request.who)
    if barred and changed:
        return Reply(say("Resumed: {place}.", place=request.where))
    if barred:
        return Reply(say("Not paused: {place}.", place=request.where))
    if changed:
        return Reply(say("Resumed: {place}. What waited arrives now, in order.", place=request.where))
    return Reply(say("Not paused: {place}. New posts arrive as they come.", place=request.where))
