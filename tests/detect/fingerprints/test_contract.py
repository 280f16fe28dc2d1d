"""The contract of hashers catches what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tutela.detect.fingerprints.contract import SLOT, check_hasher, sample_form
from tutela.detect.fingerprints.hashers import DigestHasher, PdqHasher, pdq
from tutela.detect.fingerprints.shapes import Fingerprint, Unhashable
from tutela.detect.media.shapes import Examined, PdqMode, ShownForm


class _Empty(DigestHasher):
    def fingerprint(self, subject: Examined) -> Fingerprint | Unhashable:
        return Fingerprint(kind=self.kind, value=subject.md5)


class _Silent(DigestHasher):
    def fingerprint(self, subject: Examined) -> Fingerprint | Unhashable:
        found = DigestHasher.fingerprint(self, subject)
        return found if isinstance(found, Fingerprint) else Unhashable(kind=self.kind, form="file", reason="")


class _Turned(PdqHasher):
    def fingerprints(
        self, subject: ShownForm, *, mode: PdqMode, dihedral: bool
    ) -> Sequence[Fingerprint] | Unhashable:
        return PdqHasher.fingerprints(self, subject, mode=mode, dihedral=True)


class _Refusing(PdqHasher):
    def fingerprints(
        self, subject: ShownForm, *, mode: PdqMode, dihedral: bool
    ) -> Sequence[Fingerprint] | Unhashable:
        return Unhashable(kind="pdq", form=subject.form, reason="never")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Neither:
    name: str = "neither"
    kind: str = "neither"
    version: str = "1"
    media: str = "picture"
    bits: int = 64


@pytest.mark.parametrize(
    ("hasher", "rule"),
    [
        (_Empty(name="md5"), "never an empty hash"),
        (_Silent(name="md5"), "says its kind and why"),
        (_Turned(name="pdq", media="picture"), "only where they were asked for"),
        (_Refusing(name="pdq", media="picture"), "has a fingerprint"),
        (_Neither(), "neither"),
    ],
)
def test_a_broken_hasher_is_caught_by_the_rule_it_breaks(hasher: object, rule: str) -> None:
    with pytest.raises(AssertionError, match=rule):
        check_hasher(hasher)  # type: ignore[arg-type]  # reason: some of them are no hashers, that is the point


def test_the_slot_checks_what_it_loads() -> None:
    assert SLOT.load("pdq") == pdq()


def test_samples_are_what_they_say() -> None:
    assert sample_form().pixels is not None
    assert sample_form(pixels=False).pixels is None
    assert sample_form(film=True).form.startswith("t")
    assert float(sample_form(flat=True).luma64.std()) == 0.0
