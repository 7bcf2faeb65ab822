"""How long tests wait for what should happen. Only a failure takes so long: how quick it is, benchmarks show."""

from typing import Final

PATIENCE: Final = 90.0
"""Seconds after which something that should have happened has not, however busy the machine is."""
