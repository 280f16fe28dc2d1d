"""Ways to change a house's signed files that nobody signed for, one at a time, by chance but repeatable."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.signing import documents

Files = Mapping[str, bytes]
#: Words that a coerced hand would change: what it was, what it becomes.
TEMPTATIONS = (
    (rb"granted = false", b"granted = true"),
    (rb"granted = true", b"granted = false"),
    (rb"votes = [1-9]", b"votes = 0"),
    (rb"votes = [2-9]", b"votes = 1"),
    (rb"looks = \d", b"looks = 0"),
    (rb"approvals = \d", b"approvals = 0"),
    (rb"organisations = \d", b"organisations = 1"),
    (rb'least_look = "\w+"', b'least_look = "none"'),
    (rb"second_look_within_hours = \d+", b"second_look_within_hours = 999"),
    (rb"off = true", b"off = false"),
    (rb"expires = \d{4}", b"expires = 2999"),
    (rb"required = true", b"required = false"),
    (rb"hold_hours = \d+", b"hold_hours = 0"),
    (rb"need = \d", b"need = 1"),
    (rb"number = 1", b"number = 2"),
    (rb'law = "[a-z-]+"', b'law = "notices"'),
    (rb'supports = \["write"\]', b'supports = ["write", "view"]'),
    (rb'/1"', b'/2"'),
    (rb"tutela-", b"other-"),
)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """What was done, and the files as they then stand."""

    what: str
    files: Files


def mutations(files: Files, stranger: Files, *, seed: int) -> Iterator[Mutation]:
    """Endless changes of ``files``; ``stranger`` are the files of another house. Some change no byte."""
    chance = random.Random(seed)
    while True:
        name = chance.choice(sorted(files))
        way = chance.choice(_WAYS)
        changed = way(files[name], chance)
        yield Mutation(what=f"{way.__name__} in {name}", files={**files, name: changed})
        other = chance.choice(sorted(set(files) - {name}))
        yield Mutation(what=f"{other} in the place of {name}", files={**files, name: files[other]})
        yield Mutation(what=f"{name} of another house", files={**files, name: stranger[name]})
        yield Mutation(what=f"{name} gone", files={one: data for one, data in files.items() if one != name})


def flip(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def drop(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[place + chance.choice((1, 1, 2, 9)) :]


def insert(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return (
        data[:place]
        + chance.choice((b"#", b"\n", b" ", b"\xff", b"0", b"\0", b"\xe2\x80\x94 "))
        + data[place:]
    )


def cut_short(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def move_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def repeat_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"".join(lines)


def drop_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def yield_to_temptation(data: bytes, chance: random.Random) -> bytes:
    ways = [(old, new) for old, new in TEMPTATIONS if re.search(old, data)]
    if not ways:
        return flip(data, chance)
    old, new = chance.choice(ways)
    place = chance.choice(list(re.finditer(old, data)))
    return data[: place.start()] + new + data[place.end() :]


def take_signatures_off(data: bytes, _: random.Random) -> bytes:
    return documents.parse(data.decode()).text.encode()


def keep_one_signature(data: bytes, chance: random.Random) -> bytes:
    note = documents.parse(data.decode())
    return str(type(note)(text=note.text, signatures=(chance.choice(note.signatures),))).encode()


def sign_as_somebody_else(data: bytes, chance: random.Random) -> bytes:
    """The changed text signed anew by keys under the signers' own names."""
    note = documents.parse(yield_to_temptation(data, chance).decode())
    forged = type(note)(text=note.text, signatures=())
    for name in ("anna", "ben"):
        forged = documents.sign(forged, SigningKey.new(name))
    return str(forged).encode()


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip,
    drop,
    insert,
    cut_short,
    move_lines,
    repeat_line,
    drop_line,
    yield_to_temptation,
    yield_to_temptation,
    take_signatures_off,
    keep_one_signature,
    sign_as_somebody_else,
)
