"""The folder of a scan: journal, findings.jsonl; after the run findings.csv, groups.jsonl, report.html."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tutela.detect.scan.findings import FindingsFile, csv_header, csv_line, parse_finding
from tutela.detect.scan.groups import SeriesOfPictures, find_series, group_lines
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.report import ROWS_MAX, ReportFacts, render_report
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.totals import Tally, media_rows, met_places, paces, tally
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Conflict, Unavailable

JOURNAL, FINDINGS, CSV, GROUPS, REPORT = (
    "journal.sqlite", "findings.jsonl", "findings.csv", "groups.jsonl", "report.html",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanDescription:
    """What the report says about a scan besides its findings; see ``report.ReportFacts``."""

    places: Sequence[str]
    lists: Sequence[dict[str, Any]]
    settings: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]
    warnings: Sequence[str] = ()


class OutputFolder:
    """An open output folder; use ``open_output``."""

    def __init__(self, folder: Path, journal: Journal, findings: FindingsFile) -> None:
        self.folder, self.journal, self.findings = folder, journal, findings

    def write_results(self, description: ScanDescription, clock: Clock) -> Tally:
        """Writes CSV, groups and report from everything the journal holds; returns the counts."""
        counts = tally(self.journal)
        series = find_series(self.journal)
        _write(self.folder / GROUPS, (f"{line}\n" for line in group_lines(series, self.findings)))
        _write(self.folder / CSV, self._csv_lines(series))
        facts = ReportFacts(
            places=description.places,
            finished=clock.now(),
            tally=counts,
            met=[self._finding(place) for place in met_places(self.journal, limit=ROWS_MAX)],
            paces=paces(self.journal),
            series=series,
            lists=description.lists,
            settings=description.settings,
            versions=description.versions,
            warnings=description.warnings,
        )
        _write(self.folder / REPORT, [render_report(facts)])
        return counts

    def _finding(self, place: int) -> Finding:
        return parse_finding(self.findings.line_at(place))

    def _csv_lines(self, series: SeriesOfPictures) -> Iterator[str]:
        yield csv_header()
        for line, (place, kind, size_bytes) in zip(
            self.findings.lines(), media_rows(self.journal), strict=True
        ):
            finding = replace(parse_finding(line), media_kind=kind, size_bytes=size_bytes)
            yield csv_line(finding, series.number_at(place))


@contextmanager
def open_output(folder: Path, *, resume: bool) -> Iterator[OutputFolder]:
    """The folder, made if needed, ready to be written; private to its owner (0700).

    Raises Conflict when it holds a scan already and ``resume`` is not asked, or when another scan is
    using it; Unavailable when the disk refuses.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / JOURNAL).exists() and not resume:
            raise Conflict(f"{folder} holds a scan already: --resume takes it up, or choose another folder")
        with Journal(folder / JOURNAL) as journal:
            findings = FindingsFile(folder / FINDINGS, keep_bytes=journal.findings_bytes)
            try:
                yield OutputFolder(folder, journal, findings)
            finally:
                findings.close()
    except OSError as error:
        raise Unavailable(f"{folder}: {error.strerror}") from error


def _write(path: Path, lines: Iterable[str]) -> None:
    """Writes a whole file beside its place and renames it, so that nobody sees half of it."""
    partial = path.with_name(f".{path.name}.partial")
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8", newline="", errors="backslashreplace") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
