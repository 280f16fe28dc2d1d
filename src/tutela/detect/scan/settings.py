"""Settings of the room ``detect.scan``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ScanSettings(BaseModel):
    """How a scan works through its files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: Literal["forensic", "web"] = Field(
        default="forensic",
        description="Limit set of the sandbox for scan, match and hash. Source: decisions.md section 1.",
    )
    film: Literal["exact", "standard"] = Field(
        default="standard",
        description="Film mode: every frame (exact), or film_rate_hz frames a second without non-reference "
        "frames (standard). Source: performance.md section 5.",
    )
    film_rate_hz: float = Field(
        default=1.0,
        gt=0,
        le=30,
        description="Film frames a second that are hashed in film mode standard. Source: vpdq's default.",
    )
    engine: str = Field(
        default="threads",
        description="Name of the engine (slot tutela.engines) that does the work. "
        "Source: performance.md section 7.",
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=256,
        description="Sandboxed processes at once; 0 is one per core. Source: performance.md section 7.",
    )
