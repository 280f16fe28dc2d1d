"""Steps of ``proofs.scale_house``: ``python -m proofs.house_steps STEP ...``, each a process of its own.

The house is that of TUTELA_HOME and TUTELA_HOTLINE__DATABASE. Each step prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from proofs.scale_steps import costing
from tutela.kernel.clock import SystemClock
from tutela.web.starting import start_django

Row = dict[str, Any]


def fill(reports: str, admin: str = "") -> Row:
    """The rows of a house of so many reports; ``admin``: PostgreSQL's address for somebody who may all."""
    start_django()
    from proofs.house_columns import Size
    from proofs.house_filling import fill as filled
    from proofs.house_filling import large_house

    with costing() as cost:
        rows = filled(large_house(Size(reports=int(reports), now=SystemClock().now())), admin=admin)
    return cost.row | {"rows": rows}


def desk(files: str, *roles: str) -> Row:
    """Every page of the desk, as each role or as these. ``files``: the folder of the database's files."""
    start_django()
    from proofs.house_pages import desk_visits
    from tutela.hotline.people.roles import ROLES, SENIOR_ANALYST

    return {
        "visits": desk_visits(
            Path(files), roles or (SENIOR_ANALYST, *sorted(ROLES.keys() - {SENIOR_ANALYST}))
        )
    }


def public(files: str) -> Row:
    """Every page for the public that reads the database. ``files``: as above."""
    start_django("tutela.web.public_settings")
    from proofs.house_pages import public_visits

    return {"visits": public_visits(Path(files))}


STEPS: dict[str, Callable[..., Row]] = {"fill": fill, "desk": desk, "public": public}


def main(arguments: list[str]) -> None:
    """Takes one step and prints what came of it."""
    step, *given = arguments
    print(json.dumps(STEPS[step](*given)))


if __name__ == "__main__":
    main(sys.argv[1:])
