from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.report_calls import Clerk
from tutela.hotline.intake.models import Report

pytestmark = pytest.mark.django_db
SCART = """URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE
https://there.test/1;https://from.test/;;R-1;web;image
"""


@pytest.fixture
def clerk(capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path) -> Clerk:
    return Clerk(capsys, settings, tmp_path)


def a_file(clerk: Clerk, text: str, encoding: str = "utf-8") -> str:
    path = clerk.folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_a_file_is_looked_at_and_then_taken_in(clerk: Clerk) -> None:
    path = a_file(clerk, SCART)
    assert clerk("import", path, "--check") == 0
    assert clerk.out == "1 can be taken in, 0 wrong\n" and not Report.objects.exists()
    assert clerk("import", path) == 0 and clerk.out == "1 taken in, 0 wrong\n"
    assert Report.objects.get().channel == "file"


def test_all_rows_come_in_or_none_but_where_one_says_so(clerk: Clerk) -> None:
    path = a_file(clerk, "url\nhttps://there.test/1\nnowhere\n")
    assert clerk("import", path) == 2 and "line 3: addresses no address" in clerk.err
    assert not Report.objects.exists()
    assert clerk("import", path, "--skip-wrong") == 0 and Report.objects.count() == 1


@pytest.mark.parametrize("text", ["", "address\nhttps://there.test/", "url,colour\n"])
def test_a_file_of_another_kind_is_refused(clerk: Clerk, text: str) -> None:
    assert clerk("import", a_file(clerk, text)) == 2 and "header with url" in clerk.err


def test_a_file_in_another_encoding_is_refused(clerk: Clerk) -> None:
    assert clerk("import", a_file(clerk, "url,text\nhttps://a.test/,gr\u00fcn", "latin-1")) == 2
    assert "UTF-8" in clerk.err
