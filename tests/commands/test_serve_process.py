"""The application of one service process, made from what the supervisor hands down."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import warnings
from pathlib import Path

import pytest

from tutela.commands import serve_process
from tutela.commands.serve_process import KEY_VARIABLE, WORKERS_VARIABLE, create_app
from tutela.kernel.errors import Refused

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the sandbox")


@pytest.fixture
def handed_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a service with two processes."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 32)
    monkeypatch.setenv(WORKERS_VARIABLE, "2")
    monkeypatch.setattr(serve_process, "_end_with", lambda _parent: None)  # it would outlive its test
    monkeypatch.setattr(serve_process, "_collect_quickly", lambda: None)  # so would this
    folder = tmp_path / "match"
    folder.mkdir(mode=0o700)
    return folder


@linux
def test_the_application_answers_over_the_data_folder(handed_down: Path) -> None:
    with TestClient(create_app()) as client:
        assert client.get("/health").json() == {"status": "alive"}
        assert client.post("/v1/match", content=b"x").status_code == 401
    assert (handed_down / "watch").is_dir()


@linux
def test_wrong_settings_end_it_at_once(handed_down: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_SERVICE__OPINIONS", '["vendor-simulator"]')
    with pytest.raises(Refused, match="legal_basis"):
        create_app()
    assert not (handed_down / "watch").exists()


def test_it_ends_in_order_when_the_supervisor_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    parents = iter([7, 7, 1])
    monkeypatch.setattr(serve_process, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    ending = threading.Thread(target=serve_process._end_with, args=(7,))
    ending.start()
    ending.join(10)
    assert sent == [(os.getpid(), signal.SIGTERM)]


def test_collections_leave_out_what_was_there_at_the_start() -> None:
    frozen = gc.get_freeze_count()
    serve_process._collect_quickly()
    assert gc.get_freeze_count() > frozen
