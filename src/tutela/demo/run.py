"""The demonstration from an empty folder to the report: build, declare, scan, check, explain."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.demo.collection import FILMS, PICTURES, Builder, Places, Planted, make_root, originals
from tutela.demo.copies import mirrored
from tutela.demo.postgres_server import programs
from tutela.demo.service import Shown, show_service
from tutela.demo.table import Check, check, table
from tutela.detect.matching.build import build_files
from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import open_list, write_list
from tutela.detect.media.pool import MediaPool
from tutela.detect.scan.assembly import assemble
from tutela.detect.scan.findings import parse_finding
from tutela.detect.scan.lists import described, open_lists
from tutela.detect.scan.outputs import REPORT, OutputFolder, ScanDescription, open_output
from tutela.detect.scan.recipe import Recipe, cores
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.sources import open_sources
from tutela.detect.scan.versions import versions_in_use
from tutela.kernel.clock import Clock, SystemClock

if TYPE_CHECKING:
    from tutela.demo.hotline import Database, ShownHouse

Say = Callable[[str], None]

LIST_NAME = "declared-in-the-demo"
#: What a reader of the table needs to know; one paragraph a line.
READING = """\
How to read this
  known      The file is, byte for byte, one that the list names by SHA-256. Nobody needs to see it again.
  candidate  The picture or film looks like a listed one: re-encoded, turned, cropped, in grey ... One
             protected look by a person decides; a machine's likeness alone is never proof.
  unreadable Damaged, or a container that tutela does not open. It was not cleared, so it is counted.
