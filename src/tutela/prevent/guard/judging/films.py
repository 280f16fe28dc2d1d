"""What the sandbox sees of a film: its key frames, and one frame a second where these are far apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tutela.detect.media.shapes import WEB, Ask
from tutela.detect.media.sniff import HEAD_BYTES, family, sniff
from tutela.prevent.guard.judging.looking import SQUARES_BYTES_MAX, Look, Unseen, examined_by
from tutela.prevent.guard.judging.shapes import Examines
from tutela.prevent.guard.judging.troubles import casts_doubt, why_held
from tutela.prevent.guard.shapes import FILM_SECONDS, HOLD_SECONDS

#: Frames a second that are looked at where key frames are far apart.
RATE_HZ: Final = 1.0
#: What a film may show besides the track that was looked at.
_NOT_LOOKED_AT: Final = frozenset({"several_tracks"})


def is_film(untrusted_content: bytes) -> bool:
    """Whether these bytes begin like a film."""
    return family(sniff(untrusted_content[:HEAD_BYTES])) == "film"


def ask_for_film(square_side: int = 0) -> Ask:
    """What every film is asked for; squares of this side where a classifier wants them.

    A worker that computes longer than a film is held at most works for nobody.
    """
    limits = replace(WEB, film_cpu_seconds=FILM_SECONDS, item_wall_seconds=HOLD_SECONDS)
    return Ask(
        film_mode="keys",
        film_rate_hz=RATE_HZ,
        pixels=square_side > 0,
        pixels_side=square_side,
        limits=limits,
    )


def look_at_film(pool: Examines, untrusted_content: bytes, ask: Ask) -> Look | Unseen:
    """The key frames of this film, or why not all of them were to be had.

    Raises Unavailable when no worker can be started.
    """
    if not is_film(untrusted_content):
        return Unseen(why="unknown_kind")
    look = Look()
    examined = examined_by(pool, untrusted_content, ask, look)
    if examined.trouble is not None:
        return Unseen(why=why_held(examined.trouble), doubt=casts_doubt(examined.trouble))
    if not look.forms or look.forms != examined.facts.frames:
        return Unseen(why="worker_failed")
    if _NOT_LOOKED_AT.intersection(examined.facts.ambiguous):
        return Unseen(why="unknown_kind")
    return Unseen(why="too_large") if look.squares_bytes > SQUARES_BYTES_MAX else look
