"""Signed HTTP messages (RFC 9421, Ed25519): what is sent to a partner, and what is believed of one.

Every message is signed over method, target and body digest, with created, expires, nonce, key and tag; each
nonce counts once. All times follow from SKEW and VALID (threat model ST-13).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.clock import Clock
from tutela.kernel.custody.notes import exact, verified
from tutela.kernel.errors import Refused
from tutela.kernel.signing.content_digests import check_content_digest, content_digest
from tutela.kernel.signing.nonces import Nonces
from tutela.kernel.signing.signature_bases import Message, signature_base
from tutela.kernel.signing.structured_fields import (
    InnerList,
    Item,
    Parameters,
    parse_dictionary,
    render_dictionary,
)
from tutela.kernel.signing.weak_keys import is_weak

#: How far the clocks of both sides may differ (governance.md 5.2), and how long a message is valid (ST-13).
SKEW, VALID = timedelta(seconds=600), timedelta(seconds=300)
#: How long a nonce is kept after its message: longer than any clock lets the message through again.
NONCE_KEPT = 2 * SKEW + VALID + timedelta(seconds=60)
#: Random bytes of a nonce (ST-13: at least 128 bits).
NONCE_BYTES = 16
#: What every request's signature covers; a response's covers its status instead.
REQUEST_COVERS, RESPONSE_COVERS = ("@method", "@target-uri", "content-digest"), ("@status", "content-digest")
#: The label of our own signatures; others' may be called anything.
LABEL = "tutela"
_INPUT, _SIGNATURE, _DIGEST = "signature-input", "signature", "content-digest"


class SignatureRefused(Refused):
    """A message is not signed as it must be, by nobody known, too early, too late, or a second time."""

    code = "signature_refused"
    http_status = 401


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """What a message's signature says, once it was found right."""

    key: str
    tag: str
    nonce: str
    created: datetime
    expires: datetime


def sign(
    message: Message, body: bytes, *, key: str, private: Ed25519PrivateKey, tag: str, clock: Clock
) -> Message:
    """The message with Content-Digest, Signature-Input and Signature.

    ``key`` is the id that the receiver knows the key under, ``tag`` what the signature is for, for example
    ``tutela-exchange``. Raises ValueError for names that a field cannot hold.
    """
    created = int(clock.now().timestamp())
    digested = message.with_fields({_DIGEST: content_digest(body)})
    covered = InnerList(
        items=tuple(Item(value=name) for name in _covers(message)),
        parameters={
            "created": created,
            "expires": created + int(VALID.total_seconds()),
            "nonce": base64.b64encode(secrets.token_bytes(NONCE_BYTES)).decode("ascii"),
            "keyid": key,
            "tag": tag,
        },
    )
    signature = private.sign(signature_base(digested, covered).encode())
    return digested.with_fields(
        {
            _INPUT: render_dictionary({LABEL: covered}),
            _SIGNATURE: render_dictionary({LABEL: Item(value=signature)}),
        }
    )


def verify(
    message: Message,
    body: bytes,
    *,
    public_key: Callable[[str], bytes | None],
    tag: str,
    nonces: Nonces,
    clock: Clock,
) -> Signed:
    """What the message's signature for this ``tag`` says. Raises SignatureRefused with the reason.

    ``public_key`` gives the 32 bytes of the key of an id, or None. The nonce is remembered last, so that a
    message that is refused for another reason uses none up.
    """
    try:
        covered, signature = _signature_of(message, tag)
        signed = _said(covered.parameters)
        _check_covers(message, covered)
        check_content_digest(message.field(_DIGEST), body)
        check_signature(message, covered, signature, public_key(signed.key))
    except ValueError as error:
        raise SignatureRefused(f"the message's signature: {error}") from error
    now = clock.now()
    _check_times(signed, now)
    if not nonces.remember(signed.key, signed.nonce, now + NONCE_KEPT, now=now):
        raise SignatureRefused("the message's signature: this message came before")
    return signed


def check_signature(message: Message, covered: InnerList, signature: bytes, public_key: bytes | None) -> None:
    """Return where the Ed25519 signature fits the message; times, nonce and policy are not looked at.

    Raises ValueError.
    """
    if covered.parameters.get("alg", "ed25519") != "ed25519":
        raise ValueError("its algorithm is not ed25519")
    base = signature_base(message, covered)
    if public_key is None or is_weak(public_key):
        raise ValueError("nobody here has a key of this id")
    if len(signature) != 64 or not verified(public_key, base.encode(), signature):
        raise ValueError("it does not fit the message")


def signatures_of(message: Message) -> dict[str, tuple[InnerList, bytes]]:
    """What each signature on the message covers, and its bytes, by label; unchecked. Raises ValueError."""
    inputs = parse_dictionary(message.field(_INPUT))
    values = parse_dictionary(message.field(_SIGNATURE))
    if inputs.keys() != values.keys():
        raise ValueError("Signature-Input and Signature do not speak of the same signatures")
    found = {}
    for label, covered in inputs.items():
        value = values[label]
        if (
            not isinstance(covered, InnerList)
            or not isinstance(value, Item)
            or not isinstance(value.value, bytes)
        ):
            raise ValueError("a signature's input is a list and the signature bytes")
        found[label] = covered, value.value
    return found


def _signature_of(message: Message, tag: str) -> tuple[InnerList, bytes]:
    tagged = [one for one in signatures_of(message).values() if one[0].parameters.get("tag") == tag]
    if len(tagged) != 1:
        raise ValueError("there is to be exactly one for this purpose (tag)")
    return tagged[0]


def _said(parameters: Parameters) -> Signed:
    created, expires = _seconds(parameters, "created"), _seconds(parameters, "expires")
    nonce = _text(parameters, "nonce")
    if len(exact(nonce)) < NONCE_BYTES:
        raise ValueError(f"its nonce has less than {NONCE_BYTES * 8} bits")
    if not timedelta() < expires - created <= VALID:
        raise ValueError(f"it is valid for more than {VALID.total_seconds():.0f} seconds, or for none")
    return Signed(
        key=_text(parameters, "keyid"),
        tag=_text(parameters, "tag"),
        nonce=nonce,
        created=created,
        expires=expires,
    )


def _seconds(parameters: Parameters, name: str) -> datetime:
    value = parameters.get(name)
    if type(value) is not int:
        raise ValueError(f"it does not say {name}")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise ValueError(f"its {name} is no time") from error


def _text(parameters: Parameters, name: str) -> str:
    value = parameters.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"it does not say {name}")
    return value


def _covers(message: Message) -> tuple[str, ...]:
    return REQUEST_COVERS if message.status is None else RESPONSE_COVERS


def _check_covers(message: Message, covered: InnerList) -> None:
    missing = set(_covers(message)) - {one.value for one in covered.items}
    if missing:
        raise ValueError(f"it does not cover {', '.join(sorted(missing))}")


def _check_times(signed: Signed, now: datetime) -> None:
    if signed.created - SKEW > now:
        raise SignatureRefused("the message's signature: it is from the future; compare the clocks")
    if signed.created + SKEW < now or signed.expires + SKEW < now:
        raise SignatureRefused("the message's signature: it expired, or the clocks differ")
