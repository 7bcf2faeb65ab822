"""What people are told where another bot than before has come (docs/adr/0014)."""

from __future__ import annotations


def needs_a_word(old: str, new: str) -> str:
    """Why another bot than before sends nothing, and the two ways on."""
    return (
        f"the token is that of bot {new}, but bot {old} wrote to the chats here; so nothing is sent, and no command is "
        "answered. To let the new bot take over chats, subscriptions and what is unsent: newsbell release --new-bot. "
        "Otherwise set the old bot's token again"
    )
