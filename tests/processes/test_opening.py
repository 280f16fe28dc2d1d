"""The opener's process: it opens for its own, writes down first, and opens nothing where it cannot."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from tests.processes.founded import TUTELA, environment, started, tutela, within_patience
from tutela.hotline.cases.actions.destroying import Destroyer
from tutela.hotline.database_clock import ClockGuard
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.channels.memory import memory
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FilePublicKeys
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.opener.asking import SOCKET, OpenerProcess
from tutela.kernel.opener.orders import OpenOrder
from tutela.processes import opening
from tutela.processes.places import sockets
from tutela.processes.probing import listens_at

pytestmark = pytest.mark.slow
URL = "https://host.test/secret"


@contextmanager
def opener(home: Path, program: Sequence[str] = TUTELA) -> Iterator[OpenerProcess]:
    running = started(home, ["run", "opener"], program)
    path = sockets(home) / SOCKET
    try:
        assert within_patience(lambda: listens_at(path) or running.poll() is not None)
        yield OpenerProcess(path)
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=30)


def an_item(home: Path) -> str:
    item = new_id("itm_")
    with closing(sqlite3.connect(home / "hotline.sqlite")) as database, database:
        database.execute(
            "INSERT INTO cases_item (public_id, kind, source, state, state_reason, held_from, held_by,"
            " version, urgent, opened_at, moved_at)"
            " VALUES (?, 'url', 'report', 'received', '', '', '', 1, 0, '2026-01-01', '2026-01-01')",
            [item],
        )
    return item


def entries(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "hotline.sqlite")) as database:
        rows = database.execute("SELECT act FROM ledger_ledgerentry ORDER BY leaf_index")
        return [str(row[0]) for row in rows]


def order(home: Path, case: str) -> OpenOrder:
    sealed = seal_text(URL, FilePublicKeys(home / "vault" / "epochs"))
    return OpenOrder(purpose="notice", kind="process", who="sender", case=case, sealed=sealed)


def test_an_address_is_opened_once_it_is_written_down(house: Path) -> None:
    item = an_item(house)
    with opener(house) as asked:
        assert asked.text(order(house, item)) == URL
        assert entries(house)[-1] == "address_opened"
        with pytest.raises(Refused):
            asked.text(order(house, new_id("itm_")))
    assert entries(house).count("address_opened") == 1


def test_where_the_ledger_takes_nothing_nothing_is_opened(house: Path) -> None:
    item = an_item(house)
    with opener(house) as asked:
        with closing(sqlite3.connect(house / "hotline.sqlite")) as database:
            database.execute(
                "CREATE TRIGGER full BEFORE INSERT ON ledger_ledgerentry"
                " BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
            database.commit()
        with pytest.raises(Unavailable, match="nothing is opened"):
            asked.text(order(house, item))


def test_it_does_not_start_without_its_key_or_where_the_ledger_is_not_protected(house: Path) -> None:
    key = next((house / "keys").glob("*.key"))
    aside = key.rename(house / "aside")
    done = tutela(house, "run", "opener")
    assert (done.returncode, "private key" in done.stderr) == (3, True)
    aside.rename(key)
    with closing(sqlite3.connect(house / "hotline.sqlite")) as database:
        (name,) = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1").fetchone()
        database.execute(f"DROP TRIGGER {name}")
    done = tutela(house, "run", "opener")
    assert (done.returncode, "does not protect the ledger" in done.stderr) == (2, True)


def test_while_the_clocks_differ_nothing_is_opened(house: Path) -> None:
    item = an_item(house)
    with (
        opener(house, [sys.executable, "-c", OFF]) as asked,
        pytest.raises(Unavailable, match="clock differs by 660 seconds"),
    ):
        asked.text(order(house, item))
    assert "address_opened" not in entries(house)


#: An opener on a machine whose clock is not the database's.
OFF = """
from tutela.hotline import database_clock
database_clock.skew_seconds = lambda clock: 660.0
from tutela.cli import main
main()
"""


def test_what_came_since_the_start_and_no_case_names_goes_and_the_rest_stays(house: Path) -> None:
    """In a process of its own: the opener's thread keeps its own connection to the house's database."""
    done = subprocess.run(
        [sys.executable, "-c", TENDING], env=environment(house), capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["2", "1"], done.stderr
    assert '"objects_unclaimed"' in done.stderr
    assert entries(house).count("object_destroyed") == 1


#: Two objects of no case, one of them from before the start; two rounds; how many are left.
TENDING = """
import threading, time
from io import BytesIO
from tutela.config import Config
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FilePublicKeys
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.settings import home
from tutela.processes import opening
from tutela.processes.places import vault_places
from tutela.web.starting import start_django
start_django()
places = vault_places(Config().custody, home())
blobs = FileBlobStore(places.objects, places.envelopes)
sealer = Sealer(blobs, FilePublicKeys(places.public))
sealer.put(BytesIO(b"before"))
class Stop:
    rounds = 0
    def wait(self, seconds):
        self.rounds += 1
        if self.rounds == 1:
            sealer.put(BytesIO(b"after"))
        if self.rounds == 2:
            print(len(list(blobs.blobs())))
        return self.rounds > 3
