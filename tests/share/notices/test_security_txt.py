"""What a site says about itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.share.notices.security_txt import BYTES_MAX, parse_security_text

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WHOLE = """# our file
Contact: https://site.test/report
contact: mailto:security@site.test?subject=x
Contact: tel:+1-201-555-0123
Contact: http://site.test/plain
Expires: 2027-01-01T00:00:00z
Preferred-Languages: nl, en-GB, x1
"""


def test_contacts_come_in_the_order_of_the_file() -> None:
    found = parse_security_text(WHOLE.encode(), now=NOW)
    assert [(way.kind, way.address) for way in found.ways] == [
        ("form", "https://site.test/report"),
        ("mail", "security@site.test"),
    ]
    assert found.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert found.languages == ("nl", "en")


def test_a_signed_file_is_read_up_to_its_signature() -> None:
    text = (
        f"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n{WHOLE}-----BEGIN PGP SIGNATURE-----\r\n"
    )
    found = parse_security_text(f"{text}Contact: mailto:later@site.test\r\n".encode(), now=NOW)
    assert "later@site.test" not in [way.address for way in found.ways]
    assert len(found.ways) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not found</html>",
        b"\xff",
        b"Contact: mailto:a@site.test\n",
        b"Expires: 2027-01-01T00:00:00Z\n",
        b"Contact: mailto:a@site.test\nExpires: 2026-05-31T00:00:00Z\n",
        b"Contact: mailto:a@site.test\nExpires: 2027-01-01\n",
        b"Contact: mailto:a@site.test\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z\n",
        b"Contact: a@site.test\nExpires: 2027-01-01T00:00:00Z\n",
        WHOLE.encode() + b"#" * BYTES_MAX,
    ],
)
def test_a_file_that_does_not_hold_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_security_text(body, now=NOW)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: (WHOLE + text).encode()))
def test_any_file_is_read_or_refused(body: bytes) -> None:
    try:
        found = parse_security_text(body, now=NOW)
    except ValueError:
        return
    assert found.ways
