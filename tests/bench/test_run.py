"""The table of ratios names what failed and what was not measured."""

from __future__ import annotations

from pathlib import Path

from bench import run
from bench.cpu import tree_cpu_seconds
from proofs.figure import Figure


def test_table_shows_ratios_with_their_bars_and_names_missing_bars(tmp_path: Path) -> None:
    figure = Figure(bar="i1-6", folder=tmp_path)
    figure.record("kernel row, 2 MP: ratio", 13.25, "x", ">= 12")
    figure.record("product row, 2 MP: ratio", 9.0, "x", ">= 10")
    figure.record("kernel row, 2 MP: tutela", 3.5, "ms")
    figure.save()
    bench = run.gathered(tmp_path)
    lines = run.table(bench)
    assert any("kernel row" in line and "13.2x" in line and "FAILED" not in line for line in lines)
    assert any("product row" in line and line.endswith("FAILED") for line in lines)
    assert not any("3.5" in line for line in lines)
    assert "i1-8: not measured" in lines
    assert "cpu_flags" in bench["bars"]["i1-6"]


def test_table_of_nothing_says_so(tmp_path: Path) -> None:
    assert run.table(run.gathered(tmp_path))[2:] == [f"{bar}: not measured" for bar in run.BARS]


def test_tree_cpu_seconds_counts_a_child_process() -> None:
    import subprocess
    import sys

    burn = "import time\nwhile time.process_time() < 0.3: pass"
    seconds = tree_cpu_seconds(lambda: subprocess.run([sys.executable, "-c", burn], check=True))
    assert 0.25 < seconds < 2
