"""Settings of the guard that any environment of tutela reads."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class GuardSettings(BaseModel):
    """What the guard on a person's own device runs beside its lists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    classifiers: tuple[str, ...] = Field(
        default=(),
        description="Names of the enabled classifiers (slot tutela.guard_classifiers): stand-in, adult, or a "
        "plug-in (no unit). None by default. Installed is not enabled. Source: style.md section 9.",
    )
