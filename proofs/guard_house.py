"""A guard as a process of its own, with a sealed list of its own, for the proofs of bars i5-2 to i5-6.

The guard runs in its own environment (``TUTELA_GUARD_PYTHON``, else ``.venv-guard``), the proofs in the
ordinary one. Pictures are generated or from packages, declared known by nobody but these lists.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import ssl
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import client as http_client  # noqa: TID251 - the client of these proofs
from pathlib import Path
from typing import Any

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from proofs.machine import ROOT
from proofs.run import ONE_THREAD
from tests.detect.matching.bundles.making import NORTH, PUBLISHER, SOUTH, TRUST
from tests.prevent.guard.proxy.origin import Authority, authority, server_context
from tutela.detect.matching.bundles.drafting import Terms, propose, redraft
from tutela.detect.matching.bundles.sealing import seal
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.lists.installed import add_list
from tutela.prevent.guard.person.consent import agreed
from tutela.prevent.guard.person.discretion import offered
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import new_keys
from tutela.prevent.guard.system.programs import FakePrograms
from tutela.prevent.guard.system.setting_up import Device, Wishes, set_up

GUARD_PYTHON = Path(os.environ.get("TUTELA_GUARD_PYTHON", ROOT / ".venv-guard" / "bin" / "python"))
SECONDS_MAX = 30.0
PASSPHRASE = "a passphrase of a proof"
#: The file of the first list in the guard's folder.
LIST = "list-1"
START_SECONDS_MAX = 90.0
#: What is sent in the place of a picture.
BLANKS = frozenset({blanks.RASTER, blanks.VECTOR})
#: What stands in the command line of each of the guard's processes; the first that fits is it.
KINDS = (
    ("detect.media.worker", "media"),
    ("guard.lists.holding", "list"),
    ("guard.classes.scoring", "classifier"),
)


def missing_guard() -> str:
    """Why the guard cannot run here; empty where it can."""
    return "" if GUARD_PYTHON.exists() else f"{GUARD_PYTHON} is missing: make .venv-guard/.stamp-guard"


def digest_entries(files: Iterable[bytes]) -> list[ListEntry]:
    """Entries that know exactly these files."""
    digests = (hashlib.sha256(one).digest() for one in files)
    return [ListEntry(entry=f"file-{n}", kind="sha256", value=one) for n, one in enumerate(digests)]


def print_entries(values: Iterable[bytes]) -> list[ListEntry]:
    """Entries that know pictures by their PDQ (32 bytes each)."""
    return [
        ListEntry(entry=f"picture-{n}", kind="pdq", value=one, quality=100) for n, one in enumerate(values)
    ]


def random_entries(count: int) -> list[ListEntry]:
    """So many files and so many pictures that nobody has."""
    files = (ListEntry(entry=f"f-{n}", kind="sha256", value=secrets.token_bytes(32)) for n in range(count))
    return [*files, *print_entries(secrets.token_bytes(32) for _ in range(count))]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A person's home with a guard that is set up, its list, and a site's certificates beside it."""

    folder: Path
    policy: Policy = field(default_factory=Policy)
    classes: tuple[str, ...] = ()
    prints_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def home(self) -> Path:
        """The person's home."""
        return self.folder / "home"

    @property
    def guard_folder(self) -> Folder:
        """The guard's own folder."""
        return Folder(self.home / ".local" / "share" / offered()[0].folder)

    @property
    def list_path(self) -> Path:
        """The file of the list."""
        return self.guard_folder.path / LIST

    @property
    def device(self) -> ssl.SSLContext:
        """A context for clients that trust the guard's authority only."""
        certificate = self.guard_folder.read("certificate") or b""
        return ssl.create_default_context(cadata=certificate.decode("ascii"))

    @property
    def web(self) -> ssl.SSLContext:
        """A context for clients that trust the site's authority only."""
        return ssl.create_default_context(cafile=str(self.folder / "web.pem"))

    @property
    def site(self) -> Path:
        """Key and certificate of the site."""
        return self.folder / "site.pem"

    def prepare(self) -> Place:
        """Itself, once the guard is set up as a person does it, without a list."""
        self.home.mkdir(parents=True)
        server_context(self.folder, authority(self.folder, "web"))
        wishes = Wishes(
            policy=self.policy,
            names=offered()[0],
            consent=agreed("en", SystemClock()),
            keys=new_keys(PASSPHRASE, work_bits=10),
            classes=self.classes,
            trust_by_hand=True,
        )
        set_up(wishes, Device(home=self.home, programs=FakePrograms(), is_root=False), SystemClock())
        return self

    def seal(self, entries: Sequence[ListEntry], *, number: int = 1, days: float = 30) -> bytes:
        """The file of a list of these entries, made a minute ago and good for ``days``."""
        created = (SystemClock().now() - timedelta(minutes=1)).replace(microsecond=0)
        header = ListHeader(
            name="proof",
            version="1",
            law="Example Act, section 1",
            legal_class="csam",
            created=created,
            approved=True,
            device_perceptual=True,
        )
        terms = Terms(
            name="proof",
            number=number,
            publisher=PUBLISHER.party,
            created=created,
            expires=(created + timedelta(days=days)).replace(microsecond=0),
            kinds=("sha256",),
            perceptual=any(one.kind == "pdq" for one in entries),
        )
        proposal, _ = propose(header, entries, terms)
        draft = redraft(header, entries, proposal)
        approvals = [house.approves(draft.content) for house in (NORTH, SOUTH)]
        return seal(draft, approvals, PUBLISHER.private, prints_key=self.prints_key)

    def add(self, bundle: bytes) -> None:
        """Add a list as a person does it."""
        add_list(self.guard_folder, bundle, TRUST, self.prints_key, SystemClock())

    def put(self, data: bytes) -> None:
        """Put these bytes in the place of the list, as nobody should."""
        self.guard_folder.write(LIST, data)

    def configuration(self, **more: Any) -> Path:
        """The file that ``guard_stand`` is started with."""
        told = {"folder": str(self.guard_folder.path), "trusted": str(self.folder / "web.pem")}
        path = self.folder / f"told-{secrets.token_hex(4)}.json"
        path.write_text(json.dumps(told | more), encoding="utf-8")
        return path


