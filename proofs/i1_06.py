"""Bar 6: speed against threatexchange and faiss, one core, in one run: kernel, product, matching, freshness.

The smaller run (``TIER=ci``) asks for 70 % of each ratio: it runs on shared machines and is there to
notice a loss of speed; the bar itself is what the full run asks. At its 100,000 hashes the index has
less to gain, so matching ratios are reported there without a bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench import kernel_pdq, lists, matching, product
from proofs import machine
from proofs.figure import Figure, Progress, Tier, script, speed_bar

BAR = "i1-6"
#: Ratios to threatexchange by megapixels (the issue).
KERNEL: Mapping[str, float] = {"0.3": 7, "2": 12, "12": 20}
PRODUCT: Mapping[str, float] = {"0.3": 5, "2": 10, "12": 14}
#: (single, batch of 1,000) ratios at a million hashes (the issue).
MATCHING: Mapping[str, tuple[float, float]] = {"random": (30, 60), "clustered": (12, 35)}
PAIRS: Mapping[Tier, int] = {"full": 5, "ci": 3}
HASHES: Mapping[Tier, int] = {"full": 1_000_000, "ci": 100_000}
#: Greatest distance between our fast hash and the peer's, in bits: a speed without it is void.
AGREE_BITS = "<= 6"

Row = dict[str, Any]


def main(tier: Tier) -> int:
    """0 when every ratio, size and time of the issue is met."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    pairs, hashes = PAIRS[tier], HASHES[tier]
    figure.note(f"processor flags: {' '.join(machine.cpu_flags())}; one core; CPU time unless wall is said")
    figure.count("pairs of runs", pairs)
    figure.count("listed hashes", hashes)
    asked = Ratios(figure)
    asked.sizes("kernel", KERNEL, progress.step("kernel", lambda: kernel_pdq.file_to_hash(pairs)))
    _record_stage(figure, progress.step("stage", lambda: kernel_pdq.hash_stage(pairs)))
    asked.sizes("product", PRODUCT, progress.step("product", lambda: product.product_rows(pairs)))
    asked.matching(progress.step("matching", lambda: matching.matching_rows(hashes, pairs)))
    _record_opening(figure, progress.step("opening", lambda: lists.opening_rows(hashes)))
    _record_changing(figure, progress.step("changing", lambda: lists.changing_rows(hashes)))
    code = figure.save()
    progress.finish()
    return code


class Ratios:
    """Ratios against their bars; the smaller run asks for less."""

    def __init__(self, figure: Figure) -> None:
        self._figure, self._tier = figure, figure.tier

    def _bar(self, ratio: float) -> str:
        return speed_bar(f">= {ratio:g}", self._tier)

    def sizes(self, name: str, bars: Mapping[str, float], rows: Sequence[Row]) -> None:
        """The kernel or product rows, by megapixels."""
        self._figure.table(name, rows)
        for row in _present(self._figure, name, rows):
            size = row["size_mp"]
            what = f"{name} row, {size} MP"
            self._figure.record(f"{what}: tutela", row["tutela_ms"], "ms")
            self._figure.record(f"{what}: threatexchange", row["threatexchange_ms"], "ms")
            self._figure.record(f"{what}: ratio", row["ratio"], "x", self._bar(bars[size]))
            self._figure.record(f"{what}: greatest distance", row["distance_bits_max"], "bits", AGREE_BITS)

    def matching(self, rows: Sequence[Row]) -> None:
        """The matching rows, by set and peer."""
        self._figure.table("matching", rows)
        for row in _present(self._figure, "matching", rows):
            single, batch = MATCHING[row["set"]]
            what = f"matching, {row['set']}, against {row['peer']}"
            full = self._tier == "full"
            self._figure.record(f"{what}: single", row["single_per_second"], "look-ups/s")
            ratio = row["single_ratio"]
            self._figure.record(f"{what}: single ratio", ratio, "x", self._bar(single) if full else "")
            self._figure.record(f"{what}: batch of 1,000", row["batch_per_second"], "look-ups/s")
            ratio = row["batch_ratio"]
            self._figure.record(f"{what}: batch ratio", ratio, "x", self._bar(batch) if full else "")
            self._figure.record(f"{what}: same pairs as brute force", row["exact"], "yes=1", "== 1")
            self._figure.record(
                f"{what}: bytes a hash", row["bytes_a_hash"], "bytes", "<= 300" if full else ""
            )


def _present(figure: Figure, name: str, rows: Sequence[Row]) -> list[Row]:
    """The rows that were measured; a missing peer is a failure, never a silent gap."""
    for row in rows:
        if "missing" in row:
            figure.failure(f"make proofs BAR={BAR}", f"{name}: the peer {row['missing']} is missing")
    return [row for row in rows if "missing" not in row]


def _record_stage(figure: Figure, rows: Sequence[Row]) -> None:
    """Pixels to hash against pdqhash: reported, and all equal."""
    figure.table("hash stage", rows)
    for row in _present(figure, "hash stage", rows):
        what = f"hash stage, {row['size_mp']} MP, against pdqhash"
        figure.record(f"{what}: ratio", row["ratio"], "x")
        figure.record(f"{what}: pictures that differ", row["pictures"] - row["equal"], "pictures", "== 0")


def _record_opening(figure: Figure, rows: Sequence[Row]) -> None:
    figure.table("opening", rows)
    full = figure.tier == "full"
    for row in rows:
        figure.record(
            "list opened by mmap (wall, median)", row["open_ms"], "ms", speed_bar("<= 20", figure.tier)
        )
        figure.record(
            "index in the file: bytes a hash", row["index_bytes_a_hash"], "bytes", "<= 300" if full else ""
        )
        figure.record("whole list file: bytes a hash", row["file_bytes_a_hash"], "bytes")


def _record_changing(figure: Figure, rows: Sequence[Row]) -> None:
    figure.table("changing", rows)
    for row in rows:
        what = f"added hash, asked in {row['where']}"
        figure.record(f"{what}: found after at most (wall)", row["found_after_ms_worst"], "ms", "< 1000")
        gap = speed_bar("<= 100", figure.tier)
        figure.record(f"{what}: longest gap between answers (wall)", row["longest_gap_ms"], "ms", gap)
        figure.record(f"{what}: additions never found", row["lost"], "additions", "== 0")
        figure.record(f"{what}: listed hashes missed meanwhile", row["missed"], "look-ups", "== 0")


if __name__ == "__main__":
    script(main)
