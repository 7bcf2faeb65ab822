"""In which language people are answered: that of the place, of its channel, of its server; else their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.models import Command, Place
from bot.ports import Subscriptions
from bot.subscribing.request import Request
from bot.texts import Texts, known_language, texts

DEFAULT: Final = "default"
"""The word for no language of its own."""

SERVER: Final = "server"
"""Follows a language that is to hold for the whole server: "/language km server"."""


async def texts_for(command: Command, place: Place, subscriptions: Subscriptions) -> Texts:
    """The sentences of the answer to a command about the place."""
    there = await language_in(place, command.server, subscriptions)
    own = known_language(command.spoken or command.language)
    return texts(own or there if command.elsewhere else there or own)


async def texts_now(request: Request) -> Texts:
    """The same once the command was carried out: it may have chosen another language."""
    known = await request.subscriptions.place(request.destination)
    chosen = (known.language if known else "") or request.command.place.language
    return await texts_for(request.command, replace(request.place, language=chosen), request.subscriptions)


async def language_in(place: Place, server: str, subscriptions: Subscriptions) -> str:
    """The language of a place; on a server those that chose none have their channel's, else the server's.

    Empty: it has none.
    """
    if place.language or not server:
        return place.language
    destination = place.destination
    if destination.thread_id:
        channel = await subscriptions.place(replace(destination, thread_id=""))
        if channel and channel.language:
            return channel.language
    return await subscriptions.server_language(destination.platform, server)
