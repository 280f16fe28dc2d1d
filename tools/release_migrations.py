"""Write into releases.json which migrations this release knows last: ``python -m tools.release_migrations``.

The row of a release that was published is never changed; a test fails when that of the present one is old.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / "src/tutela/hotline/house/releases.json"


def known() -> dict[str, str]:
    """The last migration of each app, as the code has it."""
    from tutela.web.starting import start_django

    start_django()
    from django.db.migrations.loader import MigrationLoader

    return dict(sorted(MigrationLoader(None).graph.leaf_nodes()))


def main() -> int:
    """Write the row of the present release; returns 0."""
    from tutela import __version__

    rows = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {}
    PATH.write_text(json.dumps({**rows, __version__: known()}, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
