"""File names against keyword lists: keyed digests of a name's words, one set per list that has keywords."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching import keywords
from tutela.detect.matching.columns import KIND_NAMES
from tutela.detect.matching.parts import OpenList


class NameLooker:
    """Makes the fingerprints of names for the lists that hold keywords; ``needed`` is False for none.

    Which lists those are is asked once: a live list that gets its first keyword later is asked for it
    by the next scan.
    """

    def __init__(self, lists: Sequence[OpenList]) -> None:
        text_kinds = [code for code, name in KIND_NAMES.items() if name == keywords.KIND]
        self._salts = [
            one.header.salt
            for one in lists
            if any(bool((part.rows["kind"] == kind).any()) for part in one.parts() for kind in text_kinds)
        ]

    @property
    def needed(self) -> bool:
        """True when any list holds keywords."""
        return bool(self._salts)

    def prints(self, untrusted_name: str) -> tuple[Fingerprint, ...]:
        """The keyed digests of the words of a path or member's path; nothing else of it is kept."""
        return tuple(
            Fingerprint(kind=keywords.KIND, value=value, form=keywords.FORM)
            for salt in self._salts
            for value in keywords.prints(untrusted_name, salt)
        )
