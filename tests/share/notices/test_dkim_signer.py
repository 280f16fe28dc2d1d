from __future__ import annotations

import base64
import subprocess
import sys
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.share.notices.dkim_signer import Signer

SIGNED_AT = datetime(2026, 3, 1, 12, 0, 5, 900_000, tzinfo=UTC)


def test_the_moment_of_signing_is_the_one_given_in_whole_seconds() -> None:
    seed = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
    header = Signer(b"From: a@hotline.test\r\n\r\nbody\r\n", signed_at=SIGNED_AT).sign(
        b"e2026", b"hotline.test", seed, signature_algorithm=b"ed25519-sha256"
    )
    times = [tag.strip() for tag in header.split(b";") if tag.strip().startswith(b"t=")]
    assert times == [b"t=" + str(int(SIGNED_AT.timestamp())).encode()]


def test_a_process_that_signs_nothing_does_not_load_the_resolver_that_dkimpy_brings() -> None:
    check = "import sys, tutela.share.notices.dkim_signing; sys.exit('dns.resolver' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
