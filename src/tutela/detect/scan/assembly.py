"""A scanner put together from recipe, lists and journal: what ``match`` and ``scan`` have in common."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.parts import OpenList
from tutela.detect.media.everything import Pool, examine_all
from tutela.detect.scan.engines import Engine, SerialEngine, ThreadEngine
from tutela.detect.scan.findings import FindingsSink
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.looking import Looker
from tutela.detect.scan.names import NameLooker
from tutela.detect.scan.progress import NullProgress
from tutela.detect.scan.recipe import Recipe
from tutela.detect.scan.scanner import Progress, Scanner, Seen
from tutela.kernel.clock import Clock, SystemClock


def pick_engine(name: str, workers: int) -> Engine:
    """The engine of this name. Raises Unavailable for one that is not installed, Invalid for a broken one."""
    if name == "serial":
        return SerialEngine()
    if name == "threads":
        return ThreadEngine(workers=workers)
    from tutela.detect.scan.engine_contract import SLOT  # reads package metadata: for plug-ins only

    return SLOT.load(name, {"workers": workers})


def assemble(
    recipe: Recipe,
    pool: Pool,
    lists: Sequence[OpenList],
    journal: Journal,
    sink: FindingsSink,
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
    seen: Seen | None = None,
    clock: Clock | None = None,
) -> Scanner:
    """A scanner that is ready to run. Raises Refused when one of the lists has expired."""
    matcher = MatchEngine(lists, clock=clock, **recipe.caps())
    names = NameLooker(lists)
    looker = Looker(
        pool,
        Fingerprinter(pool, recipe.ask(), dihedral=recipe.dihedral, hashers=recipe.picked_hashers()),
        journal,
        examine_all=examine_all,
        known_good=matcher.known_good if any(one.header.known_good for one in lists) else None,
        names=names if names.needed else None,
        at_once=recipe.workers,
    )
    return Scanner(
        journal=journal,
        sink=sink,
        looker=looker,
        decider=matcher,
        engine=engine or pick_engine(recipe.engine, recipe.workers),
        progress=progress or NullProgress(),
        seen=seen,
        clock=clock or SystemClock(),
    )
