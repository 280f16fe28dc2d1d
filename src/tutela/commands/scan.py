"""``tutela scan``: folders, archives, disk images and buckets against lists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tutela.commands.choices import (
    exit_code,
    json_option,
    list_option,
    media_options,
    open_pool,
    recipe_in_force,
    warn_of_missing_layers,
)
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.parts import OpenList
    from tutela.detect.media.pool import MediaPool
    from tutela.detect.scan.findings import FindingsSink
    from tutela.detect.scan.outputs import OutputFolder, ScanDescription
    from tutela.detect.scan.recipe import Recipe
    from tutela.detect.scan.scanner import Progress, Seen
    from tutela.detect.scan.shapes import ScanFile

#: Stands for standard input among the places.
STDIN = "-"


@click.command("scan", short_help="Find known pictures, films and files in folders and images.")
@click.argument("places", nargs=-1, metavar="PATH...")
@list_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for findings.jsonl, findings.csv, groups.jsonl, report.html and the journal.",
)
@click.option("--resume", is_flag=True, help="Take up the scan in --output where it stood.")
@click.option(
    "--files-from",
    type=click.File("rb"),
    metavar="FILE",
    help="Also the paths in FILE, one a line; - is standard input.",
)
@click.option("--null", is_flag=True, help="Paths in a list end with NUL (find -print0).")
@click.option("--workers", type=click.IntRange(1, 256), help="Sandboxed processes; default one per core.")
@click.option(
    "--engine", metavar="NAME", help="Engine that does the work: threads (default), serial, a plug-in."
)
@click.option(
    "--remember",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep all fingerprints in FILE, for new list entries to be asked later.",
)
@click.option(
    "--progress/--no-progress", default=None, help="Live line on standard error; default on a terminal."
)
@media_options
@json_option
@click.pass_obj
def command(
    config: Path | None,
    /,
    places: tuple[str, ...],
    *,
    lists: Sequence[Path],
    output: Path | None,
    resume: bool,
    files_from: BinaryIO | None,
    null: bool,
    remember: Path | None,
    progress: bool | None,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Look at every file below each PATH, inside archives and disk images too, and say what a LIST knows.

    A PATH is a file, a folder, a raw or E01 disk image, a bucket (s3://bucket/prefix), or - for a list of
    paths on standard input. Likely places come first. With --output the scan can be taken up after a crash.

    Exit codes: 1 something known or candidate, else 3 some input could not be read, else 0;
    2 the call was wrong.

    \b
    Examples:
      tutela scan Pictures --list known.tlist --output findings
      tutela scan evidence.E01 --list known.tlist --output findings --resume
      find . -newer stamp -print0 | tutela scan - --null --list known.tlist --json
    """
    _check_call(places, files_from, output, resume=resume)
    recipe = recipe_in_force(config, **chosen)
    with ExitStack() as stack:
        pool = stack.enter_context(open_pool(recipe))
        run = _Run(recipe=recipe, pool=pool, places=places, lists=lists)
        run.listed = _listed(places, files_from, null=null)
        run.seen = _seen(stack, remember, recipe.seen_files_max)
        run.show_progress = sys.stderr.isatty() if progress is None else progress
        return (
            run.into_folder(output, resume=resume, as_json=as_json)
            if output
            else run.to_terminal(as_json=as_json)
        )


def _check_call(
    places: Sequence[str], files_from: BinaryIO | None, output: Path | None, *, resume: bool
) -> None:
    if not places and files_from is None:
        raise Invalid("nothing to scan: give a PATH, or --files-from", field="PATH")
    if resume and output is None:
        raise Invalid("a scan is taken up from its --output folder", field="--resume")


def _listed(places: Sequence[str], files_from: BinaryIO | None, *, null: bool) -> Iterator[str]:
    from tutela.detect.scan.sources.listed import listed_paths

    separator = b"\0" if null else b"\n"
    streams = [sys.stdin.buffer] if STDIN in places else []
    for stream in [*streams, *([files_from] if files_from else [])]:
        yield from listed_paths(stream, separator=separator)


def _seen(stack: ExitStack, remember: Path | None, files_max: int | None) -> Seen | None:
    if remember is None:
        return None
    from tutela.detect.matching.retro import FILES_MAX, SeenStore
    from tutela.detect.scan.remembering import Remembering

    return Remembering(stack.enter_context(SeenStore(remember, files_max=files_max or FILES_MAX)))


