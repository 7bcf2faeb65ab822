"""Discord's limits on a message. discord.py checks almost none of them, so render keeps to them itself.

Lengths are counted in UTF-16 units: Discord's own unit is nowhere documented, and no other count is larger.
Source: docs, resources/message (Embed Limits, Create Message) and components/reference (Button).
"""

from __future__ import annotations

from typing import Final

CONTENT: Final = 2000

EMBED_TITLE: Final = 256
EMBED_DESCRIPTION: Final = 4096
EMBED_FOOTER: Final = 2048
EMBED_URL: Final = 2048
EMBED_TOTAL: Final = 6000
"""All texts of all embeds of a message together."""

COMPONENTS: Final = 40
"""Of a message of Components V2, the nested ones too."""

COMPONENTS_TEXT: Final = 4000
"""All texts of its components together."""

BUTTON_LABEL: Final = 80
BUTTON_URL: Final = 512
BUTTONS: Final = 25
"""Five rows of five."""

ROWS: Final = 5
IN_ROW: Final = 5
"""Buttons; a list takes a row for itself."""

CUSTOM_ID: Final = 100
PLACEHOLDER: Final = 150

WINDOW_TITLE: Final = 45
FIELD_LABEL: Final = 45
FIELD_NOTE: Final = 100
FIELD_VALUE: Final = 100
"""What people may write into a window; Discord would take 4000, and a command of ours no more than that."""

ALT_TEXT: Final = 1024
FILE_BYTES: Final = 10 * 1024 * 1024

THREAD_NAME: Final = 100
APPLIED_TAGS: Final = 5

CHOICES: Final = 25
CHOICE: Final = 100
"""Of a choice that autocomplete offers: its name and its value."""
