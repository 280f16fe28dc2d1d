from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tutela.hotline.routes import declared, for_act, open_page


def page(_request: HttpRequest) -> HttpResponse:
    """A page."""
    return HttpResponse("here")


def test_looking_and_sending_are_two_acts() -> None:
    route = declared(for_act("see_items", write="close_item")(page))
    assert route is not None
    assert (route.act("GET"), route.act("HEAD"), route.act("POST")) == (
        "see_items",
        "see_items",
        "close_item",
    )


def test_a_page_without_a_form_takes_no_post() -> None:
    route = declared(for_act("see_items")(page))
    assert route is not None and (route.act("POST"), route.act("DELETE")) == ("", "")


def test_an_open_page_says_why() -> None:
    route = declared(open_page("people sign in here")(page))
    assert route is not None and (route.open_because, route.act("GET")) == ("people sign in here", "")


def test_a_declared_page_is_still_the_page() -> None:
    answer = for_act("see_items")(page)(HttpRequest())
    assert isinstance(answer, HttpResponse) and answer.content == b"here"
    assert declared(page) is None
