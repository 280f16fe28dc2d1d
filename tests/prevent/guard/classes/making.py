"""Cards, weights and programs for tests of classifiers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.stand_in_class import model
from tutela.detect.media.held import Held
from tutela.prevent.guard.classes.cards import Card, parse_card
from tutela.prevent.guard.classes.shipped import FOLDER


def card_text(**changes: str) -> str:
    """The card of the stand-in class; each change replaces the value of one key."""
    lines = (FOLDER / "stand-in.toml").read_text(encoding="utf-8").splitlines()
    return "".join(f"{_changed(line, changes)}\n" for line in lines)


def _changed(line: str, changes: Mapping[str, str]) -> str:
    key = line.split(" = ", maxsplit=1)[0]
    return f"{key} = {changes[key]}" if key in changes else line


def card(**changes: str) -> Card:
    """That card, read."""
    return parse_card(card_text(**changes))


def card_for(weights: bytes, **changes: str) -> Card:
    """A card for these weights."""
    digest = hashlib.sha256(weights).hexdigest()
    return card(bytes=str(len(weights)), sha256=f'"{digest}"', **changes)


def held(content: bytes = b"weights") -> Callable[[], Held]:
    """Opens these bytes as weights, unchecked."""

    def opened() -> Held:
        made = Held(len(content))
        made.write(content)
        made.seal()
        return made

    return opened


def weight_file(folder: Path, content: bytes | None = None) -> Path:
    """A weight file of the stand-in class, or of other content."""
    path = folder / "stand-in.onnx"
    path.write_bytes(model() if content is None else content)
    return path


#: What every program below begins with: the channel, and its first frame read.
_BEGIN = """
import os, struct, sys, time
def read(size):
    data = b""
    while len(data) < size:
        piece = os.read(0, size - len(data))
        if not piece: os._exit(0)
        data += piece
    return data
def frame():
    kind, length = struct.unpack("<BxxxI", read(8))
    return kind, read(length)
def say(kind, payload):
    os.write(0, struct.pack("<BxxxI", kind, len(payload)) + payload)
def score(value):
    say(4, struct.pack("<d", value))
frame()
"""
GREETING = "say(2, struct.pack('<I', 7))\n"


def program(rest: str, *, greeting: str = GREETING) -> str:
    """A program in the place of ``classes.scoring``: it greets and then does ``rest``."""
    return _BEGIN + greeting + rest
