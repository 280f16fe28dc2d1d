"""The slot tutela.hashers: contract for each hasher, names instead of what happens to be installed."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.plugins.installing import install_example
from tutela.detect.fingerprints.contract import check_hasher, sample_form
from tutela.detect.fingerprints.fakes import FakeAnswer, FakePool
from tutela.detect.fingerprints.files import fingerprint_file
from tutela.detect.fingerprints.hashers import BUILT_IN, GROUP, Hasher, pick_hashers
from tutela.detect.media.shapes import Ask
from tutela.kernel.errors import Invalid, Unavailable


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_hasher_of_our_own_keeps_the_contract(name: str) -> None:
    check_hasher(BUILT_IN[name]())


def test_our_own_are_registered_like_any_plug_in() -> None:
    ours = [point for point in entry_points(group=GROUP) if point.dist and point.dist.name == "tutela"]
    assert {point.name: point.load() for point in ours} == BUILT_IN


def test_the_default_is_our_own_five() -> None:
    assert [h.name for h in pick_hashers()] == ["md5", "sha1", "sha256", "pdq", "vpdq"]


def test_a_name_that_nobody_installed_is_said_so() -> None:
    with pytest.raises(Unavailable, match="photodna"):
        pick_hashers(["photodna"])


def test_an_example_plug_in_runs_when_enabled_and_gets_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_example(tmp_path, monkeypatch)
    pool = FakePool(lambda _: FakeAnswer(forms=(sample_form(),)))
    found = _fingerprint(pool, tmp_path, pick_hashers(["sha256", "example-average"]))
    assert [kind for kind, _ in found] == ["sha256", "example-average"]
    assert pool.asked[0].pixels


def test_installed_is_not_enabled_and_nobody_gets_pixels_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_example(tmp_path, monkeypatch)
    pool = FakePool(lambda _: FakeAnswer(forms=(sample_form(),)))
    found = _fingerprint(pool, tmp_path, pick_hashers())
    assert {kind for kind, _ in found} == {"md5", "sha1", "sha256", "pdq"}
    assert not pool.asked[0].pixels


def test_a_plug_in_that_breaks_the_contract_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_example(tmp_path, monkeypatch)
    with pytest.raises(Invalid, match="promised bits") as caught:
        pick_hashers(["example-broken"])
    assert "example-broken" in caught.value.public_message()


def _fingerprint(pool: FakePool, folder: Path, hashers: tuple[Hasher, ...]) -> list[tuple[str, str]]:
    path = folder / "picture"
    path.write_bytes(b"picture")
    with path.open("rb") as file:
        prints = fingerprint_file(pool, file.fileno(), Ask(), dihedral=False, hashers=hashers).prints
    return [(p.kind, p.form) for p in prints]
