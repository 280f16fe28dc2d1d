"""Settings of the statistics: which counts are too small to be shown."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

#: Three and five are what statistical offices ask for (Glossary on Statistical Disclosure Control,
#: UNECE/Eurostat work session 2005, "threshold rule"); we begin with the stricter one.
SMALL_COUNT = 5


class StatisticsSettings(BaseModel):
    """What tables of the desk and of the yearly report leave out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    small_count: int = Field(
        default=SMALL_COUNT,
        ge=3,
        le=1_000,
        description="A count from 1 to one below this is not shown, nor what would give it away (a count). "
        "Source: threshold rule, Glossary on Statistical Disclosure Control, UNECE/Eurostat 2005.",
    )
