"""HEIC: with pi-heif through a threaded worker, without it an honest no."""

from __future__ import annotations

import tarfile

import pytest

from tests.detect.media.opening import examine, source_of
from tests.shared_folder import shared
from tutela.detect.media import pictures_heic
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Ask
from tutela.detect.media.troubles import DecodeTrouble


def test_without_pi_heif_a_picture_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures_heic, "pi_heif", None)
    with pytest.raises(DecodeTrouble) as found:
        pictures_heic.decode_heic(source_of(b"\0\0\0\x18ftypheic"), Ask(), lambda form: None)
    assert (found.value.kind, found.value.code) == ("unreadable", "no_decoder")


def test_a_heif_picture_is_decoded_in_its_own_worker() -> None:
    if not pictures_heic.PARTS:
        pytest.skip("needs the extra heic (pi-heif)")
    with tarfile.open(shared("corpora", "pillow-images.tar.xz"), "r:xz") as corpus:
        member = corpus.extractfile("pillow-images/avif/hopper.heif")
        assert member is not None
        data = member.read()
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        examined, forms = examine(pool, data)
    assert examined.trouble is None
    assert (examined.facts.container, examined.facts.width, examined.facts.height) == ("heic", 128, 128)
    assert [form.form for form in forms] == ["f0/r0"]


def test_a_broken_heif_is_unreadable() -> None:
    if not pictures_heic.PARTS:
        pytest.skip("needs the extra heic (pi-heif)")
    pictures_heic.warm()
    with pytest.raises(DecodeTrouble) as found:
        pictures_heic.decode_heic(source_of(b"\0\0\0\x18ftypheic" + bytes(99)), Ask(), lambda form: None)
    assert found.value.kind == "unreadable"
