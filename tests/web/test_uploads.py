from __future__ import annotations

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from tutela.web import public_settings
from tutela.web import settings as desk_settings

#: More than Django holds in memory (FILE_UPLOAD_MAX_MEMORY_SIZE, 2.5 MiB).
LARGE = b"a mark" * 600_000


def test_a_file_that_nobody_asked_for_stands_on_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def written(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a file that was sent is written to a disk")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", written)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", written)
    for large in (LARGE, b"small"):
        sent = {"text": "what I saw", "file": SimpleUploadedFile("a.bin", large)}
        request = RequestFactory().post("/report", sent)
        assert request.POST["text"] == "what I saw"
        assert not request.FILES


@pytest.mark.django_db
def test_nor_does_one_that_comes_to_the_sign_in_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryUploadedFile", lambda *all_of: made.append(all_of)
    )
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    sent = {"login": "a@b.test", "file": SimpleUploadedFile("a.bin", LARGE)}
    assert client.post("/account/login/", sent).status_code == 403
    assert not made


def test_both_sides_let_files_go(settings: Settings) -> None:
    for side in (desk_settings, public_settings, settings):
        assert side.FILE_UPLOAD_HANDLERS == ["tutela.web.uploads.LetGo"]
