"""Settings of the guard that any environment of tutela reads."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class GuardSettings(BaseModel):
    """What an installation says of the guard's plug-ins. No guard reads it: its person's choices decide."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    classifiers: tuple[str, ...] = Field(
        default=(),
        description="Names of the classifiers (slot tutela.guard_classifiers) that `tutela plugins --check` "
        "tries: stand-in, adult, or a plug-in (no unit). None by default. A guard runs those that its person "
        "switched on (`tutela guard setup`), whatever stands here. Source: style.md section 9.",
    )
