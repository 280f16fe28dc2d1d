"""Every page that a hotline shows, asked for as a browser would ask: how long it takes, what it asks for.

``desk_addresses`` walks the desk's tree of addresses, so that a new page is measured without a word here;
``public_addresses`` are those of the public's pages that read the database.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from proofs.house_rows import RECEIPT
from tutela.hotline.routes import declared

#: Name of an argument in an address -> the model whose oldest and newest row stand there, column of the id.
SUBJECTS = {
    "untrusted_item": ("cases.Item", "public_id"),
    "untrusted_report": ("intake.Report", "public_id"),
    "untrusted_notice": ("takedown.Notice", "public_id"),
    "untrusted_job": ("work.Job", "job_id"),
    "untrusted_referral": ("partners.Referral", "public_id"),
    "untrusted_id": ("people.Person", "public_id"),
}
#: Models of which few rows are there however large the house is.
SMALL_APPS = frozenset({
    "people", "account", "mfa", "socialaccount", "auth", "contenttypes", "sessions", "migrations",
})  # fmt: skip
SMALL = frozenset({
    "work.Presence", "work.HostTurn", "partners.Partner", "takedown.Recipient", "takedown.Contact",
    "takedown.ControlLook", "review.Lease", "alerts.Alert", "alerts.AlarmLook",
})  # fmt: skip
#: Rows from which on a list is asked for, beside its first page.
STARTS = (100, 10_000)
#: Rows up to which a table is small for PostgreSQL (our own: a few thousand of its pages at most).
SMALL_ROWS = 100_000
_SEQUENTIAL = re.compile(r"\bSeq Scan on (\w+)")
#: Rows of a whole table counted by one of its columns, as the heads of lists are. Every database reads all of
#: them for that: SQLite from an index, PostgreSQL from the table, in 0.04 s for 400,000 rows either way.
_COUNTED = re.compile(r'SELECT "(\w+)"\."\w+" AS "\w+", COUNT\(\*\) AS "\w+" FROM "\1" GROUP BY 1')
_TABLE = re.compile(r"\bSCAN (?:TABLE )?(\w+)(.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One page as one role saw it: seconds at first and again, queries, tables read from end to end."""

    address: str
    role: str
    status: int
    first_seconds: float
    again_seconds: float
    queries: int
    scanned: tuple[str, ...] = ()


def desk_addresses() -> list[str]:
    """Every address of the desk that shows something, with the oldest and the newest of what it is about."""
    found: dict[str, None] = {}
    for pattern in _patterns(get_resolver("tutela.web.urls.desk").url_patterns):
        route = declared(pattern.callback)
        names = set(pattern.pattern.converters)
        if route is None or not route.read or not pattern.name or not names <= SUBJECTS.keys():
            continue
        for named in _subjects(names):
            found[reverse(pattern.name, urlconf="tutela.web.urls.desk", kwargs=named)] = None
    return [*found, *_lists(found)]


