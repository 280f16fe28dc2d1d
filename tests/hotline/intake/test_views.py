from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.hotline.intake.making import Places, a_form, every_row
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.pages import PAGE_BYTES
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    assert not response.cookies and response.headers["Cache-Control"] == "no-store"
    assert "script-src 'none'" in response.headers["Content-Security-Policy"]
    assert len(response.content) % PAGE_BYTES == 0
    text: str = response.content.decode()
    assert "<script" not in text and "csrf" not in text and "style=" not in text
    links = re.findall(r'(?:src|href|action)="([^"]*)"', text)
    assert links and all(link.startswith(("/", "#", "data:,")) for link in links)
    return text


def words_of(text: str) -> str:
    return " ".join(re.findall(r'<li lang="en">([a-z-]+)</li>', text))


def test_a_report_goes_in_and_its_receipt_tells_how_far_it_is(public: Client, places: Places) -> None:
    assert "Is a child in danger right now?" in page(public.get("/report"))
    words = words_of(page(public.post("/report", a_form())))
    assert words.count(" ") == 6
    assert "waits for the next person" in page(public.post("/receipt", {"receipt": words.upper()}))


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(public: Client, places: Places) -> None:
    form = a_form(addresses="https://there.test/<b>\nnowhere", text="\n  my words & <i>\x07", urgent="1")
    text = page(public.post("/report", form), 422)
    assert "Line 2: This is no web address." in text and 'aria-invalid="true"' in text
    assert "https://there.test/&lt;b&gt;\nnowhere</textarea>" in text
    assert ">\n\n  my words &amp; &lt;i&gt;\u2407</textarea>" in text and 'value="1" checked' in text
    assert "Please mend:" in text and not Report.objects.exists()


def test_changing_the_language_loses_nothing_and_sends_nothing(public: Client, places: Places) -> None:
    text = page(public.post("/report", a_form(language="de", shown_in="en")))
    assert "https://there.test/two</textarea>" in text and 'lang="de"' in text
    assert "Meldung senden" in text and not Report.objects.exists()
    words = words_of(page(public.post("/report", a_form(shown_in="de"))))
    assert words and Report.objects.get().language == "de"


def test_a_wrong_receipt_gets_one_answer(public: Client, places: Places) -> None:
    answers = {page(public.post("/receipt", {"receipt": one})) for one in ("abacus", "x" * 900, "\x00")}
    assert len(answers) == 1 and "There is no report with this receipt" in answers.pop()


def test_what_cannot_be_kept_is_not_acknowledged(
    public: Client, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise Unavailable("full", retry_after_seconds=30)

    monkeypatch.setattr("tutela.hotline.intake.views.receive_report", full)
    response = public.post("/report", a_form())
    text = page(response, 503)
    assert response.headers["Retry-After"] == "30"
    assert "https://there.test/one" in text and "seven words" not in text


def test_more_than_can_be_read_is_refused_with_advice(public: Client, places: Places) -> None:
    assert "in several reports" in page(public.post("/report", a_form(text="x" * 3_000_000)), 413)


def test_so_is_it_in_the_form_in_which_browsers_send_it(public: Client, places: Places) -> None:
    kind = "application/x-www-form-urlencoded"
    response = public.post("/report", b"text=" + b"x" * 3_000_000, content_type=kind)
    assert "in several reports" in page(response, 413)


def test_letters_that_are_none_are_no_fault(public: Client, places: Places) -> None:
    kind = "application/x-www-form-urlencoded"
    response = public.post(
        "/report", b"addresses=https://there.test/%FF%C3%28&text=%00%ff", content_type=kind
    )
    assert words_of(page(response))


@pytest.mark.parametrize("path", ["/report", "/receipt"])
def test_other_methods_are_none_of_ours(public: Client, path: str) -> None:
    assert public.put(path).status_code == 405
    assert public.head(path).status_code == 200


def test_the_first_page_leads_to_the_report(public: Client) -> None:
    assert public.get("/").headers["Location"] == "/report"


def test_nothing_of_the_staff_is_here(public: Client) -> None:
    for path in ("/account/login/", "/items/", "/people/"):
        assert "There is no page at this address." in page(public.get(path), 404)


def test_nothing_of_whoever_sends_is_kept(
    public: Client, places: Places, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = "canary-9c1e"
    headers = {
        "user-agent": mark,
        "referer": f"https://{mark}.test/",
        "x-forwarded-for": f"{mark}, 192.0.2.77",
    }
    for form in (a_form(), a_form(addresses="nowhere")):
        public.post("/report", form, headers=headers, REMOTE_ADDR="192.0.2.77")
    public.post("/receipt", {"receipt": mark}, headers=headers, REMOTE_ADDR="192.0.2.77")
    said = every_row() + caplog.text + "".join(capsys.readouterr())
    assert Report.objects.exists() and mark not in said and "192.0.2.77" not in said
