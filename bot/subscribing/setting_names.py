"""What settings and their values are called on buttons and in lists, which have no room for what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.models import LONGEST_EXCERPT, OnUnknown, Style
from bot.subscribing.options import NOBODY, OFF, ON, options_on
from bot.texts import sentence

SITES: Final = "site"
"""The word for what the site's settings say."""

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "style": sentence("Look"),
        "image": sentence("Picture"),
        "excerpt": sentence("Text length"),
        "hashtags": sentence("Hashtags"),
        "button": sentence("Read button"),
        "silent": sentence("Silent"),
        "pin": sentence("Pin"),
        "protect": sentence("No forwarding"),
        "mention": sentence("Mention"),
        "thread": sentence("Threads"),
        "sender": sentence("Sender"),
        "tag": sentence("Forum tag"),
    }
)
"""Options."""

OF_PLACE: Final[Mapping[str, str]] = MappingProxyType(
    {"answers": sentence("Language of answers"), "pause": sentence("Pause"), "unproven": sentence("If in doubt")}
)
"""What is set for a place as a whole, beside the options of what arrives."""

OF_SERVER: Final[Mapping[str, str]] = MappingProxyType({"role": sentence("Role that may command me")})
"""What is set for a whole server, in any place of it."""

VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Style.AUTO: sentence("As fits best"),
        Style.PHOTO: sentence("Photo"),
        Style.PREVIEW: sentence("Page preview"),
        Style.TEXT: sentence("Text only"),
        Style.RICH: sentence("Article"),
        Style.EMBED: sentence("Card"),
        Style.LINK: sentence("Link"),
        Style.COMPONENTS: sentence("Frame"),
        "0": sentence("none"),
        "150": sentence("short"),
        "300": sentence("medium"),
        "600": sentence("long"),
        "1000": sentence("very long"),
        str(LONGEST_EXCERPT): sentence("as much as fits"),
        ON: sentence("on"),
        OFF: sentence("off"),
        NOBODY: sentence("nobody"),
    }
)
"""Values of theirs, by their words."""

UNPROVEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        SITES: sentence("as usual"),
        OnUnknown.RESEND: sentence("send again"),
        OnUnknown.HOLD: sentence("hold back"),
    }
)
"""What may become of a message of which nobody can tell whether it arrived."""

PAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1h": sentence("For an hour"),
        "8h": sentence("For 8 hours"),
        "1d": sentence("For a day"),
        "1w": sentence("For a week"),
        "": sentence("Until I resume it"),
    }
)
"""The pauses that are offered, as /pause reads them."""


def settings_in(platform: str, kind: str, *, on_server: bool) -> dict[str, str]:
    """What can be set in a place of that `kind`, by the words that are typed, with what it is called."""
    options = {option.name: NAMES[option.name] for option in options_on(platform, kind)}
    return {**options, **OF_PLACE, **(OF_SERVER if on_server else {})}