def _patterns(tree: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in tree:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from _patterns(one.url_patterns)


def _subjects(names: Iterable[str]) -> Iterator[dict[str, str]]:
    """What stands in an address: nothing, or the oldest and the newest row."""
    name = next(iter(names), None)
    if name is None:
        yield {}
        return
    label, column = SUBJECTS[name]
    rows = apps.get_model(label)._default_manager.order_by("pk").values_list(column, flat=True)
    for found in dict.fromkeys((rows.first(), rows.last())):
        if found is not None:
            yield {name: found}


def _lists(pages: Iterable[str]) -> Iterator[str]:
    """The lists by state, and as far down as they go."""
    states = {
        "/items/": ("rated", "closed", "watched"), "/notices/": ("queued", "sent", "in_doubt", "failed"),
        "/jobs/": ("later", "waiting", "parked"), "/reports/": (), "/referrals/": ("handed", "answered"),
    }  # fmt: skip
    for page in pages:
        if page in states:
            yield from (f"{page}?start={start}" for start in STARTS)
            yield from (f"{page}?state={state}" for state in states[page])
            yield from (f"{page}?state={state}&start={STARTS[-1]}" for state in states[page])


def public_addresses() -> list[tuple[str, Mapping[str, str] | None]]:
    """(address, form that is sent or None) of each page for the public that reads the database."""
    notices = [one["untrusted_notice"] for one in _subjects(["untrusted_notice"])]
    wrong = f"{RECEIPT} abrasive"
    return [
        ("/", None), ("/report", None),
        *((f"/verify/{notice}", None) for notice in notices), ("/verify/nothing", None),
        ("/answer/nothing", None),
        ("/receipt", {"receipt": RECEIPT}), ("/receipt", {"receipt": wrong}),
    ]  # fmt: skip


def signed_in(roles: Iterable[str]) -> dict[str, Client]:
    """A browser for each role, in which somebody of that role is signed in."""
    from tests.hotline.people.making import person
    from tests.hotline.people.making import signed_in as browser

    found = {role: browser(person(role, name=role)) for role in roles}
    for client in found.values():
        client.defaults["SERVER_NAME"] = settings.ALLOWED_HOSTS[0]
    return found


def forget(files: Path) -> None:
    """Has the system's cache forget the files below a folder; what is not written yet stays."""
    for path in files.rglob("*"):
        with suppress(OSError):  # a server takes files away meanwhile
            if path.is_file():
                descriptor = os.open(path, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def visit(client: Client, address: str, *, role: str, form: Mapping[str, str] | None = None) -> Visit:
    """One page, asked for twice, and once more to see what it asks the database."""

    def asked() -> tuple[int, float]:
        began = time.perf_counter()
        answer = client.get(address) if form is None else client.post(address, form)
        return answer.status_code, time.perf_counter() - began

    connection.close()
    status, first = asked()
    _, again = asked()
    with CaptureQueriesContext(connection) as captured:
        asked()
    told = [str(one["sql"]) for one in captured.captured_queries]
    return Visit(
        address=_nameless(address), role=role, status=status, first_seconds=first, again_seconds=again,
        queries=len(told), scanned=tuple(sorted({table for one in told for table in scanned(one)})),
    )  # fmt: skip


def _nameless(address: str) -> str:
    return re.sub(r"[a-z]{3}_[0-9a-z]{32}", "ID", address)


def scanned(statement: str) -> Iterator[str]:
    """Large tables that a statement reads from end to end without an index."""
    if not statement.lstrip().startswith("SELECT"):
        return
    large = large_tables()
    if connection.vendor == "postgresql":
        yield from (table for table in _read_whole(statement) if table in large)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        details = [str(row[3]) for row in cursor.fetchall()]
    for detail in details:
        met = _TABLE.match(detail)
        if met and "INDEX" not in met[2]:
            yield from (table for table in large if _is_named(met[1], table, statement))


def _read_whole(statement: str) -> Iterator[str]:
    """Tables that PostgreSQL reads whole, but for small ones, and for a count of all that is in one."""
    if _COUNTED.fullmatch(statement):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        names = {name for row in cursor.fetchall() for name in _SEQUENTIAL.findall(str(row[0]))}
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples >= %s", [SMALL_ROWS])
        yield from sorted(names & {row[0] for row in cursor.fetchall()})


def _is_named(name: str, table: str, statement: str) -> bool:
    """Whether a name in a plan is this table's, or stands for it."""
    return name == table or f'"{table}" {name}' in statement or f'"{table}" "{name}"' in statement


def large_tables() -> set[str]:
    """Tables that grow with what comes in."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in SMALL_APPS and model._meta.label not in SMALL
    }


def desk_visits(files: Path, roles: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every page of the desk as each of the roles; lists by state and further down as the first of them."""
    clients, found = signed_in(roles), []
    for address in desk_addresses():
        forget(files)
        asking = roles[:1] if "?" in address else roles
        found += [asdict(visit(clients[role], address, role=role)) for role in asking]
    return found


def public_visits(files: Path) -> list[dict[str, Any]]:
    """Every page for the public that reads the database."""
    client, found = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0]), []
    for address, form in public_addresses():
        forget(files)
        found.append(asdict(visit(client, address, role="public", form=form)))
    return found
