"""The house's contacts book, as look-ups ask it: ``share.notices.book.ContactsBook`` over the database.

Only what people of this house brought stands in it. What a look-up found is no second source for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from django.db import Error

from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.takedown.contacts.keys import stored_key
from tutela.hotline.takedown.contacts.models import Contact
from tutela.hotline.takedown.contacts.queries import house_contacts
from tutela.kernel.errors import Unavailable
from tutela.share.notices.book import BookEntry
from tutela.share.notices.ladder import Kind, Rung


class HotlineBook:
    """Answers from the table of contacts. ``index`` gives the key under which it is digested."""

    def __init__(self, index: Callable[[], IndexKey]) -> None:
        self._index = index

    def entries(self, keys: Sequence[str]) -> Sequence[BookEntry]:
        """The entries under any of these keys, in the order of the keys. Raises Unavailable."""
        index = self._index()
        stored = {stored_key(key, index): key for key in keys}
        try:
            found = [_entry(row, stored[row.key]) for row in house_contacts(list(stored))]
        except Error as error:
            raise Unavailable("the contacts book is away") from error
        return sorted(found, key=lambda entry: keys.index(entry.key))


def _entry(row: Contact, key: str) -> BookEntry:
    return BookEntry(
        key=key,
        rung=cast(Rung, row.rung),
        kind=cast(Kind, row.kind),
        address=row.address,
        organisation=row.organisation,
        country=row.country,
        languages=tuple(filter(None, row.languages.split(","))),
        approved=row.state == "approved",
        changed_at=row.decided_at or row.made_at,
    )
