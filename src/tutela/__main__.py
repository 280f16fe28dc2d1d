"""``python -m tutela``: the same command line."""

from __future__ import annotations

from tutela.cli import main

if __name__ == "__main__":
    main()
