"""All processes as parts: where they answer, and how a demonstration puts its own fetcher in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.config import Config
from tutela.kernel.settings import Loaded
from tutela.processes.assembly import parts_of
from tutela.processes.listening import free_port
from tutela.processes.map import PROCESSES


def test_every_process_is_a_part_with_its_address(tmp_path: Path) -> None:
    port = free_port()  # nothing of a tutela that runs on this machine answers there
    values = Config.model_validate({"hotline": {"desk_listen": f"127.0.0.1:{port}"}})
    parts = {one.name: one for one in parts_of(Loaded(values=values, origin={}), tmp_path, {})}
    assert parts.keys() == {one.name for one in PROCESSES}
    assert parts["public"].address == "http://127.0.0.1:8700"
    assert parts["desk"].address == f"http://127.0.0.1:{port}, to be opened as http://localhost:8701"
    assert parts["fetcher"].address == str(tmp_path / "sockets/fetcher.sock")
    assert parts["fetcher"].command[-2:] == ("run", "fetcher")
    assert not parts["fetcher"].is_ready()
    assert not parts["desk"].is_ready()
    assert parts["worker"].is_ready()


def test_another_command_comes_by_argument_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_FETCHER", "mine")
    loaded = Loaded(values=Config(), origin={})
    (fetcher, *_) = parts_of(loaded, tmp_path, {"TUTELA_FETCHER": "mine"}, commands={"fetcher": ("mine",)})
    assert fetcher.command == ("mine",)
    (fetcher, *_) = parts_of(loaded, tmp_path, {"TUTELA_FETCHER": "mine"})
    assert "mine" not in fetcher.command
    assert "TUTELA_FETCHER" not in fetcher.environment
