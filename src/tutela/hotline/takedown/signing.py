"""The keys that letters are signed with, as the settings hold them: for the sender's process alone."""

from __future__ import annotations

from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.errors import Invalid
from tutela.share.notices.dkim_signing import DkimKey, read_dkim_key

#: Behind the selector for the record of the RSA key: a record holds one key (RFC 6376 section 3.6.1).
RSA_SUFFIX = "-rsa"
#: Kind of a key in a DNS record -> the setting that holds it.
_SETTINGS = {"ed25519-sha256": "notices.dkim_ed25519", "rsa-sha256": "notices.dkim_rsa"}


def dkim_keys(settings: NoticeSettings) -> tuple[DkimKey, ...]:
    """The keys, Ed25519 first; none where none is set. Raises Invalid with the setting that is wrong."""
    found = []
    for secret, algorithm, suffix in (
        (settings.dkim_ed25519, "ed25519-sha256", ""),
        (settings.dkim_rsa, "rsa-sha256", RSA_SUFFIX),
    ):
        pem = secret.get_secret_value()
        if pem:
            found.append(_read(settings.dkim_selector + suffix, pem, algorithm))
    if settings.dkim_selector and not found:
        raise Invalid(
            "this selector has no key: secrets/notices__dkim_ed25519", field="notices.dkim_selector"
        )
    return tuple(found)


def _read(selector: str, pem: str, algorithm: str) -> DkimKey:
    where = _SETTINGS[algorithm]
    try:
        key = read_dkim_key(selector, (pem + "\n").encode())
    except Invalid as error:
        name = "notices.dkim_selector" if error.field == "selector" else where
        raise Invalid(error.message, field=name) from error
    if key.algorithm != algorithm:
        raise Invalid("this is a key of the other kind", field=where)
    return key
