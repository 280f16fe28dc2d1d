"""The search for the mark finds it in every form and place, and nothing where nothing is."""

from __future__ import annotations

import base64
import gzip
import os
import sqlite3
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from proofs.disk_search import make_image, mounted
from proofs.faults.canary import BEGINNINGS, MARK_BYTES, Canary, files_below

CANARY = Canary()
FORMS = {
    "raw": CANARY.media,
    "hex": CANARY.media.hex().encode(),
    "capital hex": CANARY.media.hex().upper().encode(),
    **{f"base64 {shift}": base64.b64encode(bytes(shift) + CANARY.media) for shift in range(3)},
    "text in 16 bits": CANARY.media.decode("latin-1").encode("utf-16-le"),
    "address": CANARY.url().encode(),
    "address in capitals": CANARY.url().upper().encode(),
    "address in 16 bits": CANARY.url().encode("utf-16-le"),
    "address in base64": base64.b64encode(CANARY.url().encode()),
    "address in percents": "".join(f"%{ord(one):02x}" for one in CANARY.url()).encode(),
    "address as a parameter": quote(CANARY.url(), safe="").encode(),
    "compressed": gzip.compress(b"log\n" + CANARY.media),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found(tmp_path: Path, form: str) -> None:
    # A compressed file is one from its first byte on; what it holds is nowhere else to be read.
    before, after = (b"", b"") if form == "compressed" else (b"before " * 50, b" after" * 50)
    (tmp_path / "file").write_bytes(before + FORMS[form] + after)
    mark = "address" if form.startswith("address") else "media"
    assert CANARY.places([tmp_path / "file"]) == (f"{mark} in file",)
    assert Canary().places([tmp_path / "file"]) == ()


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_a_medium_begins_as_its_type_and_holds_the_mark(kind: str) -> None:
    medium = CANARY.medium(kind)
    assert medium.startswith(BEGINNINGS[kind])
    assert medium.count(CANARY.media) == 2
    assert len(CANARY.media) == MARK_BYTES


def test_a_database_and_its_log_are_searched(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "some.sqlite")) as file:
        file.execute("PRAGMA journal_mode = wal")
        file.execute("CREATE TABLE t (value text)")
        file.execute("INSERT INTO t VALUES (?)", [CANARY.url()])
        file.commit()
        places = CANARY.places(files_below(tmp_path))
    assert any("sqlite" in place for place in places)


def test_in_mail_the_address_stands_in_one_body_only() -> None:
    message = EmailMessage()
    message["Subject"] = "Notice"
    message.set_content(f"Please look at\n{CANARY.url()}\n")
    assert CANARY.in_mail([bytes(message)]) == (1, ())
    message.replace_header("Subject", f"Notice {CANARY.address}")
    assert CANARY.in_mail([bytes(message)])[1] == ("address in a header",)
    message.replace_header("Subject", "Notice")
    message.add_attachment(CANARY.media, maintype="image", subtype="png")
    assert CANARY.in_mail([bytes(message)])[1] == ("media in a message",)


@pytest.mark.needs("mount")
def test_what_was_unlinked_on_an_image_is_found(tmp_path: Path) -> None:
    make_image(tmp_path / "disk.img", 8 << 20)
    with mounted(tmp_path / "disk.img", tmp_path / "disk") as disk:
        (disk / "spool").write_bytes(CANARY.medium("png"))
        os.sync()
        (disk / "spool").unlink()
    assert CANARY.places([tmp_path / "disk.img"], address=False) == ("media in disk.img",)
