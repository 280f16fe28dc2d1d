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
        description="PDQ from full pixels (exact) or from a reduced JPEG decode (fast: at most 6 bits away). "
        "Source: performance.md section 3.3.",
    )
    dihedral: bool = Field(
        default=True,
        description="Also fingerprint the seven turned and mirrored forms. "
        "Source: performance.md section 2.6.",
    )
