"""What one visit may take, as values; the units are in the names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRules:
    """The settings as values, for whoever asks. ``at_once`` bounds the browsers of the house."""

    steps_max: int = 60
    minutes: int = 20
    step_seconds: float = 20.0
    received_mib: int = 128
    at_once: int = 4
