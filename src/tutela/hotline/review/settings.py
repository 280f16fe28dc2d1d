"""Settings of the assessment desk: what one person may be shown, and for how long something is theirs."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRules:
    """The settings as values, for whoever asks; the units are in the names."""

    scheme: str = "iccam"
    lease_minutes: int = 60
    sheet_tiles: int = 24
    hour_displays: int = 600
    day_hours: float = 4.0
    stretch_minutes: int = 60
    break_minutes: int = 15
    display_seconds: int = 300


_RULES = ReviewRules()


class ReviewSettings(BaseModel):
    """The queue of the analysts, the classification scheme, and the caps on what one person sees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: str = Field(
        default=_RULES.scheme,
        pattern=r"^[a-z0-9-]{1,80}$",
        description="Classification scheme of this house, a name of docs/reference/taxonomy (no unit). "
        "Source: standards 06, the scheme of INHOPE's exchange.",
    )
    lease_minutes: int = Field(
        default=_RULES.lease_minutes,
        ge=5,
        le=480,
        description="Minutes for which what was handed to somebody is theirs alone. Source: our own, a "
        "stretch between two breaks.",
    )
    sheet_tiles: int = Field(
        default=_RULES.sheet_tiles,
        ge=1,
        le=60,
        description="Items of one group of which tiles are shown at once (a count). Source: our own; a "
        "protected sheet is no gallery, decisions.md section 8.",
    )
    hour_displays: int = Field(
        default=_RULES.hour_displays,
        ge=1,
        le=2_000,
        description="Items that one person is shown in an hour (a count). Source: governance.md section 4, "
        "the number is the house's; issue 5, bar 8: a group of 520.",
    )
    day_hours: float = Field(
        default=_RULES.day_hours,
        gt=0,
        le=4,
        description="Hours in any 24 for which one person is shown items. Source: governance.md section 4.",
    )
    stretch_minutes: int = Field(
        default=_RULES.stretch_minutes,
        ge=5,
        le=60,
        description="Minutes of display after which a break is due. Source: governance.md section 4.",
    )
    break_minutes: int = Field(
        default=_RULES.break_minutes,
        ge=15,
        le=240,
        description="Minutes of a break without any display. Source: governance.md section 4.",
    )
    display_seconds: int = Field(
        default=_RULES.display_seconds,
        ge=10,
        le=900,
        description="Seconds after which a display counts as ended where nobody ended it. Source: our own.",
    )

    def rules(self) -> ReviewRules:
        """The settings as values."""
        return ReviewRules(**self.model_dump())
