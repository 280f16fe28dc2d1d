"""Findings for people at a terminal: one line each, the status first."""

from __future__ import annotations

from typing import TextIO

from tutela.detect.scan.findings import nearest_match, parse_finding
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.totals import Tally
from tutela.detect.scan.visible import visible

#: SGR colours by status; used only where the stream is a terminal.
_COLOURS = {"known": "31;1", "candidate": "33;1", "unknown": "32", "unreadable": "35", "refused": "35"}
#: Reasons shown; the report has all of them.
REASONS_MAX = 8
#: Width of the longest status.
_WIDTH = 10


def finding_text(finding: Finding, *, colour: bool = False) -> str:
    """``known       photos/a.jpg  SHA-256 is equal to ...``; names are made visible first."""
    place = finding.path if finding.member is None else f"{finding.path}!/{finding.member}"
    status = f"{finding.status:<{_WIDTH}}"
    if colour:
        status = f"\x1b[{_COLOURS[finding.status]}m{status}\x1b[0m"
    match = nearest_match(finding)
    where = (
        f"\n{'':<{_WIDTH}}  {visible(match.list)} {visible(match.version)}, entry {visible(match.entry)}"
        if match
        else ""
    )
    return f"{status}  {visible(place)}\n{'':<{_WIDTH}}  {finding.reason}{where}"


class TextSink:
    """A sink of findings that prints them for people; ``met_only`` leaves out what met nothing."""

    def __init__(self, stream: TextIO, *, met_only: bool = False) -> None:
        self._stream, self._met_only = stream, met_only
        self.length_bytes = 0

    def write(self, lines: bytes) -> None:
        """Prints the findings of these JSON lines."""
        self.length_bytes += len(lines)
        for line in lines.decode("ascii").splitlines():
            finding = parse_finding(line)
            if finding.met or not self._met_only:
                print(finding_text(finding, colour=self._stream.isatty()), file=self._stream)
        self._stream.flush()


def tally_text(tally: Tally) -> str:
    """The counts of a scan in a few lines, and what the unread ones mean."""
    lines = [f"{tally.total:,} files looked at"]
    lines += [f"  {count:>9,}  {status}" for status, count in tally.by_status.items()]
    if tally.count("unreadable", "refused"):
        lines.append("unreadable and refused files are not cleared:")
        lines += [
            f"  {count:>9,}  {reason}" for reason, count in list(tally.unread_reasons.items())[:REASONS_MAX]
        ]
    return "\n".join(lines)
