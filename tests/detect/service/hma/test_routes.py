from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.service.hma.desk import RULES, Desk
from tests.detect.service.hma.exports import PDQ
from tutela.detect.service.access_log import leaves
from tutela.detect.service.hma.routes import routes
from tutela.detect.service.hma.rules import HmaRules
from tutela.kernel import log
from tutela.kernel.errors import Invalid


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_the_shape_is_off_by_default(desk: Desk) -> None:
    assert routes(desk.service) == []


def test_every_route_has_a_name_that_the_log_may_write(desk: Desk) -> None:
    found = leaves(routes(desk.service, RULES))
    assert len(found) > 30
    assert all(log.is_declared(one.name) for one in found)


def test_an_unknown_signal_type_in_the_settings_is_named(desk: Desk) -> None:
    with pytest.raises(Invalid) as error:
        routes(desk.service, HmaRules(enabled=True, signal_types=("clip",)))
    assert "signal_types" in error.value.field


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/ui/", 404), ("GET", "/m", 404), ("POST", "/m/raw_lookup", 405), ("DELETE", "/c/banks", 405)],
)
def test_what_is_not_there_is_hmas_json(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.ask(method, path)
    assert answer.status_code == status and list(answer.json()) == ["message"]


@pytest.mark.parametrize(("token", "status"), [("unknown", 401), ("match", 403)])
def test_only_the_role_detail_comes_in(desk: Desk, token: str, status: int) -> None:
    for path in ("/m/lookup", "/c/banks", "/m/index/status", "/c/exchanges"):
        answer = desk.ask("GET", path, token=token)
        assert answer.status_code == status and list(answer.json()) == ["message"]


def test_neither_log_nor_metrics_nor_answers_hold_the_token_or_the_signal(
    desk: Desk, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    log.configure(level="info")
    try:
        with caplog.at_level(logging.DEBUG, logger="tutela"):
            for token in ("all", "unknown-token-value"):
                params = {"signal": PDQ, "signal_type": "pdq"}
                answer = desk.ask("GET", "/m/lookup", token=token, params=params)
                assert "unknown-token-value" not in answer.text + str(answer.headers)
            desk.ask("GET", "/nowhere", token="unknown-token-value")
        written = capsys.readouterr().err + caplog.text
    finally:
        log.configure(level="warning")
    assert "hma_lookup_signal" in written and "hma_elsewhere" in written
    numbers = desk.service.figures.metrics.exposition().decode()
    assert "hma_lookup_signal" in numbers
    for secret in ("unknown-token-value", PDQ, "/nowhere"):
        assert secret not in written + numbers
