"""What the guard's judge says of pictures, in the guard's own environment: one step of bar i5-4.

``PYTHON -m proofs.guard_sight FILE`` reads from a JSON file which folder was set up, which pictures to take
and what to do with them, and prints one JSON object. The judge is the one that ``tutela guard run`` asks,
with the lists and classifiers of the folder; it gets more time for a picture than a page would give it.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tutela.arithmetic import finish, reduce_luma
from tutela.demo.copies import FURTHER_CROPS, THIRTEEN, Variant, jpeg
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.classes.charts import chart
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.device_time import SystemDeviceClock
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.running.parts import Parts
from tutela.prevent.guard.shapes import Judge, Ruling

#: Seconds for one ruling: nothing here measures speed.
PATIENT = 30.0
THREADS = 3
VARIANTS = (*THIRTEEN, *FURTHER_CROPS)
#: Sides of a benign picture in pixels, and the share of each side of the photograph that it shows.
SIDES, SHARES = (200, 480), (0.35, 0.9)
CHART_SIZES = ((320, 240), (640, 480), (800, 800), (300, 900))
#: Variants that leave no colour, by which the stand-in class is known.
WITHOUT_COLOUR = ("grey", "1-bit")


@contextmanager
def judging(folder: Path) -> Iterator[Parts]:
    """The judge of a folder, and its parts."""
    parts = Parts(Folder(folder), SystemClock())
    try:
        parts.follow(Choices(Folder(folder), SystemDeviceClock()).policy())
        yield parts
    finally:
        parts.close()


def word(ruling: Ruling) -> str:
    """What became of a picture: its tier, and why where it could not be decided."""
    if ruling.tier is None:
        return "shown"
    return f"undecided: {ruling.why}" if ruling.tier == "undecided" else ruling.tier


def opened(path: str) -> Image.Image:
    """A picture in RGB."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def recall(judge: Judge, paths: Sequence[str]) -> dict[str, Any]:
    """What became of every altered copy, by its kind."""

    def one(task: tuple[str, Variant]) -> tuple[str, str]:
        path, variant = task
        return variant.name, word(judge.rule(variant.of(opened(path)).data, within_seconds=PATIENT))

    tasks = [(path, variant) for path in paths for variant in VARIANTS]
    return {"by_kind": counted(one, tasks)}


def counted(one: Callable[[Any], tuple[str, str]], tasks: Sequence[Any]) -> dict[str, dict[str, int]]:
    """How often each outcome came, by kind."""
    found: dict[str, Counter[str]] = {}
    with ThreadPoolExecutor(THREADS) as threads:
        for kind, outcome in threads.map(one, tasks):
            found.setdefault(kind, Counter())[outcome] += 1
    return {kind: dict(counts) for kind, counts in found.items()}


def excerpt(picture: Image.Image, number: int) -> Image.Image:
    """A part of a photograph as somebody else might show it: cut, scaled, lighter or darker, mirrored."""
    random = np.random.default_rng(number)
    width, height = (max(64, round(side * random.uniform(*SHARES))) for side in picture.size)
    left, top = (round(random.uniform(0, max(0, full - part))) for full, part in
                 zip(picture.size, (width, height), strict=True))  # fmt: skip
    part = picture.crop((left, top, min(picture.width, left + width), min(picture.height, top + height)))
    scale = random.uniform(*SIDES) / max(part.size)
    sides = tuple(max(32, round(side * scale)) for side in part.size)
    part = part.resize((sides[0], sides[1]), Image.Resampling.BICUBIC, reducing_gap=2.0)
    levels = np.clip(np.arange(256) * random.uniform(0.8, 1.2) + random.uniform(-20, 20), 0, 255)
    part = part.point(levels.astype(np.uint8).tolist() * 3)
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else part


def benign(judge: Judge, paths: Sequence[str], first: int, count: int) -> dict[str, Any]:
    """What became of so many excerpts of photographs, and the PDQ of each that has enough detail."""
    pictures = [opened(path) for path in paths]

    def one(number: int) -> tuple[str, str]:
        part = excerpt(pictures[number % len(pictures)], number)
        data = jpeg(part, quality=70 + number % 25)
        value, quality = finish(reduce_luma(np.asarray(part)))
        ruling = word(judge.rule(data, within_seconds=PATIENT))
        return ("detailed" if quality >= 50 else "flat"), f"{ruling} {value.hex()}"

    with ThreadPoolExecutor(THREADS) as threads:
        rows = list(threads.map(one, range(first, first + count)))
    outcomes = Counter(f"{kind}: {text.rpartition(' ')[0]}" for kind, text in rows)
    values = [text.rpartition(" ")[2] for kind, text in rows if kind == "detailed"]
    return {"outcomes": dict(outcomes), "values": values}


def classes(parts: Parts, paths: Sequence[str]) -> dict[str, Any]:
    """Recall, false blocks and milliseconds of the classifier that the folder has on."""
    judge = parts.judge

    def drawn(task: tuple[tuple[int, int], Variant]) -> tuple[str, str]:
        (width, height), variant = task
        copy = variant.of(Image.fromarray(chart(width, height))).data
        return variant.name, word(judge.rule(copy, within_seconds=PATIENT))

    def other(path: str) -> tuple[str, str]:
        return "benign", word(judge.rule(Path(path).read_bytes(), within_seconds=PATIENT))

    variants = [one for one in THIRTEEN if one.name not in WITHOUT_COLOUR]
    tasks = [(size, variant) for size in CHART_SIZES for variant in variants]
    return {
        "charts": counted(drawn, tasks),
        "others": counted(other, paths),
        "milliseconds": milliseconds(parts, paths),
    }


def milliseconds(parts: Parts, paths: Sequence[str]) -> list[float]:
    """Time of one score, one after another, for squares of pictures."""
    classifier, times = parts._classifier, []
    if classifier is None:
        raise RuntimeError("no classifier is on")
    side = classifier.side_pixels
    for path in paths[:200]:
        square = np.asarray(opened(path).resize((side, side), Image.Resampling.BILINEAR))
        began = time.perf_counter()
        classifier.score(square, within_seconds=PATIENT)
        times.append(1_000 * (time.perf_counter() - began))
    return [statistics.median(times), float(np.percentile(times, 99))]


def main(told: dict[str, Any]) -> dict[str, Any]:
    """One step."""
    paths = told["paths"]
    with judging(Path(told["folder"])) as parts:
        if told["step"] == "recall":
            return recall(parts.judge, paths)
        if told["step"] == "classes":
            return classes(parts, paths)
        return benign(parts.judge, paths, told["first"], told["count"])


if __name__ == "__main__":
    answer = io.StringIO()
    json.dump(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), answer)
    print(answer.getvalue())
