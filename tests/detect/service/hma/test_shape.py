from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request

from tests.detect.service.hma.desk import RULES, Desk
from tutela.detect.service.hma.answers import Wrong
from tutela.detect.service.hma.shape import BASE, Hma, flag, route, signal_named


def asked(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


@pytest.mark.parametrize("word", ["1", "true", "True", "yes", "on", "t", "Y"])
def test_a_yes_is_read_as_pydantic_reads_it(word: str) -> None:
    assert flag(asked(f"x={word}"), "x") is True


@pytest.mark.parametrize("query", ["x=0", "x=false", "x=No", "x=off", "", "y=1"])
def test_a_no_is_read(query: str) -> None:
    assert flag(asked(query), "x") is False


@pytest.mark.parametrize("query", ["x=", "x=2", "x=perhaps"])
def test_anything_else_is_wrong(query: str) -> None:
    with pytest.raises(Wrong):
        flag(asked(query), "x")


def test_a_route_is_named_by_its_handler_and_stands_below_the_token(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    hma = Hma(service=desk.service, rules=RULES, signals=RULES.signals())
    assert hma.shelf is desk.shelf

    async def hma_something(_hma: object, _request: object, _caller: object) -> None:
        """Nothing."""

    made = route(hma, "GET", "/x", hma_something)  # type: ignore[arg-type]  # never called
    assert (made.name, made.path) == ("hma_something", BASE + "/x")
    assert signal_named(hma, "pdq").kind == "pdq"
    with pytest.raises(Wrong, match="pdq, video_md5"):
        signal_named(hma, "nothing")
    desk.close()
