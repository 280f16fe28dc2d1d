from __future__ import annotations

import time
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.mailbox.reports.making import PICTURE, a_mail, with_picture, with_table
from tutela.hotline.intake.untrusted import ADDRESSES_MAX, TEXT_CHARACTERS_MAX
from tutela.hotline.mailbox.reports import contents as module
from tutela.hotline.mailbox.reports.contents import Contents, parse_contents

LINES = [f"https://a.test/{number}" for number in range(151)]
TABLE = b"url,text,urgent\nhttps://a.test/1,one,yes\nnowhere,,\nhttps://a.test/2,,\n"


def read(mail: EmailMessage | bytes, *, may_be_urgent: bool = True) -> Contents:
    return parse_contents(mail if isinstance(mail, bytes) else mail.as_bytes(), may_be_urgent=may_be_urgent)


def addresses(contents: Contents) -> list[str]:
    return [one.canonical for told in contents.told for one in told.addresses]


def test_addresses_and_words_are_one_report() -> None:
    contents = read(
        a_mail(
            "Seen today.\nhxxps://there[.]test/one\nhttps://there.test/two\n\n-- \nA https://partner.test\n"
        )
    )
    (told,) = contents.told
    assert addresses(contents) == ["https://there.test/one", "https://there.test/two"]
    assert told.text == "Report 7\n\nSeen today."
    assert (contents.result, contents.is_whole, told.urgent) == ("taken", True, False)


def test_words_alone_are_a_report_and_an_automatic_answer_is_none() -> None:
    assert read(a_mail("Call us.")).told[0].text == "Report 7\n\nCall us."
    assert read(a_mail("I am away.", Auto_Submitted="auto-replied")).result == "empty"
    assert read(a_mail("")).result == "empty"
    assert read(a_mail("https://a.test/", Auto_Submitted="auto-generated")).result == "taken"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text/csv", "x"),
        ("application/vnd.ms-excel", "L.CSV"),
        ("application/octet-stream", "l.csv"),
        ("text/plain", "l.csv"),
    ],
)
def test_each_row_of_a_table_is_a_report(kind: str, name: str) -> None:
    mail = a_mail("The list of today.")
    main, _, sub = kind.partition("/")
    mail.add_attachment(TABLE, maintype=main, subtype=sub, filename=name)
    contents = read(mail)
    assert addresses(contents) == ["https://a.test/1", "https://a.test/2"]
    assert [(one.text, one.urgent) for one in contents.told] == [
        ("one\n\nReport 7\n\nThe list of today.", True),
        ("", False),
    ]
    assert (contents.wrong, contents.left_out, contents.is_whole) == (1, 0, False)


def test_only_who_may_says_that_a_child_is_in_danger() -> None:
    mail = with_table(a_mail(Importance="High"), TABLE)
    assert {one.urgent for one in read(mail).told} == {True}
    assert {one.urgent for one in read(mail, may_be_urgent=False).told} == {False}


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (b"name;other\nx;y\n", "text/csv"),
        (b"\xff\xfe\x00\x01", "text/csv"),
        (b"url\nhttps://a.test/\x00", "text/csv"),
        (b"url\nhttps://a.test/1\n", "application/pdf"),
    ],
    ids=["other columns", "no text", "nul", "another kind"],
)  # fmt: skip
def test_what_is_no_table_is_left_out_and_counted(table: bytes, kind: str) -> None:
    contents = read(with_table(a_mail(), table, kind=kind))
    assert addresses(contents) == ["https://there.test/one"]
    assert (contents.left_out, contents.is_whole) == (1, False)


def test_a_table_in_an_older_charset_is_read() -> None:
    mail = a_mail("")
    mail.add_attachment(
        "url,text\nhttps://a.test/1,\u00fcber\n".encode("cp1252"),
        maintype="text",
        subtype="csv",
        params={"charset": "cp1252"},
    )
    assert read(mail).told[0].text.startswith("\u00fcber")


def test_a_table_that_names_a_charset_that_is_none_is_read_as_utf_8_or_left_out() -> None:
    for table, taken, left_out in (
        (b"url\nhttps://a.test/1\n", ["https://a.test/1"], 0),
        (b"url\nhttps://a.test/\xff\n", [], 1),
    ):
        mail = a_mail("https://there.test/one")
        mail.add_attachment(table, maintype="text", subtype="csv", params={"charset": "no-such"})
        contents = read(mail)
        assert addresses(contents) == ["https://there.test/one", *taken]
        assert contents.left_out == left_out


