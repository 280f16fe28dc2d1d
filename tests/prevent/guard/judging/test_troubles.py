"""Every trouble of the sandbox has a word, and none lets a picture pass."""

from __future__ import annotations

from typing import get_args

import pytest

from tutela.detect.media.shapes import TroubleKind
from tutela.detect.media.troubles import KINDS, REASONS, trouble
from tutela.prevent.guard.judging.troubles import casts_doubt, why_held
from tutela.prevent.guard.shapes import Why


@pytest.mark.parametrize("code", REASONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_trouble_holds(kind: TroubleKind, code: str) -> None:
    word = why_held(trouble(kind, code))
    assert word in get_args(Why)
    assert word not in {"clear", "listed", "classified"}


@pytest.mark.parametrize(
    ("kind", "code", "why"),
    [
        ("unreadable", "broken", "unreadable"),
        ("refused", "pixels", "too_large"),
        ("refused", "frames", "too_large"),
        ("refused", "wall", "too_slow"),
        ("refused", "cpu", "too_slow"),
        ("unreadable", "killed", "worker_failed"),
        ("unreadable", "protocol", "worker_failed"),
        ("not_media", "other_kind", "unknown_kind"),
        ("unreadable", "no_decoder", "unknown_kind"),
    ],
)
def test_a_trouble_has_its_own_word(kind: TroubleKind, code: str, why: Why) -> None:
    assert why_held(trouble(kind, code)) == why


def test_only_a_worker_that_answered_wrongly_casts_doubt_on_what_was() -> None:
    assert casts_doubt(trouble("refused", "deviated"))
    assert not casts_doubt(trouble("refused", "wall"))
    assert not casts_doubt(None)
