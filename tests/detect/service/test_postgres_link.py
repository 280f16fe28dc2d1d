"""The connection: where it may lead, how it comes back, and that nothing of it is told."""

from __future__ import annotations

import shutil
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tutela.kernel.errors import Invalid, TutelaError, Unavailable

pytest.importorskip("psycopg")

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serving import free_port
from tutela.detect.service import postgres_link
from tutela.detect.service.postgres_link import Link, checked_terms

if TYPE_CHECKING:
    from tests.postgres import Server

SECRET = "correct-horse"


@pytest.fixture
def link(postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Link]:
    monkeypatch.setattr(postgres_link, "RETRY_SECONDS", 0.0)
    opened = Link(postgres_server.address(), lambda _database: None)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("dsn", "sslmode"),
    [
        ("postgresql://tutela@far.example/tutela", "verify-full"),
        ("postgresql://tutela@one.example,two.example/tutela", "verify-full"),
        ("postgres://tutela@10.1.2.3/tutela?sslmode=verify-ca&sslrootcert=/ca.pem", "verify-ca"),
        ("postgresql://tutela@localhost/tutela", None),
        ("postgresql://tutela@127.0.0.1:6432/tutela?sslmode=disable", "disable"),
        ("postgresql://tutela@[::1]/tutela", None),
        ("postgresql://tutela@/tutela?host=/run/postgresql", None),
    ],
)
def test_who_a_far_database_is_must_be_proved(dsn: str, sslmode: str | None) -> None:
    terms = checked_terms(dsn)
    assert terms.get("sslmode") == sslmode
    assert terms["target_session_attrs"] == "read-write" and terms["connect_timeout"] == 3


