"""Settings of the room ``detect.fingerprints``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FingerprintSettings(BaseModel):
    """Which fingerprints are made, and how exactly."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hashers: tuple[str, ...] = Field(
        default=("md5", "sha1", "sha256", "pdq", "vpdq"),
        description="Names of the enabled hashers (slot tutela.hashers). Installed is not enabled. "
        "Source: style.md section 9.",
    )
    mode: Literal["exact", "fast"] = Field(
        default="fast",
        description="PDQ from full pixels (exact) or from a reduced JPEG decode (fast: seldom more than "
        "6 bits away). Source: performance.md section 3.3.",
    )
    arithmetic: Literal["", "numpy", "c", "c-popcnt", "c-avx512"] = Field(
        default="",
        description="Forces one implementation of PDQ and of the search; empty takes the fastest that runs "
        "here. All give the same answers. Source: performance.md section 4.5.",
    )
    dihedral: bool = Field(
        default=True,
        description="Also fingerprint the seven turned and mirrored forms. "
        "Source: performance.md section 2.6.",
    )
