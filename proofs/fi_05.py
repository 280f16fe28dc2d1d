"""FI-05: the disk is full below the vault, the log and its database, the spare area, and all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from proofs.faults.flow import Place, Template
from proofs.faults.full_disk import cannot_mount_memory, small_disk
from proofs.faults.places import Slot, slots
from proofs.faults.real_world import RealFlow
from proofs.faults.settled import Settled, settled, under
from proofs.faults.sweep import Sweep
from proofs.figure import Figure, Progress, Tier, script

BAR, REPLAY = "fi-05", "make proofs BAR=fi-05"
#: Bytes that are left on the full disk, one run each (fault-injection.md FI-05: 4 x 5), by tier.
LEFT_BYTES = {"full": (0, 4_096, 16_384, 65_536, 262_144), "ci": (0, 16_384)}
#: Bytes of the disk.
DISK_BYTES = 24 << 20
FLOW = RealFlow()


def _beside(place: Place) -> Place:
    """The place with its spare area outside of the home folder, as the manual advises."""
    spare = place.home.with_name(place.home.name + "_spare")
    spare.mkdir(exist_ok=True)
    return replace(place, extra={**place.extra, "TUTELA_HOTLINE__SPARE": str(spare)})


def vault_full(place: Place, left: int) -> Settled:
    """No room in the vault: reports are taken in, and what is fetched waits."""
    return _filled("vault", place, left, place.home / "vault", ("intake", "worker", "sender"))


def log_full(place: Place, left: int) -> Settled:
    """No room for log and database: reports wait in the spare area, and nothing is opened."""
    return _filled("log and database", _beside(place), left, place.home, ("intake", "worker", "sender"))


def spare_full(place: Place, left: int) -> Settled:
    """No room in the spare area: nobody notices."""
    aside = _beside(place)
    return _filled(
        "spare area", aside, left, Path(aside.extra["TUTELA_HOTLINE__SPARE"]), ("intake", "worker")
    )


def all_full(place: Place, left: int) -> Settled:
    """No room anywhere: nothing is acknowledged, and whoever reports is asked to come back."""
    return _filled("everything", place, left, place.home, ("intake", "page"))


WHERE: dict[str, Callable[[Place, int], Settled]] = {
    "vault": vault_full,
    "log and database": log_full,
    "spare area": spare_full,
    "everything": all_full,
}


def _filled(name: str, place: Place, left: int, folder: Path, stages: tuple[str, ...]) -> Settled:
    with small_disk(folder, size_bytes=DISK_BYTES) as disk:
        disk.fill(spare_bytes=left)
        said = under(FLOW, place, stages)
        disk.free()
        return settled(f"{name}, {left} bytes left", FLOW, place, said, None)


def one(slot: Slot, templates: dict[str, Template], name: str, left: int) -> dict[str, Any]:
    """One disk with so much room left, and what came of it."""
    found = WHERE[name](slot.place_of(templates["sender"]), left)
    said = "".join(one.said for one in found.said.values())
    opened = [line for line in said.splitlines() if line.startswith("OPENED ")]
    page = found.said["page"].said if "page" in found.said else ""
    return {**found.as_json(), "opened": len(opened), "page": page.strip()}


def measured(tier: Tier) -> list[dict[str, Any]]:
    """Every run."""
    with ExitStack() as stack:
        (slot,) = stack.enter_context(slots(1))
        templates = Sweep(flow=FLOW, slots=[slot]).templates()
        return [one(slot, templates, name, left) for name in WHERE for left in LEFT_BYTES[tier]]


def main(tier: Tier) -> int:
    """0 when nothing was acknowledged that is not there, nothing opened unlogged, and all healed."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if cannot_mount_memory():
        figure.failure(REPLAY, f"no small disk could be mounted: {cannot_mount_memory()}")
        return figure.save()
    runs = progress.step("runs", lambda: measured(tier))
    for run in runs:
        for text in run["violations"]:
            figure.failure(REPLAY, f"{run['name']}: {text}")
    wanted = len(WHERE) * len(LEFT_BYTES[tier])
    figure.record("full disks", len(runs), "runs", f">= {wanted}")
    figure.record("violations of I1 to I8", sum(len(run["violations"]) for run in runs), "cases", "== 0")
    _record_kinds(figure, runs)
    figure.record("slowest return to order", max(run["healed_seconds"] for run in runs), "s", "<= 30")
    figure.table("runs", runs)
    code = figure.save()
    progress.finish()
    return code


def _record_kinds(figure: Figure, runs: list[dict[str, Any]]) -> None:
    """What each kind of full disk asks for, where nothing at all was left."""
    nothing = {run["name"].partition(",")[0]: run for run in runs if run["name"].endswith(", 0 bytes left")}
    figure.record("vault full: reports taken in", nothing["vault"]["acknowledged"], "reports", "== 1")
    figure.record(
        "log full: reports taken in aside", nothing["log and database"]["acknowledged"], "reports", "== 1"
    )
    figure.record("log full: contents opened", nothing["log and database"]["opened"], "openings", "== 0")
    figure.record(
        "spare area full: reports taken in", nothing["spare area"]["acknowledged"], "reports", "== 1"
    )
    everything = nothing["everything"]
    figure.record("everything full: false acknowledgements", everything["acknowledged"], "reports", "== 0")
    later = everything["page"].startswith("PAGE 503 ")
    figure.record("everything full: the page says 503 and Retry-After", later, "pages", "== 1")


if __name__ == "__main__":
    script(main)
