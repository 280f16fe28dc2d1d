"""Bar 11: 50,000 mixed files in a folder and in a raw disk image give equal findings; memory stays flat;
a journal of 5,000,000 rows is taken up in 30 s; the time for 5 million files is printed.

Findings are compared by path below the folder, content, status and matches. Memory is the anonymous
resident size of the scanning process, sampled twice a second: the most of the second half of the scanning
against the most of the first half. Groups and report come after it and need about 400 bytes a picture.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proofs.figure import STATE, Figure, Progress, Tier, script
from proofs.million import million_list
from proofs.mixed import disk_image, files_of, various_files
from proofs.product import pdq_by_form, prints_of_path
from tutela.detect.media.pool import MediaPool
from tutela.detect.scan.findings import NullSink
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.shapes import Finding, ScanFile

BAR = "i1-11"
FILES = {"ci": 2_000, "full": 50_000}
ROWS = {"ci": 200_000, "full": 5_000_000}
#: Files for which the time is extrapolated (the issue: a police case).
CASE_FILES = 5_000_000
#: Seconds between two looks at the memory.
SAMPLE_SECONDS = 0.5
#: A run this short says nothing about growth, in seconds.
FLAT_SECONDS_MIN = 20
REPLAY = "make bench-scale"


def main(tier: Tier) -> int:
    """Exit code of the bar."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    count = FILES[tier]
    folder = various_files(count)
    listed = _list(folder, count)
    runs = {"folder": progress.step("folder", lambda: _scan(folder, listed, "folder"))}
    figure.count("files", count)
    image = disk_image(folder, STATE / f"various-{count}.img")
    if image is None:
        figure.failure(REPLAY, "mke2fs is missing: no disk image could be made (apt-get install e2fsprogs)")
    else:
        runs["disk image"] = progress.step("image", lambda: _scan(image, listed, "image"))
        _compare(figure, folder, image)
    for name, run in runs.items():
        _report(figure, name, run, count)
    _journal(figure, progress, ROWS[tier])
    code = figure.save()
    progress.finish()
    return code


