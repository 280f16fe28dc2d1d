"""A process that writes a live list until it is killed; it prints what was acknowledged."""

from __future__ import annotations

import sys

from tests.detect.matching.making import entry, value
from tutela.detect.matching.live_writer import LiveWriter


def main(folder: str, first: int) -> None:
    """Adds entries numbered from ``first`` and removes every third again, with small merges."""
    with LiveWriter(folder, tail_rows_max=7) as live:
        print("open", flush=True)
        for number in range(first, first + 100_000):
            live.add(
                [entry(f"e{number}", "pdq", value(number)), entry(f"e{number}", "md5", value(number, 16))]
            )
            print("add", number, flush=True)
            if number % 3 == 0:
                live.remove(f"e{number - 1}")
                print("remove", number - 1, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
