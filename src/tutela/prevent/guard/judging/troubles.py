"""Why a picture that the sandbox had trouble with is held, in the words of the guard."""

from __future__ import annotations

from typing import Final

from tutela.detect.media.shapes import Trouble, TroubleKind
from tutela.detect.media.troubles import REASONS
from tutela.prevent.guard.shapes import Why

#: Codes of the sandbox that say more than their family does.
_BY_CODE: Final[dict[str, Why]] = {
    "no_decoder": "unknown_kind",
    "container": "unknown_kind",
    "playlist": "unknown_kind",
    "cpu": "too_slow",
    "wall": "too_slow",
    "killed": "worker_failed",
    "protocol": "worker_failed",
    "changed": "worker_failed",
    "unreadable": "worker_failed",
    "not_regular": "worker_failed",
    "fault": "worker_failed",
    "deviated": "worker_failed",
    "unstarted": "worker_failed",
}
_BY_REASON: Final[dict[str, Why]] = {REASONS[code][1]: why for code, why in _BY_CODE.items()}
_BY_KIND: Final[dict[TroubleKind, Why]] = {
    "unreadable": "unreadable",
    "refused": "too_large",
    "not_media": "unknown_kind",
}
_DEVIATED: Final = REASONS["deviated"][1]


def why_held(trouble: Trouble) -> Why:
    """The word for a trouble; there is none that lets a picture pass."""
    return _BY_REASON.get(trouble.reason) or _BY_KIND.get(trouble.kind, "worker_failed")


def casts_doubt(trouble: Trouble | None) -> bool:
    """Whether a worker was found to have answered wrongly, so that what it said before is in doubt too."""
    return trouble is not None and trouble.reason == _DEVIATED