def _list(folder: Path, count: int) -> Path:
    with MediaPool(workers=1) as pool:
        some = itertools.islice(files_of(folder), 0, None, max(1, count // 400))
        forms = [pdq_by_form(prints_of_path(pool, path)) for path in some]
    values = [prints["f0/r0"].value for prints in forms if "f0/r0" in prints]
    return million_list(values, f"various-{count}")


def _output(name: str) -> Path:
    return STATE / f"scale-{name}"


def _scan(place: Path, listed: Path, name: str) -> dict[str, Any]:
    """Seconds and memory of one scan by the command."""
    output = _output(name)
    shutil.rmtree(output, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "tutela",
        "scan",
        str(place),
        "--list",
        str(listed),
        "--output",
        str(output),
    ]
    began = time.monotonic()
    running = subprocess.Popen([*command, "--workers", "2"], stdout=subprocess.DEVNULL)
    samples: list[tuple[float, int, int, int]] = []
    while running.poll() is None:
        time.sleep(SAMPLE_SECONDS)
        own, workers = _resident(running.pid)
        samples.append((time.monotonic() - began, own, workers, _size_of(output / "findings.jsonl")))
    if running.returncode not in (0, 1, 3):
        raise RuntimeError(f"the scan ended with {running.returncode}")
    return {"seconds": time.monotonic() - began, "samples": samples, "found": len(_lines(output))}


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _resident(pid: int) -> tuple[int, int]:
    """Resident bytes without mapped files: of the process, and the largest of its descendants."""
    return _bytes_of(pid), max((_bytes_of(one) for one in _descendants(pid)), default=0)


def _bytes_of(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    rows = [line.split() for line in text.splitlines() if line.startswith("RssAnon")]
    return int(rows[0][1]) * 1024 if rows else 0


def _descendants(pid: int) -> list[int]:
    try:
        texts = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    children = [int(word) for text in texts for word in text.split()]
    return children + [one for child in children for one in _descendants(child)]


def _lines(output: Path) -> list[dict[str, Any]]:
    with (output / "findings.jsonl").open(encoding="ascii") as file:
        return [json.loads(line) for line in file]


def _compare(figure: Figure, folder: Path, image: Path) -> None:
    in_folder = {
        _key(Path(one["path"]).relative_to(folder), one["member"], one) for one in _lines(_output("folder"))
    }
    found = [one for one in _lines(_output("image")) if one["member"] is not None]
    in_image = {_key(one["member"], None, one) for one in found if not one["member"].startswith("lost+found")}
    figure.record("findings only in the folder", len(in_folder - in_image), "findings", "== 0")
    figure.record("findings only in the disk image", len(in_image - in_folder), "findings", "== 0")
    figure.record("findings equal", len(in_folder & in_image), "findings")
    for one in sorted(in_folder ^ in_image)[:5]:
        figure.failure(REPLAY, f"only on one side: {one}")


def _key(place: object, member: str | None, finding: dict[str, Any]) -> tuple[str, str, str, str]:
    joined = str(place) if member is None else f"{place}!/{member}"
    matches = json.dumps(finding["matches"], sort_keys=True)
    return joined, str(finding["sha256"]), finding["status"], matches


def _report(figure: Figure, name: str, run: dict[str, Any], count: int) -> None:
    seconds = run["seconds"]
    figure.record(f"{name}: files per second on two workers", count / seconds, "files/s")
    figure.record(f"{name}: 5 million files at this rate", CASE_FILES / count * seconds / 3600, "h")
    scanning = [row for row in run["samples"] if row[3] < run["samples"][-1][3]]
    first, second = _halves(scanning)
    figure.record(f"{name}: resident memory while scanning, largest", max(first, second) / 1e6, "MB")
    bar = "<= 1.15" if seconds >= FLAT_SECONDS_MIN else ""
    figure.record(f"{name}: the same, second half of the run against the first", second / first, "x", bar)
    figure.record(
        f"{name}: with groups and report at the end", max(row[1] for row in run["samples"]) / 1e6, "MB"
    )
    figure.record(f"{name}: largest worker", max(row[2] for row in run["samples"]) / 2**20, "MiB", "<= 512")


def _halves(samples: list[Any]) -> tuple[int, int]:
    """The most of the first and of the second half."""
    middle = max(1, len(samples) // 2)
    first, second = samples[:middle], samples[middle:] or samples
    return max(row[1] for row in first), max(row[1] for row in second)


def _journal(figure: Figure, progress: Progress, rows: int) -> None:
    path = STATE / f"journal-{rows}.sqlite"
    if not path.exists():
        print(f"{BAR}  writing a journal of {rows:,} rows; a few minutes", flush=True)
        draft = path.with_suffix(".draft")
        for leftover in STATE.glob(f"{draft.name}*"):
            leftover.unlink()
        _write_journal(draft, rows)
        draft.rename(path)
    taken = progress.step("journal", lambda: _take_up(path, rows))
    figure.count("rows of the journal", rows)
    figure.record(f"journal of {rows:,} rows: opened", taken["opened"], "s")
    figure.record(
        f"journal of {rows:,} rows: taken up, until the first new file", taken["seconds"], "s", "<= 30"
    )
    figure.record(f"journal of {rows:,} rows: size on disk", path.stat().st_size / 1e6, "MB")
    figure.record("resident memory of the process that took it up", taken["resident"] / 1e6, "MB")


def _write_journal(path: Path, rows: int) -> None:
    with Journal(path) as journal:
        sink = NullSink()
        for number in range(rows):
            journal.record(_row(number))
            if journal.waiting_count >= 20_000:
                journal.commit(sink)
        journal.commit(sink)


def _path(number: int) -> str:
    return f"/case/disk/folder-{number // 1000:05}/picture-{number:08}.jpg"


def _row(number: int) -> Entry:
    digest = number.to_bytes(8, "little") * 4
    found = Finding(
        path=_path(number), member=None, sha256=digest.hex(), status="unknown",
        reason="Nothing in 1 list matches.", media_kind="jpeg", size_bytes=200_000,
    )  # fmt: skip
    return Entry(finding=found, probe=digest[:8], pdq=digest)


def _take_up(path: Path, rows: int) -> dict[str, float]:
    """In a process of its own: the journal is opened and asked for every file, as a scan does it."""
    done = subprocess.run(
        [sys.executable, "-c", f"from proofs.i1_11 import take_up; take_up({str(path)!r}, {rows})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def take_up(path: str, rows: int) -> None:
    """Prints seconds and memory as JSON."""
    from tutela.detect.scan.scanner import not_done

    began = time.monotonic()
    with Journal(Path(path)) as journal:
        opened = time.monotonic() - began
        files = itertools.chain(_files(rows), [ScanFile(path="/case/new.jpg")])
        first = next(not_done(journal, files, lambda _files, _size_bytes: None))
        seconds = time.monotonic() - began
        if first.path != "/case/new.jpg":
            raise RuntimeError("a file that was done is looked at again")
        print(json.dumps({"opened": opened, "seconds": seconds, "resident": _bytes_of(os.getpid())}))


def _files(rows: int) -> Iterator[ScanFile]:
    return (ScanFile(path=_path(number), size_bytes=200_000) for number in range(rows))


if __name__ == "__main__":
    script(main)
