"""Times as people read them: by the clocks of the site's zone (NEWSBELL_TIMEZONE), which is named beside each."""

from __future__ import annotations

from datetime import datetime, tzinfo


class Clock:
    """Writes down moments, which are aware: "2026-11-02 19:00 UTC+07", "2026-11-02 13:00:05 CET"."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def minute(self, moment: datetime) -> str:
        """For what people set, or what lasts."""
        return self._written(moment, "%Y-%m-%d %H:%M")

    def second(self, moment: datetime) -> str:
        """For what happened, and what is about to."""
        return self._written(moment, "%Y-%m-%d %H:%M:%S")

    def _written(self, moment: datetime, form: str) -> str:
        local = moment.astimezone(self.zone)
        return f"{local:{form}} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """What the zone of an aware time is called then: "UTC", "CET", "UTC+07" for the many that have only a number."""
    name = f"{local:%Z}"
    return name if name[:1].isalpha() else f"UTC{name}"
