from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Callable

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.share.notices import telling as make
from tutela.kernel.errors import Invalid
from tutela.share.notices.dkim_signing import DkimKey, read_dkim_key, sign_letter, signed_headers
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter

Private = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def pem(key: Private) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="module")
def keys() -> tuple[DkimKey, DkimKey]:
    return (
        read_dkim_key("r2026", pem(rsa.generate_private_key(65537, 2048))),
        read_dkim_key("e2026", pem(ed25519.Ed25519PrivateKey.generate())),
    )


def dns(*keys: DkimKey) -> Callable[..., bytes | None]:
    records = {f"{key.record_name('hotline.test')}.".encode(): key.record.encode() for key in keys}
    return lambda name, timeout=5: records.get(name)


def verifies(content: bytes, index: int, keys: tuple[DkimKey, ...]) -> bool:
    try:
        found: bool = dkim.DKIM(content).verify(index, dnsfunc=dns(*keys))
    except dkim.DKIMException:
        return False
    return found


def tags(content: bytes, index: int) -> dict[str, str]:
    """The tags of one signature, read without dkimpy."""
    found = re.findall(rb"^DKIM-Signature:((?:.|\r\n[ \t])*)\r\n", content, re.MULTILINE)
    pairs = found[index].decode().replace("\r\n", "").split(";")
    return {
        name.strip(): "".join(value.split()) for name, _, value in (pair.partition("=") for pair in pairs)
    }


def relaxed_body_hash(content: bytes) -> str:
    """RFC 6376 section 3.4.4, written out: spaces at the end go, runs become one, so do empty lines there."""
    body = content.partition(b"\r\n\r\n")[2]
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return base64.b64encode(hashlib.sha256(b"".join(line + b"\r\n" for line in lines)).digest()).decode()


def test_both_signatures_verify_and_state_the_body_that_we_compute(keys: tuple[DkimKey, DkimKey]) -> None:
    for letter in (
        build_notice_letter(make.content(language="pt"), make.head(name="Línea"), now=make.NOW),
        build_retraction_letter(make.retraction(), make.head(), now=make.NOW),
    ):
        signed = sign_letter(letter, keys, now=make.NOW)
        assert [verifies(signed.content, index, keys) for index in (0, 1)] == [True, True]
        for index, algorithm in ((0, "ed25519-sha256"), (1, "rsa-sha256")):
            found = tags(signed.content, index)
            assert (found["a"], found["d"], found["c"]) == (algorithm, "hotline.test", "relaxed/relaxed")
            assert found["t"] == str(int(make.NOW.timestamp())) and "l" not in found
            assert found["bh"] == relaxed_body_hash(letter.content)
        assert signed.content.endswith(letter.content) and signed.recipient == letter.recipient


def signed_bytes(content: bytes, index: int) -> bytes:
    """What the signature is over: RFC 6376 sections 3.4.2 and 3.7, written out without dkimpy."""
    head = content.partition(b"\r\n\r\n")[0] + b"\r\n"
    fields = re.findall(rb"([^:\s]+):((?:.|\r\n[ \t])*)\r\n", head)
    own = [value for name, value in fields if name == b"DKIM-Signature"][index]
    rest = [(name.lower(), value) for name, value in fields if name != b"DKIM-Signature"]
    chosen = []
    for name in tags(content, index)["h"].split(":"):
        places = [place for place, (held, _) in enumerate(rest) if held == name.encode()]
        if places:
            chosen.append(rest.pop(places[-1]))
    last = (b"dkim-signature", re.sub(rb"(;\s*b=)[^;]*$", rb"\1", own))
    lines = [name + b":" + re.sub(rb"\s+", b" ", value).strip() for name, value in (*chosen, last)]
    return b"\r\n".join(lines)


