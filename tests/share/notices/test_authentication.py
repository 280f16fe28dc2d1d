from __future__ import annotations

from email import message_from_string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tutela.share.notices.authentication import COMMENT_DEPTH_MAX, parse_results, proves, vouched_by

OURS = "mx.hotline.test"
GOOD = f"{OURS}; dkim=pass header.d=partner.test"


def is_proved(header: str, domain: str = "partner.test") -> bool:
    return proves(parse_results(header), domain)


@pytest.mark.parametrize(
    "header",
    [
        GOOD,
        f"{OURS} 1; dkim=pass (2048-bit key; secure) header.d=partner.test header.i=@partner.test",
        f"{OURS}; dkim=pass header.i=@partner.test header.s=one header.b=\"ab/c;d\"",
        f"{OURS};\r\n\tspf=pass (sender (SPF) is x) smtp.mailfrom=a@b.test;\r\n\tdmarc=pass "
        "(p=REJECT sp=REJECT dis=NONE) header.from=partner.test",
        f"{OURS}; dkim/1 = pass reason = \"good\" header.d = PARTNER.test",
        f"{OURS}; dkim=fail header.d=partner.test; dkim=pass header.d=partner.test; dmarc=none",
    ],
    ids=["dkim", "version", "user", "dmarc", "blanks", "second signature"],
)  # fmt: skip
def test_a_domain_that_signed_or_that_dmarc_names_is_proved(header: str) -> None:
    assert is_proved(header)


@pytest.mark.parametrize(
    "header",
    [
        f"{OURS}; none",
        f"{OURS}; spf=pass smtp.mailfrom=partner.test",
        f"{OURS}; dkim=pass header.d=evil.test",
        f"{OURS}; dkim=pass header.d=test",
        f"{OURS}; dkim=pass header.d=mail.partner.test",
        f"{OURS}; dkim=none header.d=partner.test",
        f"{OURS}; dkim=pass header.i=partner.test@evil.test",
        f"{OURS}; dkim=pass (header.d=partner.test) header.d=evil.test",
        f'{OURS}; dkim=fail reason="x; dkim=pass header.d=partner.test" header.d=evil.test',
        f'{OURS}; spf=pass smtp.mailfrom="a; dkim=pass header.d=partner.test"@evil.test',
        f"{OURS}; dkim=pass header.d=partner.test; dmarc=fail header.from=partner.test",
        f"{OURS}; dmarc=pass header.from=evil.test",
        f"{OURS}; dkim=pass",
    ],
    ids=[
        "none", "envelope only", "another's", "suffix", "deeper", "not passed", "user's name", "comment",
        "reason", "quoted mailbox", "dmarc failed", "another's dmarc", "no domain",
    ],
)  # fmt: skip
def test_nothing_else_proves_it(header: str) -> None:
    assert not is_proved(header)


@pytest.mark.parametrize(
    "header",
    [
        "", ";", "dkim=pass header.d=partner.test", f"{OURS} 2; dkim=pass header.d=partner.test",
        f"{OURS}; dkim=pass (open header.d=partner.test", f'{OURS}; dkim=pass header.d="partner.test',
        f"{OURS}; dkim=pass header.d=evil.test header.d=partner.test", f"{OURS}; pass", f"{OURS}; dkim=",
        f"{OURS}; dkim=pass {'(' * (COMMENT_DEPTH_MAX + 1)}{')' * (COMMENT_DEPTH_MAX + 1)}",
        f"{OURS}; dkim=pass ) header.d=partner.test", f"{GOOD}{' ' * 9_000}",
    ],
    ids=[
        "empty", "no server", "no name", "version", "comment", "quote", "two values", "no method",
        "no result", "deep", "closed twice", "long",
    ],
)  # fmt: skip
def test_what_is_not_as_the_standard_has_it_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_results(header)


def mail(*headers: str) -> str:
    return "".join(f"Authentication-Results: {one}\r\n" for one in headers) + "From: a@partner.test\r\n\r\nx"


@pytest.mark.parametrize(
    ("headers", "is_believed"),
    [
        ((GOOD,), True),
        ((GOOD.upper(),), True),
        (("other.test; dkim=fail", GOOD), True),
        ((f"{OURS}; dkim=none", GOOD), False),
        ((f"{OURS}; dkim=pass (", GOOD), False),
        (("other.test; dkim=pass header.d=partner.test",), False),
        ((), False),
    ],
    ids=["ours", "capitals", "another's above", "forged below", "unreadable above", "another's", "none"],
)
def test_only_the_topmost_of_the_house_s_own_server_is_believed(
    headers: tuple[str, ...], is_believed: bool
) -> None:
    found = vouched_by(message_from_string(mail(*headers)), OURS)
    assert bool(found and proves(found, "partner.test")) is is_believed


@given(st.text(alphabet='abcdkimpss=;().\\" \t\r\n1@-', max_size=200))
@example(f"{OURS}; a=b" + "\\")
def test_any_text_is_read_or_refused_and_never_proves_by_what_is_quoted(text: str) -> None:
    inside = text.replace("\\", "").replace('"', "")
    header = f'{OURS}; dkim=none reason="{inside}"; x=y ({inside.replace("(", "").replace(")", "")})'
    for one in (text, header):
        try:
            found = parse_results(one)
        except ValueError:
            continue
        if one is header:
            assert [each.method for each in found.findings] == ["dkim", "x"]
            assert not proves(found, "a")
