"""Which entry a content's number stands for, where the number does not say it (see ``contents``)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from tutela.detect.matching.parts import OpenList
from tutela.detect.service.hma.contents import carried_entry, computed_id, content_id

#: Numbers that one process remembers: those it answered last, which is what clients ask about next.
REMEMBERED_MAX = 100_000


class Numbers:
    """Remembers the entries of the numbers given out. For one process; the numbers need no memory."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], str] = OrderedDict()

    def number(self, list_name: str, entry: str) -> int:
        """The number of an entry, remembered where it cannot be told from the number alone."""
        number = content_id(list_name, entry)
        if not carried_entry(number):
            self._known[list_name, number] = entry
            self._known.move_to_end((list_name, number))
            if len(self._known) > REMEMBERED_MAX:
                self._known.popitem(last=False)
        return number

    def entry(self, list_name: str, number: int, lists: Iterable[OpenList]) -> str:
        """The entry of a number, "" when there is none; one not given out lately is searched for.

        The search looks at every id of the list: some microseconds an entry.
        """
        carried = carried_entry(number) or self._known.get((list_name, number), "")
        return carried or next((entry for one in lists for entry in _ids(one, list_name, number)), "")


def _ids(one: OpenList, list_name: str, number: int) -> Iterable[str]:
    for part in one.parts():
        for row in range(len(part.rows)):
            entry = part.entry_id(row)
            if computed_id(list_name, entry) == number:
                yield entry