def test_pictures_are_not_decoded_and_the_mail_is_taken_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = with_picture(with_picture(a_mail()))
    decoded: list[str] = []
    real: Any = EmailMessage.get_payload

    def get_payload(part: EmailMessage, i: object = None, decode: bool = False) -> object:
        decoded.extend([part.get_content_type()] if decode else [])
        found: object = real(part, i, decode)
        return found

    monkeypatch.setattr("email.message.Message.get_payload", get_payload)
    contents = read(mail)
    assert (addresses(contents), contents.left_out) == (["https://there.test/one"], 2)
    assert set(decoded) == {"text/plain"}
    assert PICTURE.decode("latin-1") not in repr(contents)


def test_a_mail_that_a_large_picture_cuts_off_is_taken_up_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAIL_BYTES_MAX", 20_000)
    contents = read(with_picture(a_mail(), b"x" * 20_000).as_bytes()[:20_001])
    assert (addresses(contents), contents.is_whole) == (["https://there.test/one"], False)
    cut = with_table(a_mail(), b"url\n" + b"https://a.test/1\n" * 2_000)
    assert addresses(read(cut.as_bytes()[:20_001])) == ["https://there.test/one"]
    assert read(b"From: a@b.test\r\n\r\n" + b"https://a.test/ x\n" * 2_000).result == "empty"


def test_html_alone_is_refused_and_beside_plain_text_is_passed_over() -> None:
    alone = a_mail("")
    alone.set_content("<a href='https://a.test/'>x</a>", subtype="html")
    assert read(alone).result == "html"
    both = a_mail()
    both.add_alternative("<p>https://b.test/</p>", subtype="html")
    contents = read(both)
    assert (addresses(contents), contents.is_whole) == (["https://there.test/one"], True)
    assert read(with_table(alone, TABLE)).left_out == 1


def test_many_addresses_are_reports_of_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPORTS_MAX", 150)
    told = read(a_mail("\n".join(LINES[:150]))).told
    assert [len(one.addresses) for one in told] == [ADDRESSES_MAX, 50]
    assert {one.text for one in told} == {"Report 7"}


@pytest.mark.parametrize(
    "mail",
    [
        a_mail("\n".join(LINES)),
        with_table(a_mail(), "\n".join(["url", *LINES[:150]]).encode()),
        a_mail("word " * 60_000),
    ],
    ids=["addresses", "rows", "words"],
)
def test_of_more_than_a_mail_may_hold_nothing_is_taken(
    mail: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REPORTS_MAX", 150)
    contents = read(mail)
    assert (contents.result, contents.told) == ("too_much", ())


def test_more_words_than_a_report_holds_are_cut_and_that_is_told() -> None:
    contents = read(a_mail("https://a.test/\n" + "word " * 4_000))
    assert (len(contents.told[0].text), contents.is_cut, contents.is_whole) == (
        TEXT_CHARACTERS_MAX,
        True,
        False,
    )


def test_control_and_bidi_characters_and_wrong_charsets_are_read() -> None:
    raw = (
        b"Subject: =?utf-8?b?4oCu?= =?x?\r\nContent-Type: text/plain; charset=no-such\r\n\r\n"
        b"https://a.test/\xe2\x80\xae1\r\nsee \x00\x1b\xff\xe2\x80\xae\r\n"
    )
    (told,) = read(raw).told
    assert addresses(read(raw)) == ["https://a.test/%E2%80%AE1"]
    assert "\x00" not in told.text
    assert "\x1b" not in told.text
    assert "\u202e" in told.text


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\nhttps://a.test/\r\n" * 60,
        b"".join(
            f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(20)
        ) + b"\r\nhttps://a.test/",
        b"Content-Type: text/plain; " + b"a=b; " * 2_000 + b"\r\n\r\nhttps://a.test/",
        b"boundary" * 200,
        b"\n" * 200_000,
    ],
    ids=["parts", "nesting", "header", "boundaries", "lines"],
)  # fmt: skip
def test_bombs_are_refused_whole(raw: bytes) -> None:
    began = time.process_time()
    assert read(raw).result == "unreadable"
    assert time.process_time() - began < 2


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for raw in (data, b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + data):
        contents = read(raw)
        assert bool(contents.told) is (contents.result == "taken")
        assert all(len(one.text) <= TEXT_CHARACTERS_MAX for one in contents.told)


@given(st.text(max_size=300))
def test_any_text_is_taken_or_empty_and_sealable(text: str) -> None:
    for told in read(a_mail("x" + text.replace("\r", "").encode("utf-8", "replace").decode())).told:
        told.text.encode("utf-8")
