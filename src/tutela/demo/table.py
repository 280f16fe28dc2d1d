"""The findings of the demo as lines for a terminal, and a plain check of what was and was not found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tutela.demo.collection import Planted
from tutela.detect.scan.findings import nearest_match
from tutela.detect.scan.shapes import Finding

#: Columns of the status and of the file name; longer names are cut at the front.
STATUS_WIDTH, NAME_WIDTH = 11, 46
#: Forms of a PDQ match in words (decisions.md section 1: names of shown forms).
TURNS = {
    "r0": "upright", "r90": "turned", "r180": "turned", "r270": "turned",
    "mx": "upside down", "my": "mirrored", "md": "mirrored and turned", "ma": "mirrored and turned",
}  # fmt: skip


def table(findings: Iterable[Finding], prefix: str) -> list[str]:
    """One line a finding that met the list or could not be read, the known ones first."""
    order = ("known", "candidate", "unreadable", "refused")
    shown = sorted(
        (finding for finding in findings if finding.status in order),
        key=lambda finding: (order.index(finding.status), finding.path, finding.member or ""),
    )
    head = f"{'status':<{STATUS_WIDTH}}{'file':<{NAME_WIDTH}}why"
    return [head, "-" * (len(head) + 30), *(_line(finding, prefix) for finding in shown)]


def _line(finding: Finding, prefix: str) -> str:
    name = place_of(finding, prefix)
    if len(name) >= NAME_WIDTH:
        name = "..." + name[4 - NAME_WIDTH :]
    return f"{finding.status:<{STATUS_WIDTH}}{name:<{NAME_WIDTH}}{_why(finding)}"


def place_of(finding: Finding, prefix: str) -> str:
    """The path below the collection, with the member of an archive after ``!/``."""
    path = finding.path.removeprefix(prefix).lstrip("/")
    return path if finding.member is None else f"{path}!/{finding.member}"


def _why(finding: Finding) -> str:
    match = nearest_match(finding)
    if match is None:
        return finding.reason
    if match.confirmed == "sha256":
        return "the very same file (SHA-256)"
    if match.kind == "vpdq":
        return f"film: {match.target_percent:.0f} % of the listed film are in it"
    if match.distance_bits is None:
        return f"equal {match.kind.upper()}"
    turn, *rest = (part for part in match.form.split("/")[1:])
    return f"picture: {match.distance_bits} of 256 bits differ, {TURNS.get(turn, turn)}" + "".join(
        f", on {part}" for part in rest
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What was planted and what was found of it; ``strangers`` were found and had not been declared."""

    exact: tuple[int, int]
    altered: tuple[int, int]
    strangers: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True when every planted file was found and nothing else."""
        return not self.strangers and self.exact[0] == self.exact[1] and self.altered[0] == self.altered[1]

    def lines(self, undeclared: int) -> list[str]:
        """The check in words."""
        return [
            f"copies, byte for byte:  {self.exact[0]} of {self.exact[1]} known",
            f"altered copies:         {self.altered[0]} of {self.altered[1]} found",
            f"never declared:         {len(self.strangers)} of {undeclared} found",
            *(f"  wrongly found: {name}" for name in self.strangers),
        ]


def check(findings: Sequence[Finding], planted: Planted, prefix: str) -> Check:
    """Planted files against findings, by path below the collection."""
    by_place = {place_of(finding, prefix): finding for finding in findings}
    met = {place for place, finding in by_place.items() if finding.met}
    known = {place for place in met if by_place[place].status == "known"}
    return Check(
        exact=(len(planted.exact & known), len(planted.exact)),
        altered=(len(planted.altered & met), len(planted.altered)),
        strangers=tuple(sorted(met - planted.exact - planted.altered)),
    )
