"""``tutela conformance``: exit codes, the sheet where it was asked for, no token anywhere in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hma_standin import HmaStandin
from tests.serving import free_port, served
from tutela import __version__
from tutela.cli import run
from tutela.commands.conformance import line
from tutela.demo.samples import GeneratedSamples
from tutela.detect.service.conformance.results import Row

FEW = ("--pictures", "2", "--askers", "2", "--wait", "0.5")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(HmaStandin().app()) as address:
        yield address


@pytest.mark.slow
def test_holes_are_exit_code_one_and_stand_in_both_sheets(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "sheet.html"
    assert run(["conformance", url, "--shape", "hma", *FEW, "-o", str(page), "--json"]) == 1
    out, err = capsys.readouterr()
    sheet = json.loads(out)
    assert {row["title"]: row["found"] for row in sheet["rows"]}["GIF"] == 0
    assert sheet["host"] == url
    assert (sheet["form"], sheet["kit"]) == (1, __version__)
    assert "GIF" in err
    text = page.read_text()
    assert "applicable checks failed" in text
    assert "GIF" in text


@pytest.mark.slow
def test_a_matcher_with_a_threshold_of_its_own_is_asked_at_that_one(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stand-in finds at 31 bits: asked at 20 it finds too much, which only the distance explains."""
    found = {}
    for bits in (31, 20):
        run(["conformance", url, "--shape", "hma", *FEW, "--distance", str(bits), "--json"])
        sheet = json.loads(capsys.readouterr().out)
        found[bits] = {row["check"]: row["words"] for row in sheet["rows"]}["index-of-2"]
        assert sheet["options"]["threshold in bits"] == bits
    assert found == {31: "", 20: "2 found beyond the threshold"}


def test_nobody_there_is_exit_code_three(capsys: pytest.CaptureFixture[str]) -> None:
    address = f"http://127.0.0.1:{free_port()}/hma"
    assert run(["conformance", address, "--shape", "hma", "--token", "top-secret", *FEW]) == 3
    out, err = capsys.readouterr()
    assert "error: http://127.0.0.1" in err
    assert "top-secret" not in out + err


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-url", "--shape", "hma"],
        ["http://h"],
        ["http://h", "--shape", "other"],
        ["http://h", "--shape", "hma", "-o", "/no/such/folder/sheet.html"],
        ["http://h", "--shape", "hma", "--pictures", "0"],
        ["http://h", "--shape", "hma", "--distance", "200"],
    ],
)
def test_a_wrong_call_is_exit_code_two(arguments: list[str]) -> None:
    assert run(["conformance", *arguments]) == 2


def test_originals_are_written_and_nothing_is_asked(tmp_path: Path) -> None:
    arguments = ["--shape", "arachnid", "--pictures", "2", "--seed", "3", "--originals", str(tmp_path / "o")]
    assert run(["conformance", "http://127.0.0.1:1", *arguments]) == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir()}
    samples = GeneratedSamples(3)
    assert written == {"sample-0.jpg": samples.original(0), "sample-1.jpg": samples.original(1)}


def test_a_line_has_verdict_counts_and_words() -> None:
    row = Row(group="copies", check="x", title="GIF", status="failed", found=1, total=10, words="why")
    assert line(row).split() == ["failed", "copies", "1/10", "GIF:", "why"]
    bare = Row(group="load", check="x", title="many", status="not applicable")
    assert line(bare).split() == ["not", "applicable", "load", "many"]
