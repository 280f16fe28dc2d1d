"""Settings of visits: whether Chromium runs on the server at all, and what one visit may take."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from tutela.kernel.visiting.browsers import VisitRules

_RULES = VisitRules()


class VisitSettings(BaseModel):
    """Visits of pages that one automatic look does not reach, by a Chromium on the server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(
        default=False,
        description="Whether tutela up starts the visitor, which needs Chromium (yes or no). Source: "
        "decisions.md section 4: off by default.",
    )
    program: str = Field(
        default="",
        description="Path of Chromium; empty: the one on the search path (no unit). Source: our own.",
    )
    steps_max: int = Field(
        default=_RULES.steps_max,
        ge=1,
        le=500,
        description="Steps of one visit: pages opened and things pressed (a count). Source: our own.",
    )
    minutes: int = Field(
        default=_RULES.minutes,
        ge=1,
        le=120,
        description="Minutes after which a visit ends by itself. Source: our own.",
    )
    step_seconds: float = Field(
        default=_RULES.step_seconds,
        ge=2,
        le=60,
        description="Seconds in which a page has to come; what is there then is read. Source: our own.",
    )
    received_mib: int = Field(
        default=_RULES.received_mib,
        ge=1,
        le=1_024,
        description="MiB that all connections of one visit may bring. Source: our own.",
    )
    at_once: int = Field(
        default=_RULES.at_once,
        ge=1,
        le=32,
        description="Visits at the same time (a count); each browser takes some 500 MB. Source: our own.",
    )

    def rules(self) -> VisitRules:
        """The bounds as values."""
        return VisitRules(**self.model_dump(exclude={"enabled", "program"}))
