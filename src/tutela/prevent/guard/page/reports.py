"""The text about a wrong block that a person may give to somebody: what it holds, and nothing else. Pure.

It has no field for an address, a picture or a hash, and a free text that looks like an address is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.shapes import Path, Tier

#: How it was blocked; the person may not know.
Kind = Tier | Literal["unknown"]
KINDS: tuple[Kind, ...] = (*get_args(Tier), "unknown")
WAYS: tuple[Path, ...] = get_args(Path)
#: Letters of the free text at most (our own).
TEXT_CHARACTERS_MAX = 2000
#: What an address looks like: a scheme, a host with a known kind of end, an IP address, a mailbox.
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|\bwww\.|[\w-]+\.[a-z]{2,18}(?=[/:\s,;)]|$)|\d{1,3}(\.\d{1,3}){3}|\S@\S",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything that is written. Raises Invalid; ``field`` is ``long`` or ``address``."""

    day: date
    way: Path
    kind: Kind
    release: str
    text: str

    def __post_init__(self) -> None:
        if len(self.text) > TEXT_CHARACTERS_MAX:
            raise Invalid(f"at most {TEXT_CHARACTERS_MAX} letters", field="long")
        if _ADDRESS.search(self.text):
            raise Invalid("no address", field="address")

    def to_text(self) -> str:
        """The text, in English words, as its readers expect it."""
        said = "".join(one for one in self.text if one.isprintable() or one == "\n").strip()
        head = (
            f"wrong block 1\nday: {self.day}\nway: {self.way}\nkind: {self.kind}\nrelease: {self.release}\n"
        )
        return f"{head}\n{said}\n" if said else head


def report_of(untrusted_fields: Mapping[str, str], *, release: str) -> Report:
    """The report of a form with ``day``, ``way``, ``kind`` and ``text``. Raises Invalid."""
    ways: dict[str, Path] = {one: one for one in WAYS}
    kinds: dict[str, Kind] = {one: one for one in KINDS}
    try:
        return Report(
            day=date.fromisoformat(untrusted_fields["day"]),
            way=ways[untrusted_fields["way"]],
            kind=kinds[untrusted_fields["kind"]],
            release=release,
            text=untrusted_fields["text"],
        )
    except (KeyError, ValueError) as error:
        raise Invalid("a day such as 2026-01-31, and one of the ways and kinds that are offered") from error
