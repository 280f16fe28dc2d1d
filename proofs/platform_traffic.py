"""Simulated ordinary traffic of platforms, with what most resembles probing in it (bar i2-7).

Strangers are asked once or re-uploaded as they are; one picture goes viral and is re-encoded by many;
templates carry hundreds of captions; listed pictures circulate in copies, one of them altered so far that
its copies lie on both sides of the edge; uploads come in several sizes; films as rows of stills.
Copies are really made and hashed. A mix of generated pictures, benign only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from proofs.probing_clients import SIZE, altered, is_met, pdq_of, prints, through_jpeg
from tutela.demo.pictures import landscape
from tutela.detect.service.audit import MemoryAudit
from tutela.detect.service.probing import CutOff, Watch
from tutela.detect.service.roles import Caller

DAY_SECONDS = 86_400.0
#: Different re-encodings of one picture that are made; people use fewer apps than that.
COPIES = 200

Upload = tuple[bytes, bytes, bool]


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How many queries a caller makes in a day, and the shares that are not simple strangers."""

    queries: int = 100_000
    viral_share: float = 0.05
    captions_share: float = 0.03
    repeats_share: float = 0.12
    listed_pictures: int = 40
    viral_listed_uploads: int = 300
    edge_uploads: int = 60
    stills_share: float = 0.02
    sizes_share: float = 0.02


@dataclass(kw_only=True)
class Told:
    """What the watch said: alarms, cut-offs, refused queries, and how many queries there were."""

    queries: int = 0
    alarms: int = 0
    refused: int = 0
    kinds: list[str] = field(default_factory=list)


def upload(value: bytes, random: np.random.Generator, *, met: bool = False) -> Upload:
    """A file of its own with this value."""
    return value, random.bytes(32), met


def copies(picture: Image.Image, number: int, random: np.random.Generator) -> list[bytes]:
    """The values of re-encodings as apps make them: another size, another JPEG quality."""
    made = []
    for _ in range(number):
        scale, quality = float(random.uniform(0.4, 1.0)), int(random.integers(40, 95))
        smaller = picture.resize((int(SIZE[0] * scale), int(SIZE[1] * scale)))
        made.append(pdq_of(through_jpeg(smaller, quality)))
    return made


def circulating(
    picture: Image.Image, uploads: int, random: np.random.Generator, listed: bytes = b""
) -> list[list[Upload]]:
    """Uploads of one picture: 7 of 10 the same file, the others re-encoded by whoever passed it on."""
    pool = copies(picture, min(COPIES, max(4, uploads // 3)), random)
    original = upload(pdq_of(picture), random)
    made = []
    for _ in range(uploads):
        one = original if random.random() < 0.7 else upload(pool[int(random.integers(len(pool)))], random)
        made.append([(one[0], one[1], bool(listed) and is_met(one[0], listed))])
    return made


def captions(seed: int, uploads: int, random: np.random.Generator) -> list[list[Upload]]:
    """One template under many captions, each uploaded once or a few times."""
    template, made = landscape(seed, *SIZE), []
    for number in range(max(1, uploads // 2)):
        picture = template.copy()
        draw, top = ImageDraw.Draw(picture), int(random.integers(150, 200))
        draw.rectangle((10, top, 310, top + 30), fill=(255, 255, 255))
        for line in range(3):
            left = int(random.integers(12, 120))
            draw.text((left, top + 10 * line), f"caption {number} " * int(random.integers(1, 4)), fill=0)
        made.append(upload(pdq_of(picture), random))
    return [[made[int(random.integers(len(made)))]] for _ in range(uploads)]


def stills(seed: int, random: np.random.Generator) -> list[Upload]:
    """Twelve stills of one slowly moving scene, sent as pictures one after the other."""
    scene = landscape(seed, SIZE[0] + 60, SIZE[1])
    frames = [scene.crop((3 * number, 0, 3 * number + SIZE[0], SIZE[1])) for number in range(12)]
    return [upload(pdq_of(frame), random) for frame in frames]


def near_edge(seed: int) -> tuple[Image.Image, bytes]:
    """A listed picture's copy, altered until it is just not found, and the listed value."""
    random, picture = np.random.default_rng(seed), landscape(seed, *SIZE)
    listed = pdq_of(picture)
    for _ in range(400):
        if not is_met(pdq_of(picture), listed):
            break
        picture = altered(picture, random, 0.15).resize(SIZE)
    return picture, listed


def day_of(mix: Mix, seed: int) -> list[list[Upload]]:
    """A day's uploads in their order; what is sent together stays together."""
    random = np.random.default_rng(seed)
    groups = circulating(landscape(seed * 100 + 1, *SIZE), int(mix.queries * mix.viral_share), random)
    for template in range(5):
        share = int(mix.queries * mix.captions_share / 5)
        groups += captions(seed * 100 + 10 + template, share, random)
    for number in range(mix.listed_pictures):
        picture = landscape(seed * 100 + 30 + number, *SIZE)
        groups += circulating(picture, 5, random, pdq_of(picture))
    viral = landscape(seed * 100 + 2, *SIZE)
    groups += circulating(viral, mix.viral_listed_uploads, random, pdq_of(viral))
    edited, listed = near_edge(seed * 100 + 3)
    groups += circulating(edited, mix.edge_uploads, random, listed)
    groups += [stills(seed * 1000 + n, random) for n in range(int(mix.queries * mix.stills_share / 12))]
    for number in range(int(mix.queries * mix.sizes_share / 4)):
        picture = landscape(seed * 1000 + 500 + number % 50, *SIZE)
        groups.append([upload(value, random) for value in copies(picture, 4, random)])
    rest = mix.queries - sum(len(group) for group in groups)
    groups += strangers(rest, mix.repeats_share, random)
    return [groups[int(place)] for place in random.permutation(len(groups))]


def strangers(number: int, repeats_share: float, random: np.random.Generator) -> list[list[Upload]]:
    """Unrelated pictures, some uploaded again as they are, the early ones most often."""
    fresh = [upload(random.bytes(32), random) for _ in range(int(number * (1 - repeats_share)))]
    again = np.minimum(random.zipf(1.3, number - len(fresh)), len(fresh)) - 1
    return [[one] for one in fresh] + [[fresh[int(place)]] for place in again]


def flat(groups: Sequence[Sequence[Upload]]) -> Iterator[Upload]:
    """Every upload in its order."""
    return (one for group in groups for one in group)


def simulate_traffic(mix: Mix, seed: int) -> Told:
    """What the watch says of one caller's ordinary day."""
    audit = MemoryAudit()
    watch, told = Watch(audit=audit), Told()
    caller = Caller(name="platform", roles=frozenset({"match"}), purpose="a simulated platform")
    for number, (value, file, met) in enumerate(flat(day_of(mix, seed))):
        now = 1e9 + DAY_SECONDS * number / mix.queries
        try:
            watch.query(caller, prints(value, file), met=met, now_seconds=now)
        except CutOff:
            told.refused += 1
        told.queries += 1
    told.alarms, told.kinds = len(audit.lines), [f"{one.step} {one.burst} {one.edges}" for one in audit.lines]
    return told
