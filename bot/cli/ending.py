"""How commands end: errors become sentences and exit codes (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.cli.wording import say
from bot.errors import InstanceRunning, NewsbellError, SettingsError

FAILED = 1
SETTINGS = 2
RUNNING = 3


def ended(command: click.Command, words: Sequence[str] | None = None) -> int:
    """Run `command` with `words` (None: this process's) and return its exit code; faults go to the standard error."""
    try:
        code = command.main(words, standalone_mode=False)
    except click.exceptions.Abort:
        say("Stopped.", err=True)
        return FAILED
    except click.UsageError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        say(f"Error: {error.format_message()}", err=True)
        return error.exit_code
    except SettingsError as error:
        for mistake in error.mistakes:
            say(f"✗ {mistake}", err=True)
        say("Settings come from the environment and .env; .env.example explains each.", err=True)
        return SETTINGS
    except NewsbellError as error:
        say(f"✗ {error}", err=True)
        return RUNNING if isinstance(error, InstanceRunning) else FAILED
    return code if isinstance(code, int) else 0