def test_what_the_address_says_of_its_own_holds() -> None:
    terms = checked_terms("postgresql://t@localhost/t?connect_timeout=9&application_name=desk")
    assert (terms["connect_timeout"], terms["application_name"]) == ("9", "desk")


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        f"mysql://tutela:{SECRET}@far.example/tutela",
        f"host=far.example password={SECRET}",
        f"postgresql://tutela:{SECRET}@far.example/tutela?sslmode=require",
        f"postgresql://tutela:{SECRET}@far.example/tutela?sslmode=disable",
        f"postgresql://tutela:{SECRET}@localhost,far.example/tutela?sslmode=prefer",
        f"postgresql://tutela:{SECRET}@localhost/tutela?hostaddr=10.1.2.3&sslmode=prefer",
        f"postgresql://tutela:{SECRET}@/tutela",
        f"postgresql:///tutela?service={SECRET}",
        f"postgresql://localhost/?nonsense={SECRET}",
        f"postgresql://tutela:{SECRET}%zz@localhost/tutela",
    ],
)
def test_a_wrong_address_is_named_by_its_setting_and_not_quoted(dsn: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_terms(dsn)
    assert refused.value.field == "service.change_log"
    assert_tells_nothing(refused.value)


def assert_tells_nothing(error: BaseException) -> None:
    """Neither the text nor anything chained to it, suppressed or not, quotes what the driver knew."""
    assert error.__cause__ is None or isinstance(error.__cause__, TutelaError)
    assert error.__context__ is None or isinstance(error.__context__, TutelaError)
    told = "".join(traceback.format_exception(error))
    for word in (SECRET, "/tutela-pg-", ".s.PGSQL", "far.example", "10.1.2.3"):
        assert word not in told


def test_a_server_that_cannot_prove_who_it_is_is_not_used(postgres_server: Server) -> None:
    port = free_port()
    key, certificate = certified(postgres_server.folder, "localhost")
    _, of_another = certified(postgres_server.folder, "localhost")
    postgres_server.stop()
    postgres_server.start(
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "ssl=on",
        f"ssl_cert_file={certificate}",
        f"ssl_key_file={key}",
    )
    try:
        address = (
            f"postgresql://tutela@localhost:{port}/lists?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert="
        )
        link = Link(f"{address}{certificate}", lambda _database: None)
        assert link.read("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [(True,)]
        link.close()
        others = address.replace("@localhost", "@db.example")  # the right key, for another name
        for wrong in (f"{address}{of_another}", f"{others}{certificate}", f"{address}/nowhere"):
            with pytest.raises(Unavailable) as refused:
                Link(wrong, lambda _database: None).read("SELECT 1")
            assert_tells_nothing(refused.value)
    finally:
        postgres_server.stop()
        postgres_server.start()


def certified(folder: Path, name: str) -> tuple[Path, Path]:
    """Files with a key and a certificate of its own for this name, which the server may read."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, private.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    stem = folder / f"tls-{made.serial_number}"
    key, certificate = stem.with_suffix(".key"), stem.with_suffix(".pem")
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    key.chmod(0o600)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    for path in (key, certificate):
        shutil.chown(path, folder.owner())
    return key, certificate


def test_a_connection_that_was_lost_is_made_again_unnoticed(postgres_server: Server, link: Link) -> None:
    assert link.read("SELECT 1") == [(1,)]
    for mode in ("fast", "immediate"):
        postgres_server.stop(mode)
        postgres_server.start()
        assert link.read("SELECT 1") == [(1,)]
    cut_off(postgres_server)
    assert link.write("SELECT %s", ("x",)) == [("x",)]


def cut_off(server: Server) -> None:
    """Ends every connection of the service's role, as a router in between would."""
    with server.connected("admin") as database:
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tutela'")


def test_a_server_that_is_away_is_said_at_once_and_its_place_is_not(
    postgres_server: Server, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.prove()
    postgres_server.stop()
    try:
        for ask in (link.prove, lambda: link.read("SELECT 1"), lambda: link.write("SELECT %s", ("x",))):
            with pytest.raises(Unavailable) as refused:
                ask()
            assert refused.value.retry_after_seconds is not None
            assert_tells_nothing(refused.value)
    finally:
        postgres_server.start()
    assert link.read("SELECT 2") == [(2,)]


def test_after_a_failed_attempt_none_is_made_for_a_moment(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[Any] = []

    def connect(**terms: Any) -> None:
        attempts.append(terms)
        raise psycopg.OperationalError(f"no route to {SECRET}")

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.setattr(postgres_link, "RETRY_SECONDS", 60.0)
    link = Link(postgres_server.address(), lambda _database: None)
    for _ in range(5):
        with pytest.raises(Unavailable) as refused:
            link.read("SELECT 1")
        assert_tells_nothing(refused.value)
    assert len(attempts) == 1


def test_nobody_waits_long_behind_somebody_who_connects(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, real = threading.Event(), threading.Event(), psycopg.connect

    def connect(**terms: Any) -> Any:
        begun.set()
        go_on.wait(30)
        return real(**terms)

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.setattr(postgres_link, "CONNECTING_SECONDS", 0.05)
    link = Link(postgres_server.address(), lambda _database: None)
    first = threading.Thread(target=link.prove)
    first.start()
    assert begun.wait(30)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        link.read("SELECT 1")
    assert time.monotonic() - started < 5
    go_on.set()
    first.join()
    assert link.read("SELECT 1") == [(1,)]
    link.close()


def test_a_statement_that_fails_leaves_no_transaction_open(postgres_server: Server, link: Link) -> None:
    with pytest.raises(Unavailable) as refused:
        link.write("SELECT 1 / (%s::int - 1)", ("1",))
    assert_tells_nothing(refused.value)
    assert link.write("SELECT %s", ("x",)) == [("x",)]
    with postgres_server.connected("admin") as database:
        rows = database.execute("SELECT state FROM pg_stat_activity WHERE usename = 'tutela'").fetchall()
    assert "idle in transaction" not in [state for (state,) in rows]


def test_a_write_is_durable_whatever_the_server_usually_does(postgres_server: Server, link: Link) -> None:
    question = "SELECT current_setting('synchronous_commit'), %s"
    for usual, wanted in (("off", "on"), ("local", "on"), ("on", "on"), ("remote_apply", "remote_apply")):
        with postgres_server.connected("admin") as database:
            database.execute(f"ALTER ROLE tutela SET synchronous_commit = {usual}".encode())
        cut_off(postgres_server)
        assert link.write(question, ("x",)) == [(wanted, "x")]
    with postgres_server.connected("admin") as database:
        database.execute("ALTER ROLE tutela RESET synchronous_commit")


def test_a_write_whose_acknowledgement_is_lost_says_that_it_is_not_known(
    postgres_server: Server, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = postgres_link._begun

    def begun(*asked: Any) -> Any:
        rows = real(*asked)
        cut_off(postgres_server)
        return rows

    monkeypatch.setattr(postgres_link, "_begun", begun)
    with pytest.raises(Unavailable, match="may be written or not") as refused:
        link.write("SELECT %s", ("x",))
    assert_tells_nothing(refused.value)
    monkeypatch.undo()
    assert link.write("SELECT %s", ("y",)) == [("y",)]


def test_what_the_check_refuses_is_the_operators_fault(postgres_server: Server) -> None:
    def refuse(_database: Any) -> None:
        raise Invalid("is not fit", field="service.change_log")

    link = Link(postgres_server.address(), refuse)
    with pytest.raises(Invalid, match="is not fit"):
        link.prove()
    with pytest.raises(Unavailable, match="is not fit"):
        link.read("SELECT 1")
    link.close()


def test_an_interrupted_question_leaves_no_half_of_it(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_asked: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(postgres_link, "_begun", interrupted)
    with pytest.raises(KeyboardInterrupt):
        link.write("SELECT %s", ("x",))
    monkeypatch.undo()
    assert link.write("SELECT %s", ("x",)) == [("x",)]
