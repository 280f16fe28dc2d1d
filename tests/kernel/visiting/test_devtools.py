"""The pipe to a browser, with a browser of a few lines at its other end."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tutela.kernel.errors import Unavailable
from tutela.kernel.visiting import devtools
from tutela.kernel.visiting.devtools import Devtools

Answer = Callable[[dict[str, Any]], list[Any]]


@contextmanager
def browser(answer: Answer) -> Iterator[tuple[Devtools, list[dict[str, Any]]]]:
    """A pipe at whose other end each question is met with these messages, and the questions."""
    (asked, asking), (heard, saying) = os.pipe(), os.pipe()
    questions: list[dict[str, Any]] = []

    def serve() -> None:
        with open(asked, "rb") as source, open(saying, "wb", buffering=0) as target:
            data = b""
            while piece := source.read1(65_536):
                data += piece
                while b"\x00" in data:
                    row, _, data = data.partition(b"\x00")
                    questions.append(json.loads(row))
                    for one in answer(questions[-1]):
                        target.write(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\x00")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    tools = Devtools(heard, asking)
    try:
        yield tools, questions
    finally:
        tools.close()
        tools.close()
        thread.join(5)


def test_the_answer_to_a_question_is_found_among_events() -> None:
    def answer(question: dict[str, Any]) -> list[Any]:
        return [
            {"method": "Some.event"},
            {"id": 99, "result": {}},
            {"id": question["id"], "result": {"x": 1}},
        ]

    with browser(answer) as (tools, questions):
        assert tools.ask("Page.enable", {"a": 2}, session="s", seconds=5) == {"x": 1}
        assert questions[0] == {"id": 1, "method": "Page.enable", "params": {"a": 2}, "sessionId": "s"}


def test_a_window_that_asks_is_told_yes_so_that_the_page_goes_on() -> None:
    def answer(question: dict[str, Any]) -> list[Any]:
        if question["method"] == "Page.handleJavaScriptDialog":
            return []
        opening = {"method": "Page.javascriptDialogOpening", "sessionId": "s", "params": {}}
        return [opening, {"id": question["id"], "result": {}}]

    with browser(answer) as (tools, questions):
        tools.ask("Page.navigate", seconds=5)
        tools.wait(0.05)
        assert questions[-1]["params"] == {"accept": True}
        assert questions[-1]["sessionId"] == "s"


@pytest.mark.parametrize(
    "said",
    [[], [b"no json\x00"], [b"[" * 100_000 + b"\x00"], [{"id": 1, "error": {}}], [{"id": 1, "result": 7}]],
)
def test_what_is_no_answer_in_time_is_no_answer(said: list[Any]) -> None:
    with browser(lambda _question: said) as (tools, _), pytest.raises(Unavailable):
        tools.ask("Page.enable", seconds=0.2)


def test_a_browser_that_has_ended_is_said_to_have() -> None:
    (asked, asking), (heard, saying) = os.pipe(), os.pipe()
    os.close(saying)
    tools = Devtools(heard, asking)
    with pytest.raises(Unavailable, match="ended"):
        tools.ask("Page.enable", seconds=5)
    os.close(asked)
    with pytest.raises(Unavailable, match="ended"):
        tools.ask("Page.enable", seconds=5)
    tools.close()


def test_a_pipe_that_cannot_be_read_is_a_browser_that_ended() -> None:
    (asked, asking), (heard, saying) = os.pipe(), os.pipe()
    os.close(heard)  # what is left is an end to write to: it counts as ready, and cannot be read
    tools = Devtools(saying, asking)
    with pytest.raises(Unavailable, match=r"ended$"):
        tools.ask("Page.enable", seconds=5)
    tools.close()
    os.close(asked)


def test_a_browser_that_says_too_much_is_heard_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devtools, "MESSAGE_BYTES_MAX", 1_000)
    much = [b"x" * 70_000]  # more than is read at once
    with browser(lambda _question: much) as (tools, _), pytest.raises(Unavailable, match="too much"):
        tools.ask("Page.enable", seconds=5)