def test_the_signatures_verify_without_dkimpy_too(keys: tuple[DkimKey, DkimKey]) -> None:
    letter = build_notice_letter(make.content(reminder=make.reminder()), make.head(), now=make.NOW)
    signed = sign_letter(letter, keys, now=make.NOW).content
    public = {key.algorithm: base64.b64decode(key.record.partition("p=")[2]) for key in keys}
    edwards = ed25519.Ed25519PublicKey.from_public_bytes(public["ed25519-sha256"])
    digest = hashlib.sha256(signed_bytes(signed, 0)).digest()
    edwards.verify(base64.b64decode(tags(signed, 0)["b"]), digest)
    old = serialization.load_der_public_key(public["rsa-sha256"])
    assert isinstance(old, rsa.RSAPublicKey)
    found = base64.b64decode(tags(signed, 1)["b"])
    old.verify(found, signed_bytes(signed, 1), padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        old.verify(found, signed_bytes(signed, 1) + b"x", padding.PKCS1v15(), hashes.SHA256())


def test_from_and_what_a_message_has_once_are_signed_once_more(keys: tuple[DkimKey, DkimKey]) -> None:
    letter = build_notice_letter(make.content(reminder=make.reminder()), make.head(), now=make.NOW)
    names = list(signed_headers(letter.content))
    for name in ("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"):
        assert names.count(name) == 2
    assert names.count("cc") == names.count("reply-to") == names.count("sender") == 1
    assert names.count("auto-submitted") == 1 and "content-type" in names
    assert tags(sign_letter(letter, keys, now=make.NOW).content, 0)["h"].split(":") == names


@pytest.mark.parametrize(
    "header",
    ["From: Evil <evil@evil.test>", "To: x@evil.test", "Cc: x@evil.test", "Reply-To: x@evil.test",
     "Sender: x@evil.test", "Subject: other", "Date: Mon, 04 May 2020 03:02:01 +0000",
     "Content-Type: text/html", "Message-ID: <x@evil.test>"],
    ids=lambda header: header.partition(":")[0],
)  # fmt: skip
def test_no_header_can_be_added(header: str, keys: tuple[DkimKey, DkimKey]) -> None:
    letter = build_notice_letter(make.content(), make.head(), now=make.NOW)
    signed = sign_letter(letter, keys, now=make.NOW).content
    assert verifies(signed, 0, keys) and verifies(b"Received: from relay.test\r\n" + signed, 0, keys)
    for tampered in (
        header.encode() + b"\r\n" + signed,
        signed.replace(b"\r\n\r\n", f"\r\n{header}\r\n\r\n".encode(), 1),
    ):
        assert not verifies(tampered, 0, keys) and not verifies(tampered, 1, keys)


def test_no_changed_letter_verifies(keys: tuple[DkimKey, DkimKey]) -> None:
    """ST-12: of 1,000 changed notices none verifies. Spaces may change (RFC 6376 3.4), so none does."""
    signed = sign_letter(
        build_notice_letter(make.content(), make.head(), now=make.NOW), keys, now=make.NOW
    ).content
    start = signed.index(b"From:")
    chooser = random.Random(20260504)
    letters = [place for place in range(start, len(signed)) if chr(signed[place]).isalnum()]
    for place in chooser.sample(letters, 1_000):
        changed = bytes([signed[place] ^ 1])
        tampered = signed[:place] + changed + signed[place + 1 :]
        assert not verifies(tampered, 0, keys), signed[place - 20 : place + 20]


def test_a_key_of_somebody_else_does_not_verify(keys: tuple[DkimKey, DkimKey]) -> None:
    signed = sign_letter(
        build_notice_letter(make.content(), make.head(), now=make.NOW), keys, now=make.NOW
    ).content
    others = (
        read_dkim_key("r2026", pem(rsa.generate_private_key(65537, 2048))),
        read_dkim_key("e2026", pem(ed25519.Ed25519PrivateKey.generate())),
    )
    assert not verifies(signed, 0, others) and not verifies(signed, 1, others)
    assert not verifies(signed, 0, ())


def test_without_a_key_a_letter_stays_as_it_is() -> None:
    letter = build_notice_letter(make.content(), make.head(), now=make.NOW)
    assert sign_letter(letter, (), now=make.NOW) == letter


def test_the_same_letter_has_the_same_signatures_at_every_attempt(keys: tuple[DkimKey, DkimKey]) -> None:
    letter = build_notice_letter(make.content(), make.head(), now=make.NOW)
    assert sign_letter(letter, keys, now=make.NOW) == sign_letter(letter, keys, now=make.NOW)


@pytest.mark.parametrize(
    ("selector", "make_pem"),
    [
        ("t2026", lambda: b"no key"),
        ("t2026", lambda: pem(rsa.generate_private_key(65537, 1024))),
        ("t2026", lambda: pem(ec.generate_private_key(ec.SECP256R1()))),
        ("T 2026", lambda: pem(ed25519.Ed25519PrivateKey.generate())),
        ("", lambda: pem(ed25519.Ed25519PrivateKey.generate())),
    ],
    ids=["none", "short", "curve", "space", "empty"],
)
def test_a_weak_or_foreign_key_is_refused(selector: str, make_pem: Callable[[], bytes]) -> None:
    with pytest.raises(Invalid):
        read_dkim_key(selector, make_pem())


def test_a_private_key_does_not_show(keys: tuple[DkimKey, DkimKey]) -> None:
    assert "PRIVATE" not in repr(keys) and keys[1].private_key.decode() not in repr(keys)
