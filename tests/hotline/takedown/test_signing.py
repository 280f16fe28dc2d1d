from __future__ import annotations

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from pydantic import SecretStr

from tests.hotline.takedown.making import HEAD, KeyOpener, a_clock, a_notice
from tutela.hotline.takedown.sender import Sender
from tutela.hotline.takedown.senders import means_of
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.hotline.takedown.signing import dkim_keys
from tutela.kernel.egress.answers import Answer
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.smtp import MemoryMailer, SmtpMailer
from tutela.kernel.errors import Invalid


def pem(key: Ed25519PrivateKey | None = None) -> SecretStr:
    """A private key as a secret's file holds it, without the white space at its end."""
    made = key or generate_private_key(public_exponent=65_537, key_size=2_048)
    text = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SecretStr(text.decode().strip())


ED25519, RSA = pem(Ed25519PrivateKey.generate()), pem()
BOTH = NoticeSettings(dkim_selector="t2026", dkim_ed25519=ED25519, dkim_rsa=RSA)


def test_both_keys_have_a_record_of_their_own() -> None:
    names = [key.record_name("hotline.test") for key in dkim_keys(BOTH)]
    assert names == ["t2026._domainkey.hotline.test", "t2026-rsa._domainkey.hotline.test"]
    assert dkim_keys(NoticeSettings()) == ()


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"dkim_selector": "t2026"}, "notices.dkim_selector"),
        ({"dkim_ed25519": ED25519}, "notices.dkim_selector"),
        ({"dkim_selector": "t2026", "dkim_ed25519": RSA}, "notices.dkim_ed25519"),
        ({"dkim_selector": "t2026", "dkim_rsa": SecretStr("a word")}, "notices.dkim_rsa"),
    ],
    ids=["no key", "no selector", "the other kind", "no key at all"],
)
def test_what_does_not_fit_together_is_named(settings: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        dkim_keys(NoticeSettings.model_validate(settings))
    assert caught.value.field == field and "a word" not in caught.value.public_message()


@pytest.mark.django_db
def test_a_letter_that_went_out_is_verified_with_the_records() -> None:
    clock, mailer = a_clock(), MemoryMailer()
    a_notice(clock)
    made = means_of(BOTH, HEAD, KeyOpener())
    assert isinstance(made.mailer, SmtpMailer)
    letters: list[Letter] = []

    def keep(letter: Letter) -> Answer:
        letters.append(letter)
        return Answer(result="accepted", stage="end", code=250)

    mailer.script = keep
    sender = Sender("one", type(made)(mailer=mailer, opener=made.opener, head=made.head, trace=made.trace,
                                      manner=made.manner), clock=clock)  # fmt: skip
    assert sender.step()
    records = {key.record_name("hotline.test") + ".": key.record for key in dkim_keys(BOTH)}

    def found(name: bytes, timeout: int = 5) -> bytes:
        return records[name.decode()].encode()

    content = letters[0].content
    assert content.count(b"DKIM-Signature:") == 2
    for number in (0, 1):
        assert dkim.DKIM(content).verify(idx=number, dnsfunc=found)
        assert not dkim.DKIM(content.replace(b"abuse@", b"other@")).verify(idx=number, dnsfunc=found)
