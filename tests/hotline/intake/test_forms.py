from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.forms import Form, answer_form, origin_of, typed_in
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.portals import Portal

pytestmark = pytest.mark.django_db
SAW = Form(way="saw", template="intake/report.html", channel="test", sender="a-partner")


@pytest.mark.usefixtures("public")
def test_the_answer_comes_with_the_receipt_of_what_was_taken_in(places: Places) -> None:
    response, receipt = answer_form(RequestFactory().post("/report", a_form()), SAW)
    assert response.status_code == 200 and receipt is not None
    report = Report.objects.get()
    assert (report.channel, report.sender, report.items.all()[0].source) == (
        "test",
        "a-partner",
        "partner",
    )


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("again", ["language", "choose"])
def test_a_button_that_only_changes_the_page_sends_nothing(places: Places, again: str) -> None:
    response, receipt = answer_form(RequestFactory().post("/report", a_form(**{again: "de"})), SAW)
    assert response.status_code == 200 and receipt is None and not Report.objects.exists()


def test_a_report_is_of_the_portal_and_the_language_of_its_page() -> None:
    request = RequestFactory().post("/report", {"shown_in": "nl"})
    request.portal = Portal(key="be")  # type: ignore[attr-defined]  # as Portals does
    origin = origin_of(request, adds_to="d" * 64)
    assert (origin.language, origin.portal, origin.adds_to) == ("nl", "be", "d" * 64)


def test_what_was_typed_comes_back_readable() -> None:
    typed = typed_in(RequestFactory().post("/report", {"text": "a\x07", "no_receipt": "1"}))
    assert typed["text"] == "a\u2407" and typed["no_receipt"] is True and typed["urgent"] is False


@pytest.mark.parametrize(("path", "way"), [("/me", "self"), ("/threat", "threat"), ("/report", "saw")])
@pytest.mark.parametrize("sent", [{}, {"choose": "1", "country": "NL"}], ids=["fault", "country"])
@pytest.mark.django_db
def test_a_page_that_is_shown_again_stays_the_way_in_that_it_was(
    public: Client, path: str, way: str, sent: dict[str, str]
) -> None:
    answer = public.post(path, sent | {"way": "another"})
    assert answer.context["way"] == way
    assert f'action="{path}"' in answer.content.decode()
