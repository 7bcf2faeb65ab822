"""The command line: one file a command, loaded only when it is called, so that `--help` is quick."""

from __future__ import annotations

import sys
from importlib import import_module, metadata
from typing import Final

import click

from bot.cli.ending import ended

COMMANDS: Final = {
    "init": "Set newsbell up: the folder, the site, the tokens, and you.",
    "run": "Watch the folder and send what is new, until stopped.",
    "once": "Read the folder once, send what is new, and end.",
    "check": "Read all posts and list what can't be understood.",
    "preview": "Show what would be sent for a post. Sends nothing.",
    "send": "Send a post again to a chat, or release held posts.",
    "hold": "Send nothing more of a post, for now.",
    "release": "Let go what waits for your word: held posts, mass withdrawals.",
    "takeback": "Take a post back: what is unsent, and its messages.",
    "why": "Tell the story of a post: who got it, when, and why not.",
    "status": "Show posts, chats and deliveries at a glance.",
    "subscriptions": "List, add, remove, export or import subscriptions.",
    "deliveries": "List what failed or waits, and try it again.",
    "operators": "List who is told of problems, invite one, or remove one.",
    "doctor": "Check settings, folder, database and tokens.",
    "backup": "Copy the database while newsbell runs.",
    "restore": "Put a backup in the database's place.",
}


class _Commands(click.Group):
    """Finds a command by name and imports only its module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"bot.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(metadata.version("newsbell"), prog_name="newsbell")
def newsbell() -> None:
    """Watch a folder of Markdown posts, and ring: each new post reaches the chats that subscribed to its category.

    Settings come from the environment and from .env; .env.example explains each.
    """


def main() -> None:
    """The `newsbell` command. Exit: 0 done, 1 something failed or was found, 2 usage or settings, 3 already running."""
    sys.exit(ended(newsbell))
