"""A guard as a process of its own, with a sealed list of its own, for the proofs of bars i5-2 to i5-6.

The guard runs in its own environment (``GUARD_PYTHON``, else ``.venv-guard``), the proofs in the
ordinary one. Pictures are generated or from packages, declared known by nobody but these lists.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from proofs.machine import ROOT
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

GUARD_PYTHON = Path(os.environ.get("GUARD_PYTHON", ROOT / ".venv-guard" / "bin" / "python"))
PASSPHRASE = "a passphrase of a proof"
#: The file of the first list in the guard's folder.
LIST = "list-1"
#: What is sent in the place of a picture.
BLANKS = frozenset({blanks.RASTER, blanks.VECTOR})


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

    @property
    def site_tls(self) -> ssl.SSLContext:
        """The site's own side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.site)
        return context

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
