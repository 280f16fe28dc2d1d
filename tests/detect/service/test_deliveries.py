"""The record of what left: whole lines only, and who a leak can come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.detect.service.deliveries import FILE, Deliveries, Delivery
from tutela.kernel.errors import Unavailable


def delivery(recipient: str, *lists: str) -> Delivery:
    return Delivery(
        time="2026-03-01T12:00:00Z",
        recipient=recipient,
        token="tok_1",
        purpose="to keep copies away",
        lists=lists,
        values=3,
        withdrawn=1,
        start=10,
        last=True,
    )


def test_lines_are_kept_in_order_for_the_owner_alone(tmp_path: Path) -> None:
    record = Deliveries(tmp_path)
    for name in ("a", "b", "a"):
        record.record(delivery(name, "csam"))
    assert [line["recipient"] for line in Deliveries(tmp_path).lines()] == ["a", "b", "a"]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_recipients_keep_every_list_they_ever_had(tmp_path: Path) -> None:
    record = Deliveries(tmp_path)
    record.record(delivery("a", "csam", "own"))
    record.record(delivery("a", "new"))
    record.record(delivery("b"))
    assert record.recipients() == {"a": frozenset({"csam", "own", "new"}), "b": frozenset()}


def test_a_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    record = Deliveries(tmp_path)
    record.record(delivery("a"))
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"recipient": "b", "li\n[1]\n"text"\n{"recipient": "c"}\n')
    record.record(delivery("d"))
    assert [line["recipient"] for line in record.lines()] == ["a", "d"]


def test_nothing_was_given_yet(tmp_path: Path) -> None:
    assert list(Deliveries(tmp_path).lines()) == [] and Deliveries(tmp_path).recipients() == {}


def test_a_folder_that_is_not_there_and_a_full_disk_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable, match="cannot be recorded"):
        Deliveries(tmp_path / "nowhere").record(delivery("a"))
    (tmp_path / FILE / "x").mkdir(parents=True)
    with pytest.raises(Unavailable, match="cannot be read"):
        list(Deliveries(tmp_path).lines())
    (tmp_path / "full").mkdir()
    monkeypatch.setattr(os, "write", lambda _descriptor, _line: 5)
    with pytest.raises(Unavailable, match="full"):
        Deliveries(tmp_path / "full").record(delivery("a"))
