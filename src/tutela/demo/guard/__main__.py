"""``python -m tutela.demo.guard``: the demonstration of the guard (``make demo-guard``)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tutela.kernel.errors import TutelaError


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where everything was as it should be, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="make demo-guard", description="A benign gallery in Chromium, without the guard and behind it."
    )
    parser.add_argument("--folder", type=Path, default=Path("tutela-demo-guard"), help="for two screenshots")
    parser.add_argument("--exit", action="store_true", help="taken for the sake of make demo: it ends anyway")
    asked = parser.parse_args(arguments)
    if find_spec("mitmproxy") is None:
        sys.stderr.write("error: this runs in the guard's own environment: make demo-guard\n")
        return 1
    from tutela.demo.guard.run import run_demo

    try:
        outcome = run_demo(asked.folder, _say)
    except TutelaError as error:
        sys.stderr.write(f"error: {error.message}\n")
        return 1
    return 0 if outcome.passed else 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
