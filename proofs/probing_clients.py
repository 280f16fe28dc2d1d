"""Simulated clients who feel for the edge of matching with variations of one listed picture (ST-16).

Each is a generator of (PDQ value, met): pictures are really altered and hashed, and ``met`` is what the
service would answer. Used by bar i2-7; nothing here talks to a network.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from proofs.product import distance_bits
from tutela.arithmetic import finish, reduce_luma
from tutela.demo.pictures import landscape
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS
from tutela.detect.service.audit import MemoryAudit
from tutela.detect.service.probing import CutOff, Watch
from tutela.detect.service.roles import Caller

#: Variations that a client has in mind at most (threat ST-16: 1,000).
VARIATIONS = 1_000
SIZE = (320, 240)

Query = tuple[bytes, bool]
Client = Callable[[int], Iterator[Query]]


def pdq_of(picture: Image.Image) -> bytes:
    """The PDQ value of a picture of at most 512 pixels a side."""
    return finish(reduce_luma(np.asarray(picture.convert("RGB"))))[0]


def through_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """The picture as a JPEG of this quality shows it."""
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return Image.open(held).convert("RGB")


def altered(picture: Image.Image, random: np.random.Generator, strength: float) -> Image.Image:
    """A variation by one edit of many kinds; strength 0 changes next to nothing, 1 is plain to see."""
    width, height = picture.size
    kind = int(random.integers(0, 8))
    amount = strength * float(random.uniform(0.3, 1.0))
    if kind == 0:
        left, top = (int(x) for x in random.uniform(0, 0.08 * amount, 2) * picture.size)
        return picture.crop((left, top, width - int(0.05 * amount * width), height - top))
    if kind == 1:
        return picture.rotate(float(random.choice([-3, 3])) * amount, resample=Image.Resampling.BILINEAR)
    if kind == 2:
        return ImageEnhance.Brightness(picture).enhance(1 + 0.8 * amount)
    if kind == 3:
        return ImageEnhance.Contrast(picture).enhance(1 - 0.6 * amount)
    if kind == 4:
        return picture.filter(ImageFilter.GaussianBlur(3 * amount))
    if kind == 5:
        noise = random.normal(0, 40 * amount, (height, width, 3))
        return Image.fromarray(np.clip(np.asarray(picture, float) + noise, 0, 255).astype(np.uint8))
    if kind == 6:
        return through_jpeg(picture, max(5, int(90 - 80 * amount)))
    spotted, side = picture.copy(), int(8 + 60 * amount)
    x, y = (int(at) for at in random.uniform(0, 0.8, 2) * picture.size)
    colour = tuple(int(part) for part in random.integers(0, 256, 3))
    ImageDraw.Draw(spotted).rectangle((x, y, x + side, y + side), fill=colour)
    return spotted


def is_met(value: bytes, listed: bytes) -> bool:
    """What the service answers about a value when this one is listed."""
    return distance_bits(value, listed) <= PDQ_DISTANCE_BITS


def small_variations(seed: int) -> Iterator[Query]:
    """1,000 small variations of a listed picture, whatever the answers (the test of ST-16)."""
    random, picture = np.random.default_rng(seed), landscape(seed, *SIZE)
    listed = pdq_of(picture)
    for _ in range(VARIATIONS):
        value = pdq_of(altered(picture, random, 0.4))
        yield value, is_met(value, listed)


def until_not_found(seed: int) -> Iterator[Query]:
    """Edits pile up until the picture is no longer found; then the last one is taken back, and again."""
    random, picture = np.random.default_rng(seed), landscape(seed, *SIZE)
    listed, kept = pdq_of(picture), picture
    for _ in range(VARIATIONS):
        tried = altered(kept, random, 0.25).resize(SIZE)
        value = pdq_of(tried)
        met = is_met(value, listed)
        kept = tried if met else kept
        yield value, met


def until_found(seed: int) -> Iterator[Query]:
    """A picture that is not found is altered, and nearer ones kept by luck, until it is found, and on."""
    random, picture = np.random.default_rng(seed), landscape(seed, *SIZE)
    listed, start = pdq_of(picture), picture.rotate(2.5, resample=Image.Resampling.BILINEAR)
    for number in range(VARIATIONS):
        share = min(1.0, number / 60)
        value = pdq_of(altered(Image.blend(start, picture, share), random, 0.3))
        yield value, is_met(value, listed)


def strength_halved(seed: int) -> Iterator[Query]:
    """For one kind of edit after the other, the strength at which the answer turns is found by halving."""
    random, picture = np.random.default_rng(seed), landscape(seed, *SIZE)
    listed = pdq_of(picture)
    for number in range(VARIATIONS // 10):
        low, high = 0.0, 1.5
        for _ in range(10):
            middle = (low + high) / 2
            value = pdq_of(altered(picture, np.random.default_rng([seed, number]), middle))
            met = is_met(value, listed)
            low, high = (middle, high) if met else (low, middle)
            yield value, met
        random.random()


def bits_turned(seed: int) -> Iterator[Query]:
    """Fingerprints alone: bits are turned up to the edge, then one after the other to learn the value."""
    random, listed = np.random.default_rng(seed), pdq_of(landscape(seed, *SIZE))
    order = [int(place) for place in random.permutation(256)]
    edge = int.from_bytes(listed, "big")
    for place in order[:31]:
        edge ^= 1 << place
        yield edge.to_bytes(32, "big"), True
    for place in order[31:] + order[:31]:
        value = (edge ^ (1 << place)).to_bytes(32, "big")
        yield value, is_met(value, listed)


#: Every client by name.
CLIENTS: dict[str, Client] = {
    "small variations": small_variations,
    "altered until not found": until_not_found,
    "altered until found": until_found,
    "strength halved": strength_halved,
    "bits turned": bits_turned,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """The query (from 1) of the alarm, and the first that was refused; 0 when it never came."""

    alarm_at: int
    cut_at: int


def prints(value: bytes, file: bytes = b"") -> list[Fingerprint]:
    """What the service would hand to the watch: the upload's digest (if it is one) and its upright form."""
    digest = [Fingerprint(kind="sha256", value=file)] if file else []
    return [*digest, Fingerprint(kind="pdq", value=value, form="f0/r0", quality=100)]


def simulate_probing(client: Client, seed: int, *, decoys: int = 0) -> Stopped:
    """When a client is noticed and stopped; ``decoys`` unrelated queries are asked between any two."""
    audit, random = MemoryAudit(), np.random.default_rng(seed)
    watch = Watch(audit=audit)
    caller = Caller(name="probing", roles=frozenset({"match"}), purpose="a simulated probing client")
    alarm_at = 0
    for number, (value, met) in enumerate(client(seed), 1):
        try:
            file = b"" if client is bits_turned else random.bytes(32)  # every variation is another file
            watch.query(caller, prints(value, file), met=met, now_seconds=1e9 + number)
        except CutOff:
            return Stopped(alarm_at=alarm_at or number, cut_at=number)
        if audit.lines and not alarm_at:
            alarm_at = number
        for _ in range(decoys):
            watch.query(
                caller, prints(random.bytes(32), random.bytes(32)), met=False, now_seconds=1e9 + number
            )
    return Stopped(alarm_at=alarm_at, cut_at=0)
