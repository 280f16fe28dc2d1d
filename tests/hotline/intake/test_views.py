from __future__ import annotations

import re
import time
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.hotline.intake.making import Places, a_form, every_row
from tutela.hotline.intake.crowd import Budget, crowd
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.pages import PAGE_BYTES
from tutela.hotline.intake.sealed_words import parse_words
from tutela.kernel.custody.sealed_texts import open_text
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
    ours = [link for link in links if link.startswith(("/", "#", "?", "data:,"))]
    assert ours and all(link.startswith("https://") for link in set(links) - set(ours))
    assert text.count('href="https://') == text.count('rel="noreferrer"') - 1  # one is the way out
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
    right = words_of(page(public.post("/report", a_form())))
    typed = ("abacus", "x" * 900, "\x00", right)
    answers = [page(public.post("/receipt", {"receipt": one})) for one in typed]
    assert len({len(answer.encode()) for answer in answers}) == 1
    plain = {re.sub(r'value="[^"]*"', "", answer).strip() for answer in answers[:3]}
    assert len(plain) == 1 and "There is no report with this receipt" in plain.pop()
    assert "waits for the next person" in answers[3]


def test_what_cannot_be_kept_is_not_acknowledged(
    public: Client, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise Unavailable("full", retry_after_seconds=30)

    monkeypatch.setattr("tutela.hotline.intake.forms.keep_report", full)
    response = public.post("/report", a_form())
    text = page(response, 503)
    assert response.headers["Retry-After"] == "30"
    assert "https://there.test/one" in text and "seven words" not in text


def test_more_than_can_be_read_is_refused_with_advice(public: Client, places: Places) -> None:
    assert "in several reports" in page(public.post("/report", a_form(text="x" * (9 << 20))), 413)


def test_so_is_it_in_the_form_in_which_browsers_send_it(public: Client, places: Places) -> None:
    kind = "application/x-www-form-urlencoded"
    response = public.post("/report", b"text=" + b"x" * (9 << 20), content_type=kind)
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


def test_the_first_page_leads_to_the_four_ways_in(public: Client) -> None:
    text = page(public.get("/"))
    for path in ("/report", "/me", "/threat", "/else"):
        assert f'<li><a href="{path}?language=en">' in text
        assert page(public.get(path))


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


def hidden(text: str, name: str = "ticket") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found[1]


def test_a_form_that_is_sent_twice_is_one_report(public: Client, places: Places) -> None:
    ticket = hidden(page(public.get("/report")))
    first, again = (page(public.post("/report", a_form(ticket=ticket))) for _ in range(2))
    assert words_of(first) == words_of(again) != "" and Report.objects.count() == 1
    mended = page(public.post("/report", a_form(ticket=ticket, text="seen yesterday")))
    assert words_of(mended) != words_of(first) and Report.objects.count() == 2


def test_ten_thousand_addresses_are_refused_and_none_is_lost(public: Client, places: Places) -> None:
    many = "\n".join(f"https://there.test/{number}/{'x' * 60}" for number in range(10_000))
    text = page(public.post("/report", a_form(addresses=many)), 422)
    assert "There are too many addresses" in text and many in text and not Report.objects.exists()
    assert text.count('<li><a href="#addresses">') == 1


def test_text_that_turns_round_and_bytes_are_no_fault(public: Client, places: Places) -> None:
    odd = "\u202egnp.exe\u2066 \x00\x01\x7f \ud800".encode("utf-8", "replace").decode()
    text = page(public.post("/report", a_form(addresses="https://there.test/\u202efdp", text=odd)))
    assert words_of(text)
    assert "\u2400" in page(public.post("/report", a_form(addresses="nowhere", text=odd)), 422)


def test_nobody_must_take_a_receipt(public: Client, places: Places) -> None:
    text = page(public.post("/report", a_form(no_receipt="1")))
    assert "You wanted no receipt" in text and not words_of(text) and Report.objects.count() == 1


def test_a_child_says_it_in_its_own_way(public: Client, places: Places) -> None:
    for path, way in (("/me", "self"), ("/threat", "threat")):
        form = {
            "text": "somebody has a picture of me",
            "age": "13_15",
            "ticket": hidden(page(public.get(path))),
        }
        text = page(public.post(path, form))
        assert "You were brave" in text and words_of(text)
        report = Report.objects.get(way=way)
        assert (report.age, report.urgent, report.items.count()) == ("13_15", False, 0)
    public.post("/me", {"text": "x", "age": "7", "way": "<b>"})
    assert Report.objects.filter(way="self", age="").count() == 1


def test_what_makes_a_disguised_site_findable_is_sealed_with_the_words(
    public: Client, places: Places
) -> None:
    form = a_form(referrer="https://from.test/x", route="searched\nfor it", access="password: kiwi")
    assert words_of(page(public.post("/report", form)))
    words = open_text(bytes(Report.objects.get().text_sealed), places.vault)
    assert parse_words(words) == (
        "seen today",
        {"referrer": "https://from.test/x", "route": "searched\nfor it", "access": "password: kiwi"},
    )
    text = page(public.post("/report", form | {"route": "x" * 3_000, "addresses": "nowhere"}), 422)
    assert "This is too long." in text and "<details open>" in text and "password: kiwi" in text


def test_help_is_that_of_the_country_one_chose_and_never_guessed(public: Client) -> None:
    for_nobody = page(public.get("/report", headers={"accept-language": "nl-NL"}))
    assert "Kies uw land" in for_nobody and "<strong>112</strong>" in for_nobody
    text = page(public.post("/report", {"choose": "1", "country": "GB", "addresses": "nowhere"}))
    assert ">999</strong>" in text and "Childline" in text and "nowhere</textarea>" in text
    everything = page(public.get("/help", {"country": "BE"}))
    assert "Child Focus" in everything and "Stop it Now" in everything
    assert "named by others, not checked by us yet" in everything
    assert "2026-10-09" in page(public.get("/help", {"country": "NL"}))
    assert ">112</strong>" in page(public.get("/help", {"country": '"><b>'}))


def test_something_is_added_to_a_report(public: Client, places: Places) -> None:
    words = words_of(page(public.post("/report", a_form())))
    form = {"receipt": words, "add": "1", "addresses": "https://there.test/three", "text": ""}
    text = page(public.post("/receipt", form | {"ticket": hidden(page(public.get("/receipt")))}))
    assert "It was added to your report" in text and "Addresses: 3" in text
    assert Report.objects.exclude(adds_to=None).get().items.count() == 1
    wrong = page(public.post("/receipt", form | {"receipt": "abacus", "text": "mine"}))
    assert "no report with this receipt" in wrong and "mine</textarea>" in wrong
    assert "Please mend this" in page(public.post("/receipt", form | {"addresses": "nowhere"}), 422)
    assert Report.objects.count() == 2


def test_who_must_leave_is_led_away(public: Client) -> None:
    response = public.get("/leave")
    assert response.status_code == 302 and response.headers["Location"].startswith("https://www.")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Cache-Control"] == "no-store"


def test_the_button_is_a_plain_link_in_each_language(public: Client) -> None:
    text = unescape(page(public.get("/button")))
    assert '<a href="http://testserver/?language=fr" rel="noreferrer">Signaler' in text
    assert text.count("?language=") >= 6


def test_the_button_leads_to_where_any_browser_comes(public: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.TUTELA_PUBLIC_URL = [f"{'a' * 56}.onion"], "https://house.test"
    text = unescape(public.get("/button", headers={"host": settings.ALLOWED_HOSTS[0]}).content.decode())
    assert '<a href="https://house.test/?language=fr" rel="noreferrer">' in text and ".onion" not in text


def flood(public: Client) -> None:
    while public.post("/report", a_form()).status_code == 200:
        pass


def test_under_load_one_waits_or_works_and_loses_nothing(
    public: Client, places: Places, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TUTELA_REPORTS_PER_SECOND = 0.02
    crowd.cache_clear()
    flood(public)
    response = public.post("/report", a_form(text="a good one"))
    text = response.content.decode()
    assert response.status_code == 429 and response.headers["Retry-After"] == "20"
    assert "nothing of it is lost" in text and "a good one</textarea>" in text
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert re.search(r'<script src="/assets/\w+/waiting.js" defer></script>', text)
    now = time.monotonic() + 20
    monkeypatch.setattr(crowd().tickets, "_now", lambda: now)
    crowd()._proven = Budget(per_second=1, burst=1, now=lambda: now)
    assert words_of(page_of(public.post("/report", a_form(text="a good one", ticket=hidden(text)))))


def page_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())
