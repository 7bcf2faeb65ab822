"""The commands that a chat knows: who may give them, what they are for, who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.models import Choice, Reply
from bot.subscribing.latest import latest, preview
from bot.subscribing.menu import menu
from bot.subscribing.overview import categories, subscriptions
from bot.subscribing.places import language, pause, resume
from bot.subscribing.request import Handler, Request
from bot.subscribing.settings import settings
from bot.subscribing.status import status
from bot.subscribing.subscribe import subscribe
from bot.subscribing.unsubscribe import unsubscribe
from bot.subscribing.why import why
from bot.texts import sentence


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """One command. `meaning` is an English sentence for `Texts.say`; platforms show it beside the name."""

    handler: Handler
    meaning: str
    admins_only: bool = False


async def help_(request: Request) -> Reply:
    """Say what newsbell does, and list the commands that the person may give."""
    texts = request.texts
    greeting = texts.say("I send new posts to {place} as soon as they are published, by category.", place=request.here)
    lines = [
        f"/{name} — {texts.say(command.meaning)}"
        for name, command in COMMANDS.items()
        if request.may or not command.admins_only
    ]
    if not request.may:
        more = texts.say("Admins of {place} may do more here: they choose what arrives, and how.", place=request.where)
        return Reply("\n".join([greeting, "", *lines, "", more]))
    return Reply("\n".join([greeting, "", *lines]), (Choice(texts.say("Choose what arrives"), "/subscribe"),))


COMMANDS: Final[Mapping[str, ChatCommand]] = MappingProxyType(
    {
        "subscribe": ChatCommand(subscribe, sentence("Receive the posts of a category"), admins_only=True),
        "unsubscribe": ChatCommand(unsubscribe, sentence("Stop receiving a category"), admins_only=True),
        "subscriptions": ChatCommand(subscriptions, sentence("What arrives here")),
        "categories": ChatCommand(categories, sentence("Which categories there are")),
        "latest": ChatCommand(latest, sentence("Send the latest post now"), admins_only=True),
        "preview": ChatCommand(preview, sentence("How posts look here"), admins_only=True),
        "why": ChatCommand(why, sentence("Why a post came here or did not"), admins_only=True),
        "settings": ChatCommand(settings, sentence("How posts look, and more"), admins_only=True),
        "language": ChatCommand(language, sentence("The language of my answers"), admins_only=True),
        "pause": ChatCommand(pause, sentence("Send nothing for now, or for a time: /pause 2h"), admins_only=True),
        "resume": ChatCommand(resume, sentence("Send again"), admins_only=True),
        "status": ChatCommand(status, sentence("Whether all is well")),
        "help": ChatCommand(help_, sentence("What I can do")),
    }
)
"""By name, in the order in which /help lists them."""

HIDDEN: Final[Mapping[str, ChatCommand]] = MappingProxyType(
    {"menu": ChatCommand(menu, sentence("Receive the posts of a category"), admins_only=True)}
)
"""What only buttons type: steps in menus."""

SYNONYMS: Final[Mapping[str, str]] = MappingProxyType({"start": "help"})
"""Other names of commands: Telegram sends /start when a person opens the bot."""
