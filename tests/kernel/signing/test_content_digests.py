from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.signing.content_digests import check_content_digest, content_digest

#: RFC 9421 appendix B.2 and RFC 9530 appendix B: the same body, without and with a line feed.
BODY = b'{"hello": "world"}'
SHA_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
SHA_512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
WITH_LINE_FEED = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


def test_the_rfc_s_digests_come_out() -> None:
    assert content_digest(BODY) == SHA_256 and content_digest(BODY, "sha-512") == SHA_512
    assert content_digest(BODY + b"\n") == WITH_LINE_FEED
    assert content_digest(BODY, "sha-256", "sha-512") == f"{SHA_256}, {SHA_512}"


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_a_digest_fits_its_body_and_no_other(body: bytes, other: bytes) -> None:
    field = content_digest(body, "sha-512", "sha-256")
    check_content_digest(field, body)
    if other != body:
        with pytest.raises(ValueError, match="not that of the body"):
            check_content_digest(field, other)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("md5=:+v4ByN8T7Bd/ucWAeRhN+A==:", "no SHA-256"),
        ("", "no SHA-256"),
        (f"{SHA_256}, {SHA_512.replace('WZDP', 'WZDQ')}", "sha-512 digest is not"),
        ("sha-256=1", "not that of the body"),
        ("sha-256=(1)", "not that of the body"),
        ("sha-256=:AAAA:", "not that of the body"),
        ("sha-256", "not that of the body"),
        ("sha-256=:!:", "byte sequence"),
    ],
    ids=lambda one: one[:20],
)
def test_what_is_weak_wrong_or_missing_is_refused(field: str, reason: str) -> None:
    check_content_digest(f"md5=:AAAA:, {SHA_256}", BODY)
    with pytest.raises(ValueError, match=reason):
        check_content_digest(field, BODY)