Every picture here was generated from a number. "Known" was declared by this demo and means nothing else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryPlan:
    """How the hotline's story is told. ``hosts``: those of the benign internet, by default all.

    ``told``: False leaves the hotline out. ``stay`` is called with what was shown and the house, if there is
    one, while its database is there.
    """

    database: Database = "sqlite"
    told: bool = True
    hosts: tuple[str, ...] = ()
    days: int | None = None
    stay: Callable[[Outcome, ShownHouse | None], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the demonstration showed. ``report`` is the path of the HTML report."""

    report: Path
    findings: tuple[Finding, ...]
    check: Check
    #: What the match service answered; None where its extra is not installed.
    service: Shown | None = None
    #: Whether every planted item ended as it should in the hotline; None where its extra is not installed.
    hotline_passed: bool | None = None


def run_demo(
    root: Path,
    say: Say,
    *,
    clock: Clock | None = None,
    pictures: int = PICTURES,
    films: int = FILMS,
    story: StoryPlan | None = None,
) -> Outcome:
    """Build, declare, scan, report; each longer step says beforehand what it does.

    Raises Conflict when ``root`` holds something that the demo did not make, Unavailable when films
    cannot be made (extra ``video``), no media worker starts, or a database server is missing.
    """
    clock, story = clock or SystemClock(), story or StoryPlan()
    if story.told and story.database == "postgres":
        programs()  # said here, not after everything else
    started = clock.monotonic_seconds()
    places = make_root(root)
    builder = Builder(places)
    builder.build(say, pictures=pictures, films=films)
    recipe = Recipe(workers=cores())
    with MediaPool(workers=recipe.workers) as pool:
        _declare(pool, places, say, clock)
        findings = _scan(pool, recipe, places, say, clock)
    outcome = _outcome(places, builder.planted, findings)
    _tell(outcome, places, builder.planted, say)
    outcome = replace(outcome, service=_serve(places, say, clock))
    with _hotline(places, say, story) as house:
        outcome = replace(outcome, hotline_passed=house.passed if house else None)
        say(f"report: {outcome.report}   ({clock.monotonic_seconds() - started:.0f} seconds in all)")
        if story.stay:
            story.stay(outcome, house)
    return outcome


def _serve(places: Places, say: Say, clock: Clock) -> Shown | None:
    """The match service asked about a mirrored copy of the first declared picture."""
    if find_spec("granian") is None:
        say("5/6  no match service here: its extra is missing (pip install 'tutela[service]')")
        return None
    say("5/6  starting the match service and asking it about a mirrored copy; some seconds")
    first = next(one for one in originals() if one.declared)
    copy = places.root / "mirrored.jpg"
    copy.write_bytes(mirrored(first.picture))
    listed = open_list(places.list_file)
    entries = [one for one in listed.entries() if one.kind in ("sha256", "pdq")]
    return show_service(places.root / "service", listed.header, entries, copy, say, clock=clock)


@contextmanager
def _hotline(places: Places, say: Say, story: StoryPlan) -> Iterator[ShownHouse | None]:
    """A block in which a hotline stands whose four weeks were told; None where it cannot be had here."""
    if not story.told:
        say("6/6  the hotline is left out")
        yield None
        return
    needed = ("django", "granian", "aiosmtpd", "dnslib")
    if sys.platform != "linux" or not all(map(find_spec, needed)):
        say("6/6  no hotline here: it needs Linux and its extra (pip install 'tutela[hotline]')")
        yield None
        return
    from tutela.demo.hotline import shown_house

    say("6/6  founding a hotline; four simulated weeks over a benign internet follow, in some minutes")
    home = places.root / "hotline"
    with shown_house(home, say, database=story.database, hosts=story.hosts, days=story.days) as house:
        yield house


def _declare(pool: MediaPool, places: Places, say: Say, clock: Clock) -> None:
    originals = sorted(places.declared.iterdir())
    say(f"3/6  declaring {len(originals)} of the originals known: {places.list_file}")
    salt = secrets.token_bytes(32)
    header = ListHeader(
        name=LIST_NAME, version="1", source="tutela demo", created=clock.now(), salt=salt, approved=True
    )
    write_list(places.list_file, header, _entries(pool, originals, salt))


def _entries(pool: MediaPool, paths: Iterable[Path], salt: bytes) -> Iterator[ListEntry]:
    for built in build_files(pool, paths, salt, workers=cores()):
        yield from built.entries


def _scan(pool: MediaPool, recipe: Recipe, places: Places, say: Say, clock: Clock) -> tuple[Finding, ...]:
    files = sum(path.is_file() for path in places.collection.rglob("*"))
    say(f"4/6  scanning {files} files in {places.collection} with {recipe.workers} sealed workers")
    if pool.missing_layers:
        say(f"     warning: without these layers of the sandbox: {', '.join(pool.missing_layers)}")
    lists = open_lists([places.list_file])
    with open_output(places.findings, resume=False) as output:
        scanner = assemble(recipe, pool, lists, output.journal, output.findings, clock=clock)
        scanner.run(open_sources([str(places.collection)]))
        output.write_results(_description(recipe, places, lists, pool), clock)
        return _findings(output)


def _description(
    recipe: Recipe, places: Places, lists: Iterable[OpenList], pool: MediaPool
) -> ScanDescription:
    missing = ", ".join(pool.missing_layers)
    return ScanDescription(
        places=[str(places.collection)],
        lists=described(tuple(lists)),
        settings=recipe.described(),
        versions=versions_in_use(),
        warnings=[f"Files were opened without these layers of the sandbox: {missing}."] if missing else [],
    )


def _findings(output: OutputFolder) -> tuple[Finding, ...]:
    return tuple(parse_finding(line) for line in output.findings.lines())


def _outcome(places: Places, planted: Planted, findings: tuple[Finding, ...]) -> Outcome:
    checked = check(findings, planted, str(places.collection))
    return Outcome(report=places.findings / REPORT, findings=findings, check=checked)


def _tell(outcome: Outcome, places: Places, planted: Planted, say: Say) -> None:
    undeclared = len(outcome.findings) - len(planted.exact) - len(planted.altered)
    for line in ("", *table(outcome.findings, str(places.collection)), "", READING, ""):
        say(line)
    for line in outcome.check.lines(undeclared):
        say(line)
    say("")
