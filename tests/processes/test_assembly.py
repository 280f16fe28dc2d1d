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
    values = Config.model_validate(
        {"hotline": {"desk_listen": f"127.0.0.1:{port}"}, "visits": {"enabled": True}}
    )
    parts = {one.name: one for one in parts_of(Loaded(values=values, origin={}), tmp_path, {})}
    assert parts.keys() == {one.name for one in PROCESSES} | {"worker_2"}
    assert parts["public"].address == "http://127.0.0.1:8700"
    assert parts["desk"].address == f"http://127.0.0.1:{port}, to be opened as http://localhost:8701"
    assert parts["fetcher"].address == str(tmp_path / "sockets/fetcher.sock")
    assert parts["fetcher"].command[-2:] == ("run", "fetcher")
    assert not parts["fetcher"].is_ready()
    assert not parts["desk"].is_ready()
    assert parts["worker"].is_ready()


def test_a_process_that_a_setting_switches_on_is_no_part_without(tmp_path: Path) -> None:
    names = [one.name for one in parts_of(Loaded(values=Config(), origin={}), tmp_path, {})]
    assert set(names) == {one.name for one in PROCESSES if not one.setting} | {"worker_2"}
    assert "visitor" not in names


def test_there_are_as_many_workers_as_the_settings_say(tmp_path: Path) -> None:
    values = Config.model_validate({"hotline": {"workers": 3}})
    parts = parts_of(Loaded(values=values, origin={}), tmp_path, {}, commands={"worker": ("mine",)})
    workers = [one for one in parts if one.process == "worker"]
    assert [one.name for one in workers] == ["worker", "worker_2", "worker_3"]
    assert [one.command for one in workers] == [
        ("mine",),
        ("mine", "--name", "worker_2"),
        ("mine", "--name", "worker_3"),
    ]
    assert len({tuple(one.environment.items()) for one in workers}) == 1


def test_another_command_comes_by_argument_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_FETCHER", "mine")
    loaded = Loaded(values=Config(), origin={})
    (fetcher, *_) = parts_of(loaded, tmp_path, {"TUTELA_FETCHER": "mine"}, commands={"fetcher": ("mine",)})
    assert fetcher.command == ("mine",)
    (fetcher, *_) = parts_of(loaded, tmp_path, {"TUTELA_FETCHER": "mine"})
    assert "mine" not in fetcher.command
    assert "TUTELA_FETCHER" not in fetcher.environment
