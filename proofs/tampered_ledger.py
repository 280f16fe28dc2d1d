"""One ledger in a process of its own, on the database of the environment. Prints what it saw as JSON.

``python -m proofs.tampered_ledger FOLDER ENTRIES TAMPERINGS SEED COPIES``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tutela.web.starting import start_django


def main() -> None:
    start_django()
    from proofs.ledger_life import life

    entries, number, seed, copies = map(int, sys.argv[2:])
    sys.stdout.write(json.dumps(life(Path(sys.argv[1]), entries, number, seed, copies)) + "\n")


if __name__ == "__main__":
    main()
