"""What goes into the media sandbox and what may come out of it. Plain data, no decoder.

Source of every limit: threat model ST-04 and decisions.md section 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Profile = Literal["web", "forensic"]
PdqMode = Literal["exact", "fast"]
FilmMode = Literal["exact", "standard", "keys"]
TroubleKind = Literal["unreadable", "refused", "not_media"]

MIB = 1 << 20
#: Side of the luma reduction from which PDQ is finished, in samples (PDQ paper, hashing.pdf).
LUMA_SIDE = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Limits of one profile. Units are in the names; sizes in bytes, times in seconds.

    The defaults are the profile ``web``; ``FORENSIC`` differs only where decisions.md says so.
    """

    pixels_max: int = 50_000_000
    #: Alpha, CMYK, 16-bit and ICC pictures are box-reduced to this before conversion (pixels).
    reduced_pixels_max: int = 4_000_000
    side_max: int = 65_535
    frames_max: int = 300
    #: Frames of an animation that are decoded in search of distinct ones.
    frames_looked_max: int = 3_000
    #: Pixels of all frames of an animation together: 300 frames of 1920 x 1080.
    animation_pixels_max: int = 625_000_000
    film_frames_max: int = 20_000
    film_cpu_seconds: float = 120.0
    film_bytes_max: int = 2048 * MIB
    html_bytes_max: int = 16 * MIB
    archive_depth_max: int = 2
    archive_ratio_max: int = 100
    archive_entries_max: int = 1_000
    #: Bytes out of one archive in all; None = no total, streamed.
    archive_bytes_max: int | None = 512 * MIB
    #: One member of a container that is held in memory to be decoded.
    member_bytes_max: int = 512 * MIB
    dictionary_bytes_max: int = 64 * MIB
    #: CPU time one picture may take in a worker (fault-injection guide FI-13: 10 s an item).
    item_cpu_seconds: float = 10.0
    #: Wall time after which the parent kills the worker (threat model promise 3: no job > 12 s).
    item_wall_seconds: float = 12.0
    worker_items_max: int = 200
    worker_bytes_max: int = 512 * MIB


#: The two profiles of decisions.md section 1.
WEB = Limits()
FORENSIC = Limits(
    film_cpu_seconds=1_200.0,
    film_bytes_max=1 << 40,
    html_bytes_max=1 << 40,
    archive_entries_max=1_000_000,
    archive_bytes_max=None,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What the parent wants to know about one descriptor."""

    pdq_mode: PdqMode = "fast"
    film_mode: FilmMode = "standard"
    #: Film frames a second that are hashed in ``standard``; ``exact`` hashes every frame. ``keys`` hashes
    #: every key frame, and as ``standard`` does where these lie far apart (``film_keys``).
    film_rate_hz: float = 1.0
    #: Centred crops in percent a side whose forms are wanted too (``/c5`` ...): list building only.
    crops_percent: tuple[int, ...] = ()
    #: Full pixels (uint8 RGB) beside each form, for a plug-in hasher or a protected view.
    pixels: bool = False
    #: With ``pixels``: each form squashed inside the worker to a square of this side in samples, as
    #: classifiers want it; 0 = full size.
    pixels_side: int = 0
    limits: Limits = WEB


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShownForm:
    """One way in which a viewer shows the file, reduced for PDQ.

    ``form`` is ``f<frame>/r0[/<white|black>][/c<percent>]`` or, in films, ``t<seconds>/r0``
    (seconds with three decimals). ``luma64`` is float32 of shape (64, 64), 0-255.
    The dihedral forms are derived later from the same reduction, not sent.
    """

    form: str
    frame: int
    full_width: int
    full_height: int
    luma64: NDArray[np.float32]
    #: Bit 0: decoded at reduced size (mode ``fast``). Bit 1: box-reduced before conversion.
    #: Bit 2: limited-range film luma (quality is multiplied by 255/219).
    clip_flags: int = 0
    pixels: NDArray[np.uint8] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why a file gave no forms, or not all of them.

    ``unreadable``: broken, truncated, encrypted, or a container that was not opened.
    ``refused``: a limit was hit. ``not_media``: an ordinary file of another kind.
    ``reason`` is a fixed sentence of our own, never text from the file.
    """

    kind: TroubleKind
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaFacts:
    """Facts of the file. ``ambiguous`` lists reasons why a viewer may show something else."""

    container: str = "unknown"
    codec: str = ""
    width: int = 0
    height: int = 0
    frames: int = 0
    duration_seconds: float = 0.0
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """Everything the sandbox says about one file or one member of a container.

    ``member`` is the path inside the container(s), joined with ``!/`` where nested, or None.
    Digests are raw bytes (16, 20, 32); they are empty only when nothing could be read at all
    (``trouble`` says why). The shown forms were handed to the sink while they arrived.
    """

    member: str | None
    size_bytes: int
    md5: bytes
    sha1: bytes
    sha256: bytes
    facts: MediaFacts = field(default_factory=MediaFacts)
    trouble: Trouble | None = None
    #: A deleted entry of a disk image.
    deleted: bool = False
    #: Whatever a pool in front of the pool wants to hand along; nothing here looks at it.
    note: object = None
