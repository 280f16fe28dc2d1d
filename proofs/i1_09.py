"""Bar 9: hostile media ends in verdicts; the parent lives, nothing gets out, bombs cost two seconds."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from proofs import machine, watched
from proofs.figure import Figure, Progress, Tier, script
from proofs.large import LARGE
from tests.detect.media import film_files
from tests.security import container_bombs, picture_bombs
from tests.security.evil_worker import ATTEMPTS, evil_pool
from tests.security.hostile import CORPORA, CORPUS_FILES, corpus, digests_are_right, mutants, verdict
from tests.shared_folder import ROOT as SHARED
from tutela.detect.media.everything import examine_all
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask, Examined, ShownForm

BAR = "i1-9"
REPLAY = "make proofs BAR=i1-9"
MIB = 1 << 20
SEED = 20_261_122
#: Mutants of pictures, of films, of archives. The issue asks for 5,000 in all.
MUTANTS: dict[Tier, tuple[int, int, int]] = {"full": (5_000, 300, 600), "ci": (1_000, 60, 120)}
#: Files of each source that run under strace and in an empty network namespace.
WATCHED: dict[Tier, int] = {"full": 300, "ci": 60}
#: Pictures of 50 megapixels in the short run: one that keeps coefficients, one with alpha.
LARGE_CI = ("jpeg progressive 4:4:4", "png rgba")
BOMB_CPU_SECONDS_MAX = 2.0
#: Above an idle worker (threat model ST-04).
BOMB_BYTES_ABOVE_BASE_MAX = 256 * MIB


def _forget(form: ShownForm) -> None:
    """A sink for forms that nobody looks at."""


def all_members(pool: MediaPool, data: bytes, ask: Ask) -> list[Examined]:
    """Everything the product says about ``data``: its members, then the file itself."""
    fd = os.memfd_create("hostile")
    try:
        os.write(fd, data)
        return list(
            examine_all(pool, fd, ask, name="hostile", sink_for=lambda _: _forget, skip=lambda _: False)
        )
    finally:
        os.close(fd)


def run(files: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """Verdicts of all files through one pool: by file, by format, and what it cost."""
    table: dict[str, Counter[str]] = {}
    row: dict[str, Any] = {"verdicts": {}, "crashes": [], "wrong_digests": []}
    with MediaPool() as pool:
        for name, data in files:
            try:
                answers = all_members(pool, data, Ask(limits=WEB))
            except Exception as error:  # noqa: BLE001 - this is what the bar counts
                row["crashes"].append(f"{name}: {type(error).__name__}")
                continue
            whole = next((answer for answer in reversed(answers) if answer.member is None), None)
            if whole is None:
                row["crashes"].append(f"{name}: no answer")
                continue
            row["verdicts"][name] = verdict(whole)
            table.setdefault(whole.facts.container, Counter())[verdict(whole)] += 1
            if not digests_are_right(whole, data):
                row["wrong_digests"].append(name)
        pool.new_batch()
        row |= {"table": table, "peak_bytes": pool.counts.peak_bytes, "workers": pool.counts.workers}
        row |= {"deviations": pool.counts.deviations, "rechecked": pool.counts.rechecked}
        row |= {"protocol_faults": pool.counts.protocol_faults}
    return row


def film_seeds() -> Mapping[str, bytes]:
    """Tiny films in every container."""
    pictures = [film_files.scene(number, 96, 64) for number in range(6)]
    return {
        name: film_files.encoded(pictures, container=name, codec=codec)
        for name, codec in film_files.CODECS.items()
    }


def archive_seeds() -> Mapping[str, bytes]:
    """Small archives with a picture inside, in every kind that is opened."""
    members = dict(mutants(3, seed=SEED))
    named = {f"{number}.bin": data for number, data in enumerate(members.values())}
    packed = container_bombs.zip_of(named)
    return {
        "zip": packed,
        "zip in zip": container_bombs.zip_of({"inner.zip": packed}),
        "7z": container_bombs.sevenzip(next(iter(named.values()))),
        "gz": gzip.compress(next(iter(named.values())), mtime=0),
        "xz": lzma.compress(next(iter(named.values()))),
        "bz2": bz2.compress(next(iter(named.values()))),
    }


def hostile(tier: Tier) -> Iterator[tuple[str, Iterable[tuple[str, bytes]]]]:
    """(step, files) of everything that goes through the pool."""
    for name in CORPORA:
        yield f"corpus {name}", corpus(name)
    pictures, films, archives = MUTANTS[tier]
    yield "mutants of pictures", mutants(pictures, seed=SEED)
    yield "mutants of films", mutants(films, seed=SEED, sound=film_seeds)
    yield "mutants of archives", mutants(archives, seed=SEED, sound=archive_seeds)


def large(names: Iterable[str]) -> list[dict[str, Any]]:
    """Peak memory and verdict for pictures of 50 megapixels, each in a worker of its own, both modes."""
    rows = []
    for name in names:
        data = LARGE[name]()
        for ask in (Ask(pdq_mode="fast"), Ask(pdq_mode="exact")):
            with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
                found = verdict(all_members(pool, data, ask)[-1])
                pool.new_batch()
                peak = pool.counts.peak_bytes
            rows.append({"picture": name, "mode": ask.pdq_mode, "verdict": found, "peak_bytes": peak})
    return rows


def idle_peak_bytes() -> int:
    """Peak memory of a worker that saw only a few bytes of text."""
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        all_members(pool, b"text", Ask())
        pool.new_batch()
        return pool.counts.peak_bytes


def bombs() -> list[dict[str, Any]]:
    """What each bomb cost and how it ended."""
    rows = []
    for name, make in {**picture_bombs.BOMBS, **container_bombs.BOMBS}.items():
        data = make()
        with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
            answers = all_members(pool, data, Ask(film_mode="exact", limits=WEB))
            pool.new_batch()
            troubles = [answer.trouble for answer in answers if answer.trouble is not None]
            rows.append(
                {
                    "bomb": name,
                    "size_bytes": len(data),
                    "reasons": sorted({trouble.reason for trouble in troubles}),
                    "cpu_seconds": round(pool.counts.cpu_seconds, 3),
                    "peak_bytes": pool.counts.peak_bytes,
                    "ended": pool.counts.killed + pool.counts.slow + pool.counts.protocol_faults,
                }
            )
    return rows


def escapes() -> dict[str, str]:
    """How each planted escape attempt ended: ``refused``, ``killed``, or ``escaped``."""
    found = {}
    with evil_pool() as pool:
        for attempt in sorted(set(ATTEMPTS) - {"hang"}):
            answer = all_members(pool, attempt.encode() + b"\n", Ask())[-1]
            found[attempt] = answer.facts.codec or "killed"
    return found


def watch(before: list[str], count: int) -> dict[str, Any]:
    """What ``proofs.watched`` printed when started by ``before`` in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(machine.ROOT / "src"), str(machine.ROOT)]),
        }
        done = subprocess.run(
            [*before, sys.executable, "-m", "proofs.watched", str(count)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return {"error": done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]}
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen


def traced(count: int) -> dict[str, Any]:
    """Calls of sealed workers that the kernel let through, as strace saw them."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace")
        seen = watch(["strace", "-f", "-qq", "-e", watched.TRACED, "-o", str(trace)], count)
        if "error" in seen:
            return seen
        workers, calls, surprising = watched.calls_after_seal(
            trace.read_text(encoding="ascii", errors="replace")
        )
    return {**seen, "workers": workers, "calls": dict(calls), "surprising": surprising[:20]}


def record_runs(figure: Figure, rows: Mapping[str, dict[str, Any]]) -> None:
    """Lines for everything that went through the pool."""
    seen = sum(len(row["verdicts"]) for row in rows.values())
    figure.count("files", seen)
    figure.record("crashes of the parent", sum(len(row["crashes"]) for row in rows.values()), "files", "== 0")
    wrong = sum(len(row["wrong_digests"]) for row in rows.values())
    figure.record("wrong digests", wrong, "files", "== 0")
    figure.record(
        "second looks that differed", sum(row["deviations"] for row in rows.values()), "files", "== 0"
    )
    peak = max(row["peak_bytes"] for row in rows.values())
    figure.record("peak memory of a worker, corpora and mutants", peak / MIB, "MiB", "<= 512")
    ended = Counter(word for row in rows.values() for word in row["verdicts"].values())
    for word in ("decoded", "refused", "unreadable", "not_media", "killed", "time-out", "lied", "fault"):
        figure.record(f"verdict {word}", ended[word], "files")
    for name, row in rows.items():
        figure.table(f"{name}: verdicts by format", row["table"])
        for crash in row["crashes"]:
            figure.failure(REPLAY, f"{name}: {crash}")


def record_corpora(figure: Figure, rows: Mapping[str, dict[str, Any]]) -> None:
    """The number of corpus files, their verdicts, and those that changed since the last figure."""
    verdicts = {
        name: word
        for step, row in rows.items()
        if step.startswith("corpus")
        for name, word in row["verdicts"].items()
    }
    figure.record("files of the corpora", len(verdicts), "files", f"== {CORPUS_FILES}")
    figure.table("corpora: verdict of each file", verdicts)
    before = _published("corpora: verdict of each file")
    changed = [
        f"{name}: {before[name]} -> {word}"
        for name, word in verdicts.items()
        if before.get(name, word) != word
    ]
    figure.table("corpora: verdicts that changed since the last figure", changed)
    if changed:
        figure.note(f"{len(changed)} files of the corpora have another verdict than in the last figure")


def _published(table: str) -> dict[str, str]:
    try:
        kept = json.loads((machine.ROOT / "docs" / "figures" / "i1_09.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found: dict[str, str] = kept.get("tables", {}).get(table, {})
    return found


def record_bombs(figure: Figure, rows: list[dict[str, Any]], idle: int) -> None:
    """Lines for the bombs."""
    refused = [row for row in rows if row["reasons"] and not row["ended"]]
    figure.record("bombs refused", len(refused), "bombs", ">= 25")
    figure.record("bombs not refused", len(rows) - len(refused), "bombs", "== 0")
    slowest = max(rows, key=lambda row: row["cpu_seconds"])
    figure.record(
        f"CPU of the slowest bomb ({slowest['bomb']})",
        slowest["cpu_seconds"],
        "s",
        f"<= {BOMB_CPU_SECONDS_MAX}",
    )
    above = max(row["peak_bytes"] for row in rows) - idle
    figure.record(
        "memory of the largest bomb above an idle worker",
        above / MIB,
        "MiB",
        f"<= {BOMB_BYTES_ABOVE_BASE_MAX / MIB}",
    )
    figure.table("bombs", rows)


def record_walls(figure: Figure, tier: Tier, steps: Progress) -> None:
    """Escapes, packets, files: what a worker cannot do."""
    found = steps.step("escapes", escapes)
    figure.record(
        "escape attempts refused", sum(how != "escaped" for how in found.values()), "attempts", ">= 6"
    )
    figure.record(
        "escape attempts that succeeded", sum(how == "escaped" for how in found.values()), "attempts", "== 0"
    )
    figure.table("escape attempts", found)
    _record_packets(figure, steps.step("packets", lambda: watch(["unshare", "-rn"], WATCHED[tier])))
    _record_calls(figure, steps.step("traced", lambda: traced(WATCHED[tier])))


def _record_packets(figure: Figure, seen: dict[str, Any]) -> None:
    if "error" in seen:
        figure.note(f"no private network namespace here, packets were not counted: {seen['error']}")
        return
    figure.record("packets in a private network namespace", seen["packets"], "packets", "== 0")
    figure.record("files that appeared in the working folder", len(seen["appeared"]), "files", "== 0")


def _record_calls(figure: Figure, seen: dict[str, Any]) -> None:
    if shutil.which("strace") is None or "error" in seen:
        figure.failure(REPLAY, f"strace could not watch the workers: {seen.get('error', 'not installed')}")
        return
    figure.count("workers watched", seen["workers"])
    name = "calls of sealed workers to open, create, connect, send or run that got through"
    figure.record(name, len(seen["surprising"]), "calls", "== 0")
    figure.table("traced calls of sealed workers", seen)


def record_large(figure: Figure, rows: list[dict[str, Any]]) -> None:
    """Lines for pictures of 50 megapixels."""
    peak = max(row["peak_bytes"] for row in rows)
    figure.record("peak memory of a worker at 50 megapixels", peak / MIB, "MiB", "<= 512")
    decoded = sum(row["verdict"] == "decoded" for row in rows)
    figure.record("pictures of 50 megapixels decoded (the others refused for memory)", decoded, "runs")
    figure.count("runs at 50 megapixels", len(rows))
    figure.table("50 megapixels", rows)


def main(tier: Tier) -> int:
    """Measure the bar; 0 when it is met."""
    figure, steps = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if not SHARED.joinpath("corpora").is_dir():
        figure.failure(REPLAY, "needs shared/corpora beside the checkout")
        return figure.save()
    rows = {name: steps.step(name, partial(run, files)) for name, files in hostile(tier)}
    record_runs(figure, rows)
    record_corpora(figure, rows)
    asked = sum(len(row["verdicts"]) for name, row in rows.items() if name.startswith("mutants"))
    figure.record("own mutants", asked, "files", ">= 5000" if tier == "full" else "")
    record_bombs(figure, steps.step("bombs", bombs), steps.step("idle", idle_peak_bytes))
    record_walls(figure, tier, steps)
    record_large(figure, steps.step("large", lambda: large(LARGE if tier == "full" else LARGE_CI)))
    outcome = figure.save()
    steps.finish()
    return outcome


if __name__ == "__main__":
    script(main)
