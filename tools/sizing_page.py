"""The page that says what a match service needs, from ``docs/figures/scale.json`` and the upload figures."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.sizing_of_house import house_part

Json = Mapping[str, Any]

#: What a media worker may take while it decodes (decisions.md section 1), in bytes.
DECODING_BYTES = 512 << 20
#: Share of what a machine can do that is planned for; above it answers wait (bar i2-3 is judged there).
LOAD_SHARE = 0.7
GIGABYTE = 1_000_000_000
#: Figures with the CPU milliseconds of one upload, the share of the service's CPU that they are, what was
#: measured: the whole service, or else the product alone, which bar i2-3 asks to be 60 % of it.
UPLOADS = (
    ("i2_03", "CPU of the service for one upload", 1.0, "uploads of 60 kB over HTTP, bar i2-3"),
    ("i1_06", "product row, 0.3 MP: tutela", 0.6, "pictures of 0.3 MP, bar i1-6, and 40 % for HTTP"),
)
INTRODUCTION = """# Sizing

What a match service needs for lists of growing size, and a hotline with a large database, measured by
`make bench-scale`. Sums and example machines are calculated from that, and say so.
"""
TAKEN_UP = """
*Taken up* is the way of a service: changes of 10,000 entries, from the log to lists that answer. Where it
says *built*, the list was written as one segment, as `tutela list import` does. Questions are answered
meanwhile.
"""
KINDS = """
Ids and search tables are included; those of `pdq` and `vpdq` have a fixed part of 4 MB. A film (`vpdq`) is
counted by its frames.
"""
PLAN = f"""Memory is that of one service process for each core, of the follower at its largest merge, of the
list files, and {DECODING_BYTES >> 20} MiB for each service process: its media process may decode a picture of
50 megapixels. The operating system comes on top. Disk is the list twice, since a merge writes the new file
beside the old one, and the change log.
"""
UNMEASURED = "Not measured yet: `make bench-scale` writes the figures.\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """An example: cores, entries of all lists together."""

    name: str
    cores: int
    entries: int


EXAMPLES = (
    Machine(name="a small platform", cores=2, entries=100_000),
    Machine(name="a platform", cores=4, entries=1_000_000),
    Machine(name="a large platform", cores=16, entries=5_000_000),
)


def sizing_page(folder: Path) -> str:
    """The page, from the figures in ``folder``."""
    scale = _read(folder / "scale.json")
    house = house_part(_read(folder / "scale_house.json"), _read(folder / "i4_05.json"))
    if not scale:
        return "\n".join([INTRODUCTION, UNMEASURED, *house])
    return "\n".join([INTRODUCTION, *_measured(scale), *_calculated(scale, _upload(folder)), *house])


def _read(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _upload(folder: Path) -> tuple[float, str]:
    """CPU milliseconds of one upload, and what was measured; zero when nothing was."""
    for name, row, share, what in UPLOADS:
        for one in _read(folder / f"{name}.json").get("figures", ()):
            if one["name"] == row:
                return float(one["value"]) / share, what
    return 0.0, ""


def _measured(scale: Json) -> Iterator[str]:
    tables = scale["tables"]
    notes = " ".join(map(_sentence, scale["notes"]))
    load = f"load {scale['load']['at_start']:g} at the start, {scale['load']['at_end']:g} at the end"
    yield f"{scale['date'][:10]}, {scale['processor']}, {scale['cores']} cores, {load}. {notes}\n"
    yield "## Lists\n"
    head = (
        "entries",
        "on disk",
        "change log",
        "opened in",
        "own memory of a process",
        "mapped, shared by all",
    )
    yield from _table(head, [_size_row(row) for row in tables["sizes"]])
    yield "\n## Speed of one core\n"
    head = (
        "entries",
        "single look-ups a second",
        "in batches of 1,000",
        "taken up",
        "largest merge",
        "follower at most",
    )
    yield from _table(head, [_speed_row(row) for row in tables["sizes"]])
    yield TAKEN_UP
    yield "## A value in a list file\n"
    kinds = tables["bytes of a value by kind"]
    yield from _table(("kind", "bytes"), [(f"`{kind}`", f"{size:,.0f}") for kind, size in kinds.items()])
    yield KINDS
    yield "## A service with a list of one entry\n"
    services = tables["memory of a service"]
    names = sorted({name for one in services for name in one["bytes"]})
    rows = [
        (
            one["workers"],
            *(_amount(one["bytes"].get(name, 0)) for name in names),
            _amount(sum(one["bytes"].values())),
        )
        for one in services
    ]
    yield from _table(("service processes", *names, "together"), rows)
    yield (
        "\nMedia processes are shown at rest; one may take up to"
        f" {DECODING_BYTES >> 20} MiB while it decodes a picture of 50 megapixels.\n"
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _size_row(row: Json) -> tuple[str, ...]:
    ask, log = row["ask"], row.get("append")
    return (
        f"{row['entries']:,}",
        _amount(row["disk_bytes"]),
        _amount(log["size_bytes"]) if log else "-",
        f"{ask['open_ms']:.1f} ms",
        _amount(ask["own_bytes"]),
        _amount(ask["mapped_bytes"]),
    )


def _speed_row(row: Json) -> tuple[str, ...]:
    ask, way = row["ask"], row.get("follow") or row["build"]
    return (
        f"{row['entries']:,}",
        f"{ask['single_per_second']:,.0f}",
        f"{ask['batch_per_second']:,.0f}",
        _time(way) + ("" if "follow" in row else ", built"),
        _time(row["merge"]),
        _amount(follower_bytes(row)),
    )


def _time(step: Json) -> str:
    return f"{step['seconds']:.1f} s ({step['cpu_seconds']:.1f} CPU)"


def follower_bytes(row: Json) -> int:
    """The most memory of its own that the process took which writes the list."""
    steps = [row[name] for name in ("follow", "merge") if name in row]
    return max(int(one["own_peak_bytes"]) for one in steps)


def _calculated(scale: Json, upload: tuple[float, str]) -> Iterator[str]:
    rows, milliseconds = scale["tables"]["sizes"], upload[0]
    yield "## What to plan for (calculated)\n"
    yield PLAN
    head = ("entries", "2 cores", "4 cores", "16 cores", "disk")
    yield from _table(head, [_plan_row(scale, row) for row in rows])
    yield "\n## Example machines (calculated)\n"
    there = {row["entries"]: row for row in rows}
    known = [one for one in EXAMPLES if one.entries in there]
    yield from _table(
        ("for", "entries", "cores", "memory", "disk", "uploads a second"),
        [_example_row(scale, one, there[one.entries], milliseconds) for one in known],
    )
    if milliseconds:
        yield (
            f"\nUploads a second: {milliseconds:.2f} ms of CPU each ({upload[1]}), at {LOAD_SHARE:.0%} of"
            " what the cores can do. Films take as long as they have frames.\n"
        )


def _plan_row(scale: Json, row: Json) -> tuple[str, ...]:
    memories = [_gigabytes(memory_bytes(scale, row, cores)) for cores in (2, 4, 16)]
    return (f"{row['entries']:,}", *memories, _gigabytes(disk_bytes(scale, row)))


def _example_row(scale: Json, one: Machine, row: Json, milliseconds: float) -> tuple[str, ...]:
    rate = f"{_rounded(one.cores * LOAD_SHARE * 1_000 / milliseconds):,}" if milliseconds else "not measured"
    memory, disk = memory_bytes(scale, row, one.cores), disk_bytes(scale, row)
    return (one.name, f"{one.entries:,}", str(one.cores), _gigabytes(memory), _gigabytes(disk), rate)


def _rounded(rate: float) -> int:
    """Two figures that count: nobody's traffic is known better."""
    step = 10 ** max(0, math.floor(math.log10(rate)) - 1)
    return int(rate // step * step)


def memory_bytes(scale: Json, row: Json, cores: int) -> int:
    """Bytes that a service with one process a core needs for a list of the row's size."""
    one, more = scale["tables"]["memory of a service"][:2]
    alone = sum(one["bytes"].values())
    each = (sum(more["bytes"].values()) - alone) / (more["workers"] - one["workers"])
    own = row["ask"]["own_bytes"] + DECODING_BYTES
    return int(alone + (cores - 1) * each + cores * own + row["disk_bytes"] + follower_bytes(row))


def disk_bytes(scale: Json, row: Json) -> int:
    """Bytes on disk: the list twice, and the change log (by entry, where it was not measured)."""
    logged = [one for one in scale["tables"]["sizes"] if "append" in one]
    a_value = logged[-1]["append"]["size_bytes"] / logged[-1]["entries"]
    log = row["append"]["size_bytes"] if "append" in row else a_value * row["entries"]
    return int(2 * row["disk_bytes"] + log)


def _amount(size_bytes: float) -> str:
    if size_bytes >= GIGABYTE:
        return f"{size_bytes / GIGABYTE:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1e7 else f"{size_bytes / 1e6:.1f} MB"


def _gigabytes(size_bytes: float) -> str:
    return f"{math.ceil(size_bytes / GIGABYTE * 2) / 2:g} GB"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)
