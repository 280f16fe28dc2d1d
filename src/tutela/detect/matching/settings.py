"""Settings of the room ``detect.matching``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MatchingSettings(BaseModel):
    """How lists are searched, and how much of an answer is reported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    index: str = Field(
        default="bucketed",
        description="Name of the index (slot tutela.indexes): bucketed, linear, or a plug-in. All give the "
        "same answers. Source: performance.md section 4.",
    )
    per_print_max: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="Entries reported per fingerprint; the nearest are kept and the reason says so. "
        "Source: performance.md section 10, trap 12.",
    )
    per_file_max: int = Field(
        default=1_000,
        ge=1,
        le=1_000_000,
        description="Matches reported per file; the strongest are kept and the reason says so. "
        "Source: performance.md section 10, trap 12.",
    )
    tail_rows_max: int = Field(
        default=16_384,
        ge=1,
        le=1_000_000,
        description="Rows of a live list's tail from which it becomes a segment. "
        "Source: performance.md section 4.7.",
    )
    seen_files_max: int = Field(
        default=5_000_000,
        ge=1,
        description="Files whose fingerprints are kept for retro-match; the oldest are forgotten first. "
        "Source: our own, the largest case of the detection core.",
    )
