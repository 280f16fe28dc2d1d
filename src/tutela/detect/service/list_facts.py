"""What may be told about lists and entries on the shelf: headers, counts, holds; no value and no salt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tutela.detect.matching.headers import render_moment
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.headers_json import render_list_header
from tutela.detect.service.list_counts import CountsKeeper
from tutela.detect.service.standing import Hold, render_hold
from tutela.kernel.errors import Refused

if TYPE_CHECKING:
    from tutela.detect.service.shelf import Shelf
    from tutela.detect.service.shelf_list import ShelfList

_NO_LIST = "there is no such list"


class ListFacts:
    """Reads one shelf. Blocks for a moment; threads may share it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._counts = CountsKeeper()

    def all(self) -> list[dict[str, Any]]:
        """Every list, by name. One that is retired meanwhile is left out."""
        found = []
        for name in self._shelf.names():
            try:
                found.append(self.one(name))
            except Refused:
                continue
        return found

    def one(self, name: str) -> dict[str, Any]:
        """One list as JSON. Raises Refused when there is none such, Unavailable when it cannot be read.

        What is counted by kind is left out for a list that answers no questions (ratio 0).
        """
        self.check_name(name)
        state, opened = self._shelf.state(name), self._answering(name)
        counts = None if opened is None else self._counts.counts(name, opened.live)
        return {
            "list": name,
            **render_list_header(state.header),
            "version": state.version,
            "changed": render_moment(state.changed),
            "out_of_date": state.stale,
            "hold": _hold(state.held),
            "ratio": state.ratio,
            "disabled_entries": state.disabled_entries,
            "entries": state.entries,
            "values": state.fingerprints,
            **({} if counts is None else {"disputed": counts.disputed, "kinds": counts.kinds}),
        }

    def header(self, name: str) -> ListHeader:
        """What the list says about itself. Raises Refused when there is none such, Unavailable."""
        self.check_name(name)
        opened = self._answering(name)
        return self._shelf.state(name).header if opened is None else opened.header

    def header_if_any(self, name: str) -> ListHeader | None:
        """The same, or None when there is no such list."""
        try:
            return self.header(name)
        except Refused:
            return None

    def entry(self, name: str, entry: str) -> dict[str, Any]:
        """One entry as JSON; what it does not say itself is the list's. Raises Refused, Unavailable."""
        header = self.header(name)
        if not entry.isprintable():  # an address may hold bytes that are no text; no entry has such an id
            raise Refused("there is no such entry in this list")
        facts = self._shelf.entry(name, entry)
        rows = self._rows(name, entry)
        return {
            "entry": entry,
            "list": name,
            "kinds": list(facts.kinds),
            "forms": facts.forms,
            "source": facts.source or header.source,
            "law": facts.law or header.law,
            "class": facts.legal_class or header.legal_class,
            "scheme": facts.scheme or header.scheme,
            "category": facts.category,
            **(_dates(rows[0]) if rows else {}),
            "disputed": facts.disputed,
            "disabled": facts.disabled,
            "disabled_until": render_moment(facts.disabled_until),
        }

    def stands(self, name: str, rows: Sequence[ListEntry]) -> list[bool | None]:
        """For each entry of ``rows``, in order, whether it stands in just these words; None: not at all.

        Of a list that answers no questions (ratio 0) no entry can be compared: none stands just so.
        """
        wished: dict[str, set[ListEntry]] = {}
        for row in rows:
            wished.setdefault(row.entry, set()).add(row)
        return [self._stands(name, entry, one) for entry, one in wished.items()]

    def _stands(self, name: str, entry: str, wished: set[ListEntry]) -> bool | None:
        try:
            self._shelf.entry(name, entry)
        except Refused:
            return None
        standing = {replace(row, disputed=False) for row in self._rows(name, entry) if not row.derived}
        return standing == wished

    def check_name(self, name: str) -> None:
        """Returns when there is such a list, readable or not. Raises Refused."""
        if name not in self._shelf.names():
            raise Refused(_NO_LIST)

    def _answering(self, name: str) -> ShelfList | None:
        """The list, if it answers questions at all."""
        return next(iter(self._shelf.lists((name,))), None)

    def _rows(self, name: str, entry: str) -> list[ListEntry]:
        """The standing rows of an entry; none of a list that answers no questions."""
        opened = self._answering(name)
        return [] if opened is None else opened.entry_rows(entry)


def _dates(row: ListEntry) -> dict[str, str | None]:
    return {"valid_from": render_moment(row.valid_from), "valid_to": render_moment(row.valid_to)}


def _hold(hold: Hold | None) -> dict[str, Any] | None:
    return None if hold is None else render_hold(hold)
