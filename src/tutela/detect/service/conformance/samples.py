"""The pictures the kit asks with: given to it, because this room draws and decodes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Samples(Protocol):
    """Where pictures come from. The same number gives the same bytes; all of them are benign."""

    @property
    def variants(self) -> Sequence[str]:
        """The names of the altered copies, in the order of the sheet."""
        ...

    def original(self, number: int) -> bytes:
        """Picture ``number`` (>= 0) as it is added."""
        ...

    def copy(self, number: int, variant: str) -> bytes:
        """An altered copy of picture ``number``."""
        ...

    def stranger(self, number: int) -> bytes:
        """A picture that is no copy of any sample."""
        ...


def sample_name(number: int) -> str:
    """``sample-7``: the name under which picture ``number`` is added, where the shape takes names."""
    return f"sample-{number}"


class PlainSamples:
    """Samples that are three lines of text, for ``MemorySubject``: quick, and no pictures at all."""

    #: First line of each; ``MemorySubject`` reads nothing else.
    MAGIC = b"plain sample"

    def __init__(self, variants: Sequence[str] = ("same", "turned")) -> None:
        self.variants = tuple(variants)

    def original(self, number: int) -> bytes:
        """Sample ``number``: magic, name, variant."""
        return self._text(sample_name(number), "original")

    def copy(self, number: int, variant: str) -> bytes:
        """The same name with another variant."""
        return self._text(sample_name(number), variant)

    def stranger(self, number: int) -> bytes:
        """A name that no sample has."""
        return self._text(f"stranger-{number}", "original")

    def _text(self, name: str, variant: str) -> bytes:
        return b"\n".join((self.MAGIC, name.encode(), variant.encode()))