class _Run:
    """One call of the command, from open lists to the exit code."""

    def __init__(
        self, *, recipe: Recipe, pool: MediaPool, places: Sequence[str], lists: Sequence[Path]
    ) -> None:
        from tutela.detect.scan.lists import open_lists

        self.recipe, self.pool = recipe, pool
        self.places = [place for place in places if place != STDIN]
        self.lists: Sequence[OpenList] = open_lists(lists, index=recipe.picked_index())
        self.listed: Iterator[str] = iter(())
        self.seen: Seen | None = None
        self.show_progress = False

    def into_folder(self, folder: Path, *, resume: bool, as_json: bool) -> int:
        """Scans into an output folder."""
        from tutela.detect.scan.lists import described
        from tutela.detect.scan.outputs import open_output
        from tutela.kernel.clock import SystemClock

        with open_output(folder, resume=resume) as output:
            output.journal.check_recipe({**self.recipe.decisive(), "lists": described(self.lists)})
            try:
                self._scan(output.journal, output.findings)
            except KeyboardInterrupt:
                click.echo("what was found so far is kept; --resume takes the scan up", err=True)
                raise
            tally = output.write_results(self._description(), SystemClock())
            self._say(output, as_json=as_json)
            return exit_code(tally)

    def to_terminal(self, *, as_json: bool) -> int:
        """Scans with findings on standard output and nothing kept."""
        from tutela.detect.scan.findings import StreamSink
        from tutela.detect.scan.journal import Journal
        from tutela.detect.scan.terminal import TextSink, tally_text
        from tutela.detect.scan.totals import tally

        with Journal(None) as journal:
            sink = StreamSink(sys.stdout.buffer) if as_json else TextSink(sys.stdout, met_only=True)
            self._scan(journal, sink)
            counts = tally(journal)
            if not as_json:
                click.echo(tally_text(counts))
            return exit_code(counts)

    def _scan(self, journal: Any, sink: FindingsSink) -> None:
        from tutela.detect.scan.assembly import assemble

        files = self._files()
        warn_of_missing_layers(self.pool)
        with self._progress() as progress:
            scanner = assemble(
                self.recipe, self.pool, self.lists, journal, sink, progress=progress, seen=self.seen
            )
            scanner.run(files)

    def _files(self) -> Iterable[ScanFile]:
        from itertools import chain

        from tutela.detect.scan.sources import open_sources

        return chain(open_sources(self.places), _listed_files(self.listed))

    @contextmanager
    def _progress(self) -> Iterator[Progress]:
        from tutela.detect.scan.progress import Counted, NullProgress, TerminalProgress

        if not self.show_progress:
            yield NullProgress()
            return
        from rich.console import Console

        from tutela.detect.scan.sources import open_sources

        counted = Counted(partial(open_sources, self.places))
        with TerminalProgress(Console(stderr=True), counted) as progress:
            yield progress

    def _description(self) -> ScanDescription:
        from tutela.detect.scan.lists import described
        from tutela.detect.scan.outputs import ScanDescription
        from tutela.detect.scan.versions import versions_in_use

        recipe = self.recipe
        settings = [*recipe.described(), ("engine", recipe.engine), ("workers", str(recipe.workers))]
        missing = self.pool.missing_layers
        warning = f"Files were opened without these layers of the sandbox: {', '.join(missing)}."
        return ScanDescription(
            places=self.places or ["a list of paths"],
            lists=described(self.lists),
            settings=settings,
            versions=versions_in_use(),
            warnings=[warning] if missing else [],
        )

    def _say(self, output: OutputFolder, *, as_json: bool) -> None:
        from tutela.detect.scan.outputs import REPORT
        from tutela.detect.scan.terminal import tally_text
        from tutela.detect.scan.totals import tally

        if as_json:
            _print_lines(output.findings.lines, click.echo)
            return
        click.echo(tally_text(tally(output.journal)))
        click.echo(f"report: {output.folder / REPORT}")


def _listed_files(paths: Iterator[str]) -> Iterator[ScanFile]:
    from tutela.detect.scan.sources import open_sources

    try:
        for path in paths:
            yield from open_sources([path])
    except ValueError as error:
        raise Invalid(str(error), field="--files-from") from error


def _print_lines(lines: Callable[[], Iterator[str]], echo: Callable[[str], None]) -> None:
    for line in lines():
        echo(line)
