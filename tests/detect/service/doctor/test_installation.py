from __future__ import annotations

import sys
import tomllib

import pytest

from tests.house.reading import ROOT
from tutela.detect.media.lockdown import Support
from tutela.detect.media.pool import MediaPool
from tutela.detect.service.doctor import installation
from tutela.kernel.errors import Unavailable


def test_an_old_python_fails() -> None:
    assert installation.python((3, 11, 0)).state == "ok"
    assert installation.python((3, 10, 9)).state == "fail"
    assert "3.10.9" in installation.python((3, 10, 9)).what


def test_numpy_in_place_of_c_is_told() -> None:
    assert installation.native("c-popcnt").state == "ok"
    assert installation.native("numpy").state == "warn"
    assert installation.native().state in ("ok", "warn")


def test_an_extra_that_is_missing_says_what_is_lacking() -> None:
    found = {one.check: one for one in installation.extras(lambda module: module != "av")}
    assert found["extra-video"].state == "warn"
    assert "films are unreadable" in found["extra-video"].what
    assert found["extra-video"].advice == "pip install 'tutela[video]'"
    assert {one.state for name, one in found.items() if name != "extra-video"} == {"ok"}


def test_what_is_asked_is_what_this_python_can_find() -> None:
    found = {one.check: one.state for one in installation.extras()}
    assert found["extra-service"] == "ok"


def test_every_extra_is_one_of_the_project_and_brings_what_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    assert set(installation.EXTRAS) <= set(optional)
    assert all(len(modules) <= len(optional[extra]) for extra, (modules, _) in installation.EXTRAS.items())


def test_a_missing_layer_fails_on_linux_and_warns_elsewhere() -> None:
    whole = Support(landlock_abi=4, seccomp=True, rlimits=True)
    half = Support(landlock_abi=0, seccomp=True, rlimits=True)
    assert installation.layers(whole, "linux").state == "ok"
    assert "ABI 4" in installation.layers(whole, "linux").what
    told = installation.layers(half, "linux")
    assert (told.state, "Landlock" in told.what) == ("fail", True)
    assert installation.layers(half, "darwin").state == "warn"


@pytest.mark.skipif(sys.platform != "linux", reason="needs the sandbox")
def test_a_worker_is_really_started() -> None:
    assert installation.worker().state == "ok"


def test_a_worker_without_its_layers_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MediaPool, "missing_layers", property(lambda _: ("seccomp",)))
    told = installation.worker()
    assert (told.state, "seccomp" in told.what) == ("fail", True)


def test_no_worker_at_all_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: MediaPool) -> None:
        raise Unavailable("no media worker could be started")

    monkeypatch.setattr(MediaPool, "missing_layers", property(refuse))
    assert installation.worker().state == "fail"