def site_certificate(folder: Path, issuer: Authority, hosts: Sequence[str]) -> Path:
    """Key and certificate of a site with these names, by this issuer."""
    signing: Any = serialization.load_pem_private_key(issuer.pem, None)
    by = x509.load_pem_x509_certificate(issuer.pem).subject
    key, now = ec.generate_private_key(ec.SECP256R1()), SystemClock().now()
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in hosts])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.test")]))
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .sign(signing, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"site-{secrets.token_hex(4)}.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class Talking:
    """A process that says JSON lines and takes lines."""

    def __init__(self, command: Sequence[str], *, environment: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=(environment if environment is not None else plain_environment()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def hear(self, seconds: float = START_SECONDS_MAX) -> dict[str, Any]:
        """The next line. Raises RuntimeError where none comes in time."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else b""
        finally:
            timer.cancel()
        if not line:
            raise RuntimeError("the process said nothing: run its command by hand to see why")
        told: dict[str, Any] = json.loads(line)
        return told

    def say(self, line: str) -> None:
        """Tell it something."""
        if self._process.stdin is not None:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait(SECONDS_MAX)

    def end(self) -> None:
        """End it in its own way, and in ours where that takes too long."""
        try:
            self._process.communicate(b"", timeout=SECONDS_MAX)
        except (subprocess.TimeoutExpired, ValueError, OSError):
            self.kill()


class Guard:
    """A guard under way, seen from outside."""

    def __init__(self, configuration: Path, *, before: Sequence[str] = ()) -> None:
        self._process = Talking(
            [*before, str(GUARD_PYTHON), "-m", "proofs.guard_stand", str(configuration)]
        )
        try:
            told = self._process.hear()
            #: Where it listens; how many lists it has in use.
            self.port, self.lists = int(told["port"]), int(told["lists"])
        except BaseException:
            self._process.kill()
            raise

    @property
    def pid(self) -> int:
        """Its first process."""
        return self._process.pid

    def counts(self) -> dict[str, int]:
        """Blocks by tier since it started."""
        self._process.say("counts")
        return self._process.hear(SECONDS_MAX)

    def lists_in_use(self) -> int:
        """How many lists it has in use now."""
        self._process.say("lists")
        return int(self._process.hear(SECONDS_MAX)["lists"])

    def turn_clock(self, seconds: float) -> None:
        """Turn the wall clock of its lists by so much from the true time."""
        self._process.say(f"clock {seconds}")
        self._process.hear(SECONDS_MAX)

    def processes(self) -> list[psutil.Process]:
        """All of its processes."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def of_kind(self, kind: str) -> list[psutil.Process]:
        """Its processes of one of ``KINDS``."""
        return [one for one in self.processes() if kind_of(one) == kind]

    def kill(self) -> None:
        """End it as a fault would."""
        self._process.kill()

    def close(self) -> None:
        """End it."""
        self._process.end()


class CommandedGuard:
    """A guard as ``tutela guard run`` runs it, seen from outside. ``said``: what it prints goes there."""

    def __init__(self, place: Place, said: Path, *, before: Sequence[str] = (), **more: str) -> None:
        command = [*before, str(GUARD_PYTHON), "-m", "tutela", "guard", "run", "--port", "0"]
        command += ["--folder", str(place.guard_folder.path), "--trusted", str(place.folder / "web.pem")]
        with said.open("wb") as file:
            self._process = subprocess.Popen(
                command, cwd=place.home, env=plain_environment() | more, stdout=file, stderr=file
            )
        self.pid = self._process.pid
        self.port = self._port(said)

    def _port(self, said: Path) -> int:
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until and self._process.poll() is None:
            found = re.search(rb"127\.0\.0\.1:([0-9]+)\n", said.read_bytes())
            if found:
                return int(found[1])
            time.sleep(0.05)
        self._process.kill()
        raise RuntimeError(f"the guard does not run: {said.read_text('utf-8', 'replace')[-500:]}")

    def processes(self) -> list[psutil.Process]:
        """All of its processes."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def close(self) -> None:
        """End it as the session does."""
        self._process.terminate()
        try:
            self._process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(SECONDS_MAX)


@contextmanager
def commanded(place: Place, said: Path, *, before: Sequence[str] = (), **more: str) -> Iterator[CommandedGuard]:
    """A guard by its command while the block runs; ``more`` is added to its environment."""
    guard = CommandedGuard(place, said, before=before, **more)
    try:
        yield guard
    finally:
        guard.close()


def kind_of(process: psutil.Process) -> str:
    """What a process of the guard does."""
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return "ended"
    return next((kind for word, kind in KINDS if word in line), "proxy")


@contextmanager
def guarding(place: Place, *, before: Sequence[str] = (), **more: Any) -> Iterator[Guard]:
    """A guard of this place while the block runs."""
    guard = Guard(place.configuration(**more), before=before)
    try:
        yield guard
    finally:
        guard.close()


def plain_environment() -> dict[str, str]:
    """The environment of a process of these proofs."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return kept | dict(ONE_THREAD) | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def bare_proxy(place: Place) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port of mitmproxy as it comes, and a context that trusts it."""
    with free_port() as port:
        pass
    home = place.folder / "bare"
    command = [
        str(GUARD_PYTHON.with_name("mitmdump")),
        *("-q", "--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={home}"),
        *("--set", f"ssl_verify_upstream_trusted_ca={place.folder / 'web.pem'}"),
    ]
    process = subprocess.Popen(
        command, env=plain_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        yield port, ssl.create_default_context(cafile=str(home / "mitmproxy-ca-cert.pem"))
    finally:
        process.terminate()
        process.wait(SECONDS_MAX)


@contextmanager
def free_port() -> Iterator[int]:
    """A loopback port that nobody has; it is free again behind the block."""
    import socket  # noqa: TID251 - to find a port

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield int(one.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Return once somebody listens. Raises RuntimeError."""
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        connection = http_client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.connect()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"nobody listens at port {port}")


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a client reaches the site: through a proxy at ``proxy``, or directly (0); in TLS with ``trust``.

    ``host``: the name by which the proxy is asked for the site.
    """

    port: int
    host: str = "127.0.0.1"
    proxy: int = 0
    trust: ssl.SSLContext | None = None

    def connect(self) -> http_client.HTTPConnection:
        """A connection for any number of requests."""
        target = ("127.0.0.1", self.proxy or self.port)
        if self.trust is None:
            return http_client.HTTPConnection(*target, timeout=SECONDS_MAX)
        secure = http_client.HTTPSConnection(*target, context=self.trust, timeout=SECONDS_MAX)
        if self.proxy:
            secure.set_tunnel(self.host, self.port)
        return secure

    def url(self, path: str) -> str:
        """What stands in the request line."""
        return f"http://127.0.0.1:{self.port}{path}" if self.proxy and self.trust is None else path

    def ask(self, connection: http_client.HTTPConnection, path: str) -> bytes:
        """The body at ``path``, by a connection of this way."""
        connection.request("GET", self.url(path), headers={"Accept-Encoding": "identity"})
        return connection.getresponse().read()
