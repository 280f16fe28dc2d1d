"""The fetcher over a socket is the fetcher."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.channels.answering import answering
from tests.kernel.fetcher.fetching import PICTURE, THERE, service
from tutela.kernel.channels.memory import contents_of, memory
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.fetcher.asking import SOCKET, FetcherProcess, check_bytes
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched


def test_bytes_and_facts_come_over_a_socket(tmp_path: Path) -> None:
    with answering(tmp_path / SOCKET, service().service.answer) as path, memory() as empty:
        fetcher = FetcherProcess(path)
        with memory() as taken:
            found = fetcher.fetch(FetchOrder(sealed_url=THERE.encode(), bytes_max=1 << 20), taken)
            assert contents_of(taken) == PICTURE
            with pytest.raises(Refused):
                fetcher.fetch(FetchOrder(sealed_url=THERE.encode(), bytes_max=9), taken)
        missing = fetcher.fetch(FetchOrder(sealed_url=b"https://other.test/", bytes_max=9), empty)
        with pytest.raises(Refused):
            fetcher.fetch(FetchOrder(sealed_url=THERE.encode(), bytes_max=9, vantage="none"), empty)
    assert isinstance(found, Fetched)
    assert found.body is not None
    assert missing == NotFetched(reason="not_recorded", url="https://other.test/")


def test_a_fetcher_that_lies_or_is_away_is_unavailable(tmp_path: Path) -> None:
    order = FetchOrder(sealed_url=THERE.encode(), bytes_max=9)
    with memory() as taken:
        with pytest.raises(Unavailable):
            FetcherProcess(tmp_path / SOCKET).fetch(order, taken)
        with (
            answering(tmp_path / SOCKET, lambda *_: {"v": 1, "fetched": True, "status": "x"}) as path,
            pytest.raises(Unavailable),
        ):
            FetcherProcess(path).fetch(order, taken)


@pytest.mark.parametrize("other", [{}, {"sha256": "0" * 64}, {"size_bytes": 1}], ids=["", "sha256", "size"])
def test_bytes_are_believed_where_they_are_those_of_the_answer(other: dict[str, Any]) -> None:
    with memory() as taken:
        found = service().service.fetch(FetchOrder(sealed_url=THERE.encode(), bytes_max=1 << 20), taken)
        assert isinstance(found, Fetched)
        with pytest.raises(Unavailable) if other else nullcontext():
            check_bytes(replace(found, **other), taken)
        with pytest.raises(PermissionError):
            os.write(taken, b"more")
