"""vPDQ as text: the frames of a film with hash, quality and time (standards/12 section 12.2).

Written as a JSON list of ``"<64 hexadecimal digits>,<quality>,<seconds with 3 decimals>"``. Three
writers of the field are read: this form, the same with three *significant digits* instead of three
decimals (threatexchange), and the older object keyed by frame number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tutela.detect.fingerprints.shapes import VALUE_BYTES, Fingerprint

#: Orientation part of an upright frame's form, ``t<seconds>/r0`` (decisions.md section 1).
UPRIGHT = "r0"


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmFrame:
    """One hashed frame: PDQ (32 bytes), quality 0-100, time from the start in seconds."""

    value: bytes
    quality: int
    seconds: float


def film_frames(prints: Iterable[Fingerprint]) -> tuple[FilmFrame, ...]:
    """The upright frames among a film's fingerprints, in their order."""
    return tuple(
        FilmFrame(value=p.value, quality=p.quality or 0, seconds=float(p.form[1 : p.form.index("/")]))
        for p in prints
        if p.kind == "pdq" and p.form.startswith("t") and p.form.split("/")[1] == UPRIGHT
    )


def render_frames(frames: Iterable[FilmFrame]) -> str:
    """The frames as JSON text; ``parse_frames`` reads it back, times to the millisecond."""
    return json.dumps([f"{frame.value.hex()},{frame.quality},{frame.seconds:.3f}" for frame in frames])


def parse_frames(untrusted_text: str) -> tuple[FilmFrame, ...]:
    """The frames of any of the three written forms. Raises ValueError naming the frame that is wrong."""
    try:
        untrusted = json.loads(untrusted_text)
    except RecursionError as error:
        raise ValueError("nested too deeply for a vPDQ") from error
    if isinstance(untrusted, list):
        return tuple(_from_line(number, line) for number, line in enumerate(untrusted))
    if isinstance(untrusted, dict):
        return tuple(
            _from_object(number, untrusted[number]) for number in sorted(untrusted, key=_frame_number)
        )
    raise ValueError("a vPDQ is a JSON list of lines, or an object keyed by frame number")


def _from_line(number: int, untrusted_line: Any) -> FilmFrame:
    parts = untrusted_line.split(",") if isinstance(untrusted_line, str) else []
    if len(parts) != 3:
        raise ValueError(f"frame {number}: expected 'hash,quality,seconds'")
    return _checked(number, *parts)


def _from_object(number: str, untrusted_frame: Any) -> FilmFrame:
    if not isinstance(untrusted_frame, dict):
        raise ValueError(f"frame {number}: expected an object with hash, quality and timestamp")
    fields = [untrusted_frame.get(name) for name in ("hash", "quality", "timestamp")]
    if any(value is None for value in fields):
        raise ValueError(f"frame {number}: hash, quality and timestamp are all needed")
    return _checked(_frame_number(number), *(str(value) for value in fields))


def _frame_number(untrusted_number: str) -> int:
    if not (untrusted_number.isascii() and untrusted_number.isdecimal()):
        raise ValueError("frame numbers are whole and not negative")
    return int(untrusted_number)


def _checked(number: int, untrusted_hash: str, untrusted_quality: str, untrusted_seconds: str) -> FilmFrame:
    try:
        value, quality = bytes.fromhex(untrusted_hash.strip()), int(untrusted_quality)
        seconds = float(untrusted_seconds)
    except ValueError as error:
        raise ValueError(f"frame {number}: expected 'hash,quality,seconds'") from error
    if len(value) != VALUE_BYTES["pdq"]:
        raise ValueError(f"frame {number}: a PDQ has 64 hexadecimal digits")
    if not 0 <= quality <= 100:
        raise ValueError(f"frame {number}: quality is 0 to 100")
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"frame {number}: seconds are finite and not negative")
    return FilmFrame(value=value, quality=quality, seconds=seconds)
