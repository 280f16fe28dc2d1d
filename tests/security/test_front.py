"""nginx as it is shipped, running, before a real public process: what comes through, and what it keeps."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx  # noqa: TID251 - the client of a test; the product has none
import pytest

from tests.front import DESK, LAID_OUT, ONION, PUBLIC, VISITOR, Front, laid_out, within_patience
from tests.kernel.egress.speaking import Hear, Speaker, head_of, ok, request_of, speaker
from tests.processes.founded import found_house, started
from tests.serving import free_port
from tutela.hotline.intake.pages import PAGE_BYTES
from tutela.processes.probing import listens_on_port

pytestmark = [pytest.mark.slow, pytest.mark.needs("nginx")]
#: What must stand nowhere afterwards, beside the visitor's address and the words of their receipt.
BROWSER, FROM, SAID = "canary-agent-5521", "https://canary-from.test/8831", "canary-text-7742"
#: Addresses that somebody says of themselves (TEST-NET-3, RFC 5737).
CLAIMED = "203.0.113.77"
MARKS = tuple(mark.encode() for mark in (VISITOR, BROWSER, FROM, SAID, CLAIMED, "canary-path"))
CLAIMS = {
    "X-Forwarded-For": CLAIMED,
    "X-Real-IP": CLAIMED,
    "Forwarded": f"for={CLAIMED}",
    "X-Forwarded-Host": "canary-path.test",
    "X-Forwarded-Proto": "http",
}
#: Requests that one address may have open, and seconds in which others are answered on a busy machine: nginx
#: lets go of who sends nothing after 60.
OPEN_MAX, HELD_UP_SECONDS = 20, 40


@dataclass(frozen=True, kw_only=True)
class House:
    """A public process with nginx before it."""

    home: Path
    front: Front


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("front")
    home, port = found_house(folder / "home"), free_port()
    settings = folder / "tutela.toml"
    settings.write_text(f'[hotline]\npublic_url = "https://{PUBLIC}"\nonion_url = "http://{ONION}"\n')
    words = ["serve", "public", "--listen", f"127.0.0.1:{port}"]
    public = started(home, words, TUTELA_CONFIG=str(settings))
    front = laid_out(folder / "nginx", public=port)
    try:
        within_patience(lambda: listens_on_port("127.0.0.1", port))
        with front.running():
            yield House(home=home, front=front)
    finally:
        public.send_signal(signal.SIGTERM)
        public.communicate(timeout=60)


@contextmanager
def before_a_stand_in(folder: Path, hear: Hear) -> Iterator[tuple[Front, Speaker]]:
    """nginx, running, before a process that answers with two letters and keeps what it was told."""
    with speaker(ok(), hear=hear) as upstream:
        front = laid_out(folder, public=upstream.port, desk=upstream.port)
        with front.running():
            yield front, upstream


def plain(front: Front, said: bytes, port: int, address: str = VISITOR) -> bytes:
    """What is answered to bytes that are sent to a port of the front."""
    with socket.create_connection(("127.0.0.1", port), 10, source_address=(address, 0)) as talking:
        talking.sendall(said)
        talking.settimeout(10)
        got = b""
        try:
            while piece := talking.recv(65_536):
                got += piece
        except ConnectionResetError:
            pass
        return got


def words_of(page: str) -> str:
    return " ".join(re.findall(r'<li lang="en">([a-z-]+)</li>', page))


def test_a_report_goes_through_and_nothing_of_its_sender_is_kept(house: House) -> None:
    front = house.front
    sent = {"addresses": "https://there.test/1", "text": SAID}
    with front.visitor(User_Agent=BROWSER, Referer=FROM, Accept_Language="en", **CLAIMS) as visitor:
        assert front.ask(visitor, "GET", "/report?canary-path").status_code == 200
        words = words_of(front.ask(visitor, "POST", "/report", data=sent).text)
        assert words.count(" ") == 6
        told = front.ask(visitor, "POST", "/receipt", data={"receipt": words}).text
    assert "waits for the next person" in told
    receipts = [words.replace(" ", between).encode() for between in (" ", "+", "-", "%20")]
    assert front.holding(*MARKS, *receipts) == set()
    kept = [path for path in house.home.rglob("*") if path.is_file()]
    for path in kept:
        with suppress(FileNotFoundError):  # a write-ahead log goes with its last reader
            text = path.read_bytes()
            assert not [mark for mark in (*MARKS, *receipts) if mark in text], path.name


def test_pages_come_as_tutela_made_them_and_name_their_onion(house: House) -> None:
    front = house.front
    with front.visitor() as visitor:
        answer = front.ask(visitor, "GET", "/", headers={"accept-encoding": "gzip"})
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert answer.headers["onion-location"] == f"http://{ONION}/"
        assert answer.headers["server"] == "nginx" and "content-encoding" not in answer.headers
        assert len(answer.content) % PAGE_BYTES == 0 and answer.headers["cache-control"] == "no-store"
        hidden = front.ask(visitor, "GET", "/report", host=ONION)
        assert hidden.status_code == 200 and 'action="/report"' in hidden.text
        assert not {"strict-transport-security", "onion-location"} & set(hidden.headers)
        german = front.ask(visitor, "GET", "/", headers={"accept-language": "de"})
        assert '<html lang="de"' in german.text


def test_without_tls_one_is_led_to_it(house: House) -> None:
    with house.front.visitor() as visitor:
        url = f"http://127.0.0.1:{house.front.http}/report?language=de"
        answer = visitor.get(url, headers={"host": PUBLIC})
    assert answer.status_code == 301
    assert answer.headers["location"] == f"https://{PUBLIC}/report?language=de"


def test_a_name_that_is_nobody_s_is_not_answered(house: House) -> None:
    front = house.front
    request = b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n"
    assert plain(front, request, front.http) == plain(front, request, front.onion) == b""
    with front.visitor() as visitor:
        with pytest.raises(httpx.ConnectError, match=r"(?i)unrecognized"):
            front.ask(visitor, "GET", "/", host="other.example")
        with pytest.raises(httpx.RemoteProtocolError):
            front.ask(visitor, "GET", "/", host="other.example", name=PUBLIC)


def test_the_proof_of_a_certificate_is_the_one_thing_without_tls(house: House) -> None:
    proof = house.front.folder / "acme" / ".well-known" / "acme-challenge"
    proof.mkdir(parents=True)
    (proof / "token").write_text("proved")
    for host in (PUBLIC, DESK, "other.example"):
        asked = f"GET /.well-known/acme-challenge/token HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
        assert plain(house.front, asked, house.front.http).endswith(b"proved")


def test_nine_megabytes_are_refused_in_plain_words(house: House) -> None:
    with house.front.visitor() as visitor:
        for host in (PUBLIC, ONION):
            answer = house.front.ask(visitor, "POST", "/report", host=host, content=b"x" * (9 << 20))
            assert answer.status_code == 413 and "larger than 8 MB" in answer.text
            assert answer.headers["cache-control"] == "no-store" and "retry-after" not in answer.headers


def test_seven_megabytes_go_through_without_touching_a_disk(house: House) -> None:
    """nginx has no folder here that it could lay body or answer into, and would fail if it tried."""
    assert not any((house.front.folder / "temporary" / name).exists() for name in LAID_OUT)
    typed = "\n".join(f"https://there.test/{'a' * 690}/{place}" for place in range(10_000))
    with house.front.visitor(Accept_Language="en") as visitor:
        answer = house.front.ask(visitor, "POST", "/report", data={"addresses": typed}, timeout=120)
    assert answer.status_code == 422 and answer.text.count("https://there.test/aaa") == 10_000


def test_slow_senders_wait_in_nginx_and_hold_up_nobody(house: House) -> None:
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\naddr"
    head = f"POST /report HTTP/1.1\r\nHost: {PUBLIC}\r\n{form}".encode()
    front, trusting = house.front, house.front.trusting()
    with ExitStack() as stack:
        for _ in range(OPEN_MAX):
            way = socket.create_connection(("127.0.0.1", front.https), 10, source_address=("127.77.5.30", 0))
            slow = stack.enter_context(trusting.wrap_socket(way, server_hostname=PUBLIC))
            slow.sendall(head)
        time.sleep(0.5)
        with front.visitor() as other:
            begun = time.monotonic()
            assert front.ask(other, "GET", "/report").status_code == 200
            assert time.monotonic() - begun < HELD_UP_SECONDS
        with front.visitor("127.77.5.30") as same:
            refused = front.ask(same, "GET", "/report")
    assert refused.status_code == 429 and "Too much came from your connection" in refused.text
    assert refused.headers["retry-after"] == "10"
    with front.visitor("127.77.5.30") as same:
        within_patience(lambda: front.ask(same, "GET", "/report").status_code == 200)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_no_visit_is_tied_to_the_next_by_tls(house: House, version: ssl.TLSVersion) -> None:
    context = house.front.trusting()
    context.minimum_version = context.maximum_version = version
    with _spoken(house.front, context) as first:
        first.sendall(f"GET / HTTP/1.0\r\nHost: {PUBLIC}\r\n\r\n".encode())
        assert first.recv(65_536)
        session = first.session
    with _spoken(house.front, context, session) as second:
        assert not second.session_reused


@contextmanager
def _spoken(
    front: Front, context: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", front.https), 10) as way,
        context.wrap_socket(way, server_hostname=PUBLIC, session=session) as talking,
    ):
        yield talking


def heard(told: bytes) -> dict[str, str]:
    """The headers of a request, names in lower case."""
    lines = (line.partition(":") for line in told.partition(b"\r\n\r\n")[0].decode().splitlines()[1:])
    return {name.lower(): text.strip() for name, _, text in lines}


def test_the_public_side_is_told_no_address_and_no_browser(tmp_path: Path) -> None:
    asked = {"authorization": "Bearer snd_x", "idempotency-key": "word", "cookie": "a=b", "dnt": "1"} | CLAIMS
    with (
        before_a_stand_in(tmp_path / "front", request_of) as (front, upstream),
        front.visitor(User_Agent=BROWSER, Referer=FROM) as visitor,
    ):
        front.ask(visitor, "POST", "/api/reports", json={}, headers=asked)
        front.ask(visitor, "POST", "/report", host=ONION, data={"a": "b"}, headers=asked)
    api, form = map(heard, upstream.received)
    assert api["host"] == PUBLIC and form["host"] == ONION
    assert (api["authorization"], api["idempotency-key"]) == ("Bearer snd_x", "word")
    assert api["content-type"] == "application/json" and api["content-length"] == "2"
    expected = {"host", "content-length", "content-type", "authorization", "idempotency-key"}
    assert set(api) == set(form) == expected


def test_the_desk_is_told_the_one_address_that_is_true(tmp_path: Path) -> None:
    with (
        before_a_stand_in(tmp_path / "front", head_of) as (front, upstream),
        front.visitor(Cookie="session=1") as visitor,
    ):
        assert front.ask(visitor, "GET", "/", host=DESK, headers=CLAIMS).status_code == 200
    (told,) = map(heard, upstream.received)
    assert (told["host"], told["x-forwarded-for"], told["cookie"]) == (DESK, VISITOR, "session=1")
    assert CLAIMED.encode() not in upstream.received[0] and "x-forwarded-proto" not in told


def provoke(front: Front) -> None:
    """All that makes nginx write lines with addresses: faults of the client, of TLS, and of the upstream."""
    with front.visitor(User_Agent=BROWSER, Referer=FROM) as visitor:
        for host in (PUBLIC, DESK, ONION):
            front.ask(visitor, "GET", "/canary-path", host=host)
            front.ask(visitor, "POST", "/canary-path", host=host, content=b"x" * (9 << 20))
        visitor.get(f"http://127.0.0.1:{front.http}/canary-path", headers={"host": PUBLIC})
        visitor.get(f"http://127.0.0.1:{front.https}/canary-path", headers={"host": PUBLIC})
    for port in (front.http, front.https, front.onion):
        plain(front, b"\x00 canary-path\r\n\r\n", port)
        plain(front, b"GET /canary-path HTTP/1.1\r\nHost: canary-path.test\r\n\r\n", port)
        plain(front, b"\x16\x03\x01\x00\x05canary-path", port)


@pytest.mark.parametrize("order", ["", "reopened", "reloaded"])
def test_faults_leave_no_line_about_whoever_met_them(tmp_path: Path, order: str) -> None:
    front = laid_out(tmp_path / "front", public=free_port(), desk=free_port())
    with front.running() as nginx:
        if order == "reloaded":
            _reload(front, nginx.pid)
        elif order == "reopened":
            nginx.send_signal(signal.SIGUSR1)
        provoke(front)
        with front.visitor(Accept_Language="en") as visitor:
            away = front.ask(visitor, "GET", "/canary-path")
        assert opened(nginx.pid) == {"/dev/null", str(front.folder / "logs" / "nginx.log")}
    assert away.status_code == 503 and away.headers["retry-after"] == "60"
    assert "whether it arrived" in unescape(away.text)
    assert front.holding(*MARKS, b"127.0.0.1") <= {"nginx.conf", "public.conf", "onion.conf", "desk.conf"}
    assert front.holding(*MARKS) == set() and "nginx.log" in front.holding(b"start worker process")


def opened(master: int) -> set[str]:
    """The files that nginx and its workers hold open, its mouth for faults at the start apart."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    links = [
        os.readlink(one) for pid in (str(master), *children) for one in Path(f"/proc/{pid}/fd").iterdir()
    ]
    return {link for link in links if link.startswith("/")}


def _reload(front: Front, master: int) -> None:
    """New workers, with the configuration read anew."""
    log = front.folder / "logs" / "nginx.log"
    os.kill(master, signal.SIGHUP)
    within_patience(lambda: "exited with code 0" in log.read_text())


@pytest.mark.parametrize("level", ["info", "error"])
def test_the_search_finds_what_an_error_log_would_keep(tmp_path: Path, level: str) -> None:
    front = laid_out(tmp_path / "front", public=free_port(), desk=free_port())
    front.change("error_log /dev/null emerg;", f"error_log {front.folder}/logs/visits.log {level};")
    with front.running():
        provoke(front)
    for mark in (VISITOR, FROM, "canary-path"):
        assert front.holding(mark.encode()) == {"visits.log"}


def test_the_search_finds_what_an_access_log_would_keep(tmp_path: Path) -> None:
    front = laid_out(tmp_path / "front", public=free_port(), desk=free_port())
    front.change("access_log off;", f"access_log {front.folder}/logs/access.log;")
    with front.running():
        provoke(front)
    assert front.holding(VISITOR.encode()) == front.holding(BROWSER.encode()) == {"access.log"}
