"""Forms, reports and where they go, for the tests of intake."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tests.hotline.cases.making import CLOCK, ring
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.intake.prepared import Origin, Prepared, prepare
from tutela.hotline.intake.untrusted import Told, read_report
from tutela.kernel.custody.key_files import FileKeyStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Keys of vault and fetcher, and the folder of the spare area."""

    vault: FileKeyStore
    fetch: FileKeyStore
    spare: Path


def a_form(**changed: str) -> dict[str, str]:
    """What somebody typed."""
    return {"addresses": "https://there.test/one\nhttps://there.test/two", "text": "seen today"} | changed


def a_prepared(digest: str = "d" * 64, **changed: str) -> Prepared:
    """A sealed report."""
    form = a_form(**changed)
    told = read_report(form["addresses"], form["text"], urgent=bool(form.get("urgent")), untrusted=form)
    if not isinstance(told, Told):
        raise TypeError("the form of the test is unclear")
    keys = SealingKeys(vault=ring(), fetch=ring())
    return prepare(told, keys, digest=digest, at=CLOCK.now(), origin=Origin())


def every_row() -> str:
    """All that stands in the database, as text; SQLite and PostgreSQL alike."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [
                bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v)
                for row in cursor.fetchall()
                for v in row
            ]
    return "\n".join(found)