opening._tend(blobs, Stop())
print(len(list(blobs.blobs())))
"""


def test_a_person_is_given_tiles_of_an_object_and_never_its_bytes(house: Path) -> None:
    """The opener's own media workers make them; what it gives has nothing of the object's bytes."""
    done = subprocess.run(
        [sys.executable, "-c", SEALING], env=environment(house), capture_output=True, text=True, timeout=60
    )
    who, item, blob = done.stdout.split() or [done.stderr]
    with opener(house) as asked:
        (tile,) = asked.tiles(OpenOrder(purpose="tile", kind="person", who=who, case=item, blob=blob))
        assert (tile.width, tile.height, len(set(tile.luma)) > 1) == (96, 48, True)
        with memory() as descriptor, pytest.raises(Refused, match="protected pictures"):
            asked.fill(OpenOrder(purpose="look", kind="person", who=who, case=item, blob=blob), descriptor)
    assert entries(house)[-1] == "custody_opened"


#: An analyst, and an item whose picture lies in the vault.
SEALING = """
from io import BytesIO
from PIL import Image
from tutela.config import Config
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FilePublicKeys
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.settings import home
from tutela.processes.places import vault_places
from tutela.web.starting import start_django
start_django()
from tutela.hotline.cases.actions import open_item, record_sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC, process
from tutela.hotline.people.models import Person, RoleHeld
from tutela.kernel.clock import SystemClock
places, now, out = vault_places(Config().custody, home()), SystemClock().now(), BytesIO()
Image.linear_gradient("L").resize((96, 48)).save(out, "PNG")
out.seek(0)
blob = Sealer(FileBlobStore(places.objects, places.envelopes), FilePublicKeys(places.public)).put(out).blob
anna = Person.objects.create(name="Anna", email="anna@house.test", state="active", made_at=now)
RoleHeld.objects.create(person=anna, role="analyst", given_at=now)
item = open_item("picture", source="report", actor=PUBLIC)
seen = Seen(how="fetched", process="fetcher", reason="report", blob=blob)
record_sighting(item, seen, actor=process("fetcher"))
print(anna.public_id, item.public_id, blob)
"""


@pytest.mark.django_db
def test_a_round_that_fails_is_said_and_the_next_one_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rehearse(tmp_path)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    stop, rounds = threading.Event(), list[int]()

    def fails_at_first(_destroyer: Destroyer) -> int:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise OperationalError("away")
        stop.set()
        return 0

    monkeypatch.setattr(Destroyer, "round", fails_at_first)
    monkeypatch.setattr("tutela.hotline.cases.actions.openings.close_connection", lambda: None)
    monkeypatch.setattr(opening, "FIRST_ROUND_SECONDS", 0.0)
    monkeypatch.setattr(opening, "TEND_SECONDS", 0.0)
    said = list[str]()
    monkeypatch.setattr(opening, "_log", SimpleNamespace(exception=said.append))
    blobs = FileBlobStore(tmp_path / "objects", tmp_path / "envelopes")
    opening._keep_times(blobs, ClockGuard(), stop)
    assert rounds == [0, 1] and said == ["times_not_kept"]


def test_addresses_and_words_go_in_the_rounds_too_where_the_bytes_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, done = threading.Event(), list[str]()

    def bytes_fail(_destroyer: Destroyer) -> int:
        done.append("bytes")
        raise OperationalError("away")

    def ends() -> int:
        done.append("words")
        stop.set()
        return 0

    monkeypatch.setattr(Destroyer, "round", bytes_fail)
    monkeypatch.setattr(
        "tutela.hotline.cases.actions.emptying.empty_addresses", lambda: done.append("addresses")
    )
    monkeypatch.setattr("tutela.hotline.intake.reporter_words.empty_words", ends)
    monkeypatch.setattr("tutela.hotline.cases.actions.openings.close_connection", lambda: None)
    monkeypatch.setattr(opening, "FIRST_ROUND_SECONDS", 0.0)
    monkeypatch.setattr(opening, "TEND_SECONDS", 0.0)
    monkeypatch.setattr(opening, "_log", SimpleNamespace(exception=lambda _event: None))
    blobs = FileBlobStore(tmp_path / "objects", tmp_path / "envelopes")
    opening._keep_times(blobs, ClockGuard(), stop)
    assert done == ["bytes", "bytes", "addresses", "words"]  # the first round only looks at the clock


def test_while_the_clocks_differ_no_round_takes_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, checks, done = threading.Event(), list[int](), list[str]()

    def differ(_guard: ClockGuard) -> None:
        checks.append(len(checks))
        if len(checks) == 4:  # bytes, and then bytes, addresses, words
            stop.set()
        raise Unavailable("the clocks differ")

    def went(*_: object) -> int:
        done.append("went")
        stop.set()
        return 0

    monkeypatch.setattr(ClockGuard, "check", differ)
    for place in ("cases.actions.destroying.Destroyer.round", "cases.actions.emptying.empty_addresses"):
        monkeypatch.setattr(f"tutela.hotline.{place}", went)
    monkeypatch.setattr("tutela.hotline.intake.reporter_words.empty_words", went)
    monkeypatch.setattr("tutela.hotline.cases.actions.openings.close_connection", lambda: None)
    monkeypatch.setattr(opening, "FIRST_ROUND_SECONDS", 0.0)
    monkeypatch.setattr(opening, "TEND_SECONDS", 0.0)
    monkeypatch.setattr(opening, "_log", SimpleNamespace(exception=lambda _event: None))
    blobs = FileBlobStore(tmp_path / "objects", tmp_path / "envelopes")
    opening._keep_times(blobs, ClockGuard(), stop)
    assert (len(checks), done) == (4, [])
