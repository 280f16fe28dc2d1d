"""Settings of the room ``detect.media``: every limit of the sandbox, for both profiles."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from tutela.detect.media.pool import PoolRules
from tutela.detect.media.shapes import FORENSIC, WEB, Limits, Profile


class WebLimits(BaseModel):
    """Limits of the profile ``web``: uploads, fetched pages, intake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pixels_max: int = Field(
        default=WEB.pixels_max,
        ge=1,
        description="Pixels of one picture or frame; more is refused. Source: threat model ST-04.",
    )
    reduced_pixels_max: int = Field(
        default=WEB.reduced_pixels_max,
        ge=65_536,
        description="Pixels to which alpha, CMYK, 16-bit and ICC pictures are box-reduced before "
        "conversion. Source: decisions.md section 1.",
    )
    side_max: int = Field(
        default=WEB.side_max,
        ge=1,
        le=65_535,
        description="Longest side of a picture in pixels. Source: ITU-T T.81 section B.2.2.",
    )
    frames_max: int = Field(
        default=WEB.frames_max,
        ge=1,
        le=100_000,
        description="Distinct frames of an animation (GIF, WebP, APNG, AVIF, TIFF pages) that become "
        "forms. Source: threat model ST-04.",
    )
    frames_looked_max: int = Field(
        default=WEB.frames_looked_max,
        ge=1,
        le=1_000_000,
        description="Frames of an animation that are decoded in search of distinct ones. Source: our "
        "own, ten times frames_max.",
    )
    animation_pixels_max: int = Field(
        default=WEB.animation_pixels_max,
        ge=1,
        description="Pixels of all frames of one animation together. Source: our own, 300 frames of "
        "1920 x 1080.",
    )
    film_frames_max: int = Field(
        default=WEB.film_frames_max,
        ge=1,
        le=1_000_000,
        description="Frames of one film that are hashed. Source: threat model ST-04.",
    )
    film_cpu_seconds: float = Field(
        default=WEB.film_cpu_seconds,
        gt=0,
        description="CPU time in seconds that one film may take. Source: decisions.md section 1.",
    )
    film_bytes_max: int = Field(
        default=WEB.film_bytes_max,
        ge=1,
        description="Size in bytes of a film that is decoded; of a larger one only digests are taken. "
        "Source: threat model ST-04.",
    )
    html_bytes_max: int = Field(
        default=WEB.html_bytes_max,
        ge=1,
        description="Size in bytes of a page that is read. Source: threat model ST-04.",
    )
    archive_depth_max: int = Field(
        default=WEB.archive_depth_max,
        ge=0,
        le=10,
        description="Depth of archives inside archives that are opened. Source: threat model ST-04.",
    )
    archive_ratio_max: int = Field(
        default=WEB.archive_ratio_max,
        ge=2,
        description="Bytes out of an archive for each byte in. Source: threat model ST-04.",
    )
    archive_entries_max: int = Field(
        default=WEB.archive_entries_max,
        ge=1,
        description="Entries of one archive. Source: decisions.md section 1.",
    )
    archive_bytes_max: int | None = Field(
        default=WEB.archive_bytes_max,
        ge=1,
        description="Bytes out of one archive in all; none = no total, streamed. Source: decisions.md "
        "section 1.",
    )
    member_bytes_max: int = Field(
        default=WEB.member_bytes_max,
        ge=1,
        description="Size in bytes of a member that is decoded; of a larger one only digests are "
        "taken. Source: decisions.md section 1.",
    )
    dictionary_bytes_max: int = Field(
        default=WEB.dictionary_bytes_max,
        ge=65_536,
        description="Dictionary in bytes that a compressed archive may ask for. Source: decisions.md "
        "section 1.",
    )
    item_cpu_seconds: float = Field(
        default=WEB.item_cpu_seconds,
        gt=0,
        description="CPU time in seconds that one picture may take in a worker. Source: "
        "fault-injection.md FI-13.",
    )
    item_wall_seconds: float = Field(
        default=WEB.item_wall_seconds,
        gt=0,
        description="Wall time in seconds after which a worker is killed, beside the time for reading "
        "and films. Source: threat model section 2, promise 3.",
    )


class ForensicLimits(WebLimits):
    """Limits of the profile ``forensic``: ``tutela scan`` and disk images; only the defaults differ."""

    film_cpu_seconds: float = Field(
        default=FORENSIC.film_cpu_seconds,
        gt=0,
        description="CPU time in seconds that one film may take. Source: decisions.md section 1.",
    )
    film_bytes_max: int = Field(
        default=FORENSIC.film_bytes_max,
        ge=1,
        description="Size in bytes of a film that is decoded; of a larger one only digests are taken. "
        "Source: threat model ST-04.",
    )
    html_bytes_max: int = Field(
        default=FORENSIC.html_bytes_max,
        ge=1,
        description="Size in bytes of a page that is read. Source: threat model ST-04.",
    )
    archive_entries_max: int = Field(
        default=FORENSIC.archive_entries_max,
        ge=1,
        description="Entries of one archive. Source: decisions.md section 1.",
    )
    archive_bytes_max: int | None = Field(
        default=FORENSIC.archive_bytes_max,
        ge=1,
        description="Bytes out of one archive in all; none = no total, streamed. Source: decisions.md "
        "section 1.",
    )


class MediaSettings(BaseModel):
    """How media workers live, and what one file may cost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    web: WebLimits = Field(default_factory=WebLimits, description="Limits of the profile web.")
    forensic: ForensicLimits = Field(
        default_factory=ForensicLimits, description="Limits of the profile forensic."
    )
    worker_items_max: int = Field(
        default=WEB.worker_items_max,
        ge=1,
        le=200,
        description="Files that one worker may see in its life. Source: decisions.md section 1.",
    )
    worker_bytes_max: int = Field(
        default=WEB.worker_bytes_max,
        ge=192 << 20,
        description="Resident memory of one worker in bytes. Source: decisions.md section 1.",
    )
    recheck_share_percent: float = Field(
        default=PoolRules().recheck_share_percent,
        ge=0,
        le=100,
        description="Share of files that a fresh worker examines again, in percent. "
        "Source: decisions.md section 1.",
    )
    lockdown_required: bool = Field(
        default=PoolRules().lockdown_required,
        description="Refuse to open any file where Landlock or seccomp is missing (no unit). "
        "Source: decisions.md section 1; the service sets it, scan and match only warn.",
    )

    def limits(self, profile: Profile) -> Limits:
        """The limits of a profile, as the sandbox takes them."""
        chosen = self.web if profile == "web" else self.forensic
        return Limits(
            **chosen.model_dump(),
            worker_items_max=self.worker_items_max,
            worker_bytes_max=self.worker_bytes_max,
        )

    def rules(self) -> PoolRules:
        """How a pool of workers lives, for ``MediaPool``."""
        return PoolRules(
            worker_items_max=self.worker_items_max,
            worker_bytes_max=self.worker_bytes_max,
            recheck_share_percent=self.recheck_share_percent,
            lockdown_required=self.lockdown_required,
        )
