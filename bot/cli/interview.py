"""Answers for the .env file: given as options, set already, or asked for at the terminal until they are right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from bot.cli.wording import say, styled
from bot.errors import SettingsError
from bot.settings import Settings, load_settings, surroundings
from bot.variables import gather

SECRET: Final = frozenset({"TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN"})


@dataclass
class Interview:
    """What was answered so far. `asks`: there is somebody at a terminal; else what is not given stays as it stands."""

    given: Mapping[str, str]  # by options, by variable
    standing: Mapping[str, str]  # set already
    fixed: Collection[str]  # of these, by the environment, which goes before any file
    asks: bool
    chosen: dict[str, str] = field(default_factory=dict)
    """What is to be written: by variable, what differs from what stands."""

    @classmethod
    def of(cls, given: Mapping[str, str], env_file: Path, *, asks: bool) -> Interview:
        """Beside what `env_file` and the environment say. Raises SettingsError if the file can't be read."""
        fields = Settings.model_fields.values()
        known = [field.validation_alias for field in fields if isinstance(field.validation_alias, str)]
        found = gather(known, env_file, surroundings())
        if found.mistakes:
            raise SettingsError(found.mistakes)
        fixed = [name for name in known if surroundings().get(name) or surroundings().get(f"{name}_FILE")]
        return cls(given, found.values, fixed, asks)

    @property
    def values(self) -> dict[str, str]:
        """All that holds once what was chosen is written."""
        return {**self.standing, **self.chosen}

    def settings(self) -> Settings:
        """The settings by those. Raises SettingsError."""
        return load_settings(None, self.values)

    def may_ask(self, variable: str) -> bool:
        """Whether another answer can be had where this one does not do."""
        return self.asks and variable not in self.given and variable not in self.fixed

    def ask(self, variable: str, question: str, guess: str = "") -> str:
        """The answer, which reads well as a setting; `guess` holds where nothing is set. Raises SettingsError."""
        standing = self.standing.get(variable, guess)
        if not self.may_ask(variable):
            text = standing if variable in self.fixed else self.given.get(variable, standing)
            if faults := _faults(variable, text):
                raise SettingsError(faults)
        else:
            text = self._asked(variable, question, standing)
        self._choose(variable, text, standing)
        return text

    def _asked(self, variable: str, question: str, standing: str) -> str:
        while True:
            text: str = click.prompt(
                question,
                default="" if variable in SECRET else standing,
                show_default=bool(standing) and variable not in SECRET,
                hide_input=variable in SECRET,
            )
            text = text.strip() or standing
            faults = _faults(variable, text)
            if not faults:
                return text
            for fault in faults:
                say(f"{styled('✗', 'red')} {fault}")

    def _choose(self, variable: str, text: str, standing: str) -> None:
        if text != standing:
            self.chosen[variable] = text
        else:
            self.chosen.pop(variable, None)


def _faults(variable: str, text: str) -> list[str]:
    """What is wrong with the text of a variable, in sentences that never repeat it."""
    try:
        load_settings(None, {variable: text})
    except SettingsError as error:
        return [mistake for mistake in error.mistakes if mistake.startswith(f"{variable}:")]
    return []
