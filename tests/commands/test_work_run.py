from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.commands.work_calls import Foreman
from tutela.commands.work_run import same_name, stop_on_signals
from tutela.hotline.work import actions
from tutela.kernel.clock import SystemClock


def test_jobs_are_done_and_each_is_told(foreman: Foreman) -> None:
    good, bad = foreman.put(), foreman.put(arguments={"fails": True})
    assert foreman("run", "--name", "ann", "--until-empty") == 0
    lines = foreman.out.splitlines()
    assert lines[0].startswith(f"finished toy              {good}")
    assert lines[1].startswith(f"parked   toy              {bad}") and lines[1].endswith("TimeoutError")
    assert foreman.err.endswith("ann: 1 jobs done, 1 tries failed\n")


def test_what_is_told_can_be_read_by_a_program(foreman: Foreman) -> None:
    job = foreman.put()
    (row,) = foreman.rows("run", "--until-empty")
    assert (row["job"], row["outcome"], row["tries"], row["reason"]) == (job, "finished", 1, "")


def test_only_chosen_kinds_are_done(foreman: Foreman) -> None:
    foreman.put(kind="other")
    assert foreman("run", "--kind", "toy", "--until-empty") == 0
    assert foreman.rows("list")[0]["state"] == "waiting"


@pytest.mark.parametrize("words", [("--kind", "nobody"), ("--name", "Ann B")], ids=str)
def test_a_wrong_call_does_nothing(foreman: Foreman, words: tuple[str, str]) -> None:
    foreman.put()
    assert foreman("run", *words, "--until-empty") == 2
    assert foreman.rows("list")[0]["state"] == "waiting"


def test_a_second_worker_of_one_name_is_told_that_it_harms_nothing(foreman: Foreman) -> None:
    assert foreman("run", "--name", "ann", "--until-empty") == 0 and "note" not in foreman.err
    actions.say_present("wrk_other", "ann", 0, 0, clock=SystemClock())
    assert foreman("run", "--name", "ann", "--until-empty") == 0
    assert f"note: {same_name('ann', 1)}" in foreman.err
    assert "3 other workers" in same_name("ann", 3)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_it_to_stop_and_no_more(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(5)
    assert signal.getsignal(number) is before


def test_jobs_of_a_host_begin_as_far_apart_as_the_setting_says(
    foreman: Foreman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTELA_HOTLINE__HOST_APART_SECONDS", "0.3")
    for _ in range(2):
        foreman.put(host="aa")
    began = time.monotonic()
    assert foreman("run", "--until-empty") == 0
    assert "2 jobs done" in foreman.err and time.monotonic() - began >= 0.3


def test_a_worker_does_not_start_under_a_configuration_that_nobody_signed(
    foreman: Foreman, tmp_path: Path
) -> None:
    foreman.put()
    shutil.rmtree(tmp_path / "configuration")
    assert foreman("run", "--until-empty") == 2
    assert "nobody is named who may sign here" in foreman.err
    assert [row["state"] for row in foreman.rows("list")] == ["waiting"]
