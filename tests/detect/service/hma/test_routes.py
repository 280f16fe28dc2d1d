from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service.hma.desk import RULES, Desk
from tests.detect.service.hma.exports import PDQ
from tutela.detect.service.access_log import leaves
from tutela.detect.service.hma.routes import routes
from tutela.detect.service.hma.rules import HmaRules
from tutela.kernel import log
from tutela.kernel.errors import Invalid

KEYS = st.sampled_from(
    [
        "signal",
        "signal_type",
        "banks",
        "seed",
        "types",
        "url",
        "pdq",
        "video_md5",
        "name",
        "enabled",
        "enabled_ratio",
        "disable_until_ts",
        "include_distance",
        "bypass_coinflip",
    ]
)


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


def test_a_wrong_method_is_told_the_right_ones(desk: Desk) -> None:
    """RFC 9110, 15.5.6: a 405 names the methods."""
    assert desk.ask("PUT", "/m/lookup").headers["allow"] == "GET, HEAD, POST"
    assert desk.ask("PATCH", "/c//banks").headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("path", ["//c/bank/SHOP", "/c//bank/SHOP", "//c///bank//SHOP"])
def test_a_base_address_may_end_in_a_slash_as_coops_does(desk: Desk, path: str) -> None:
    desk.bank(pdq=PDQ)
    assert desk.ask("GET", path).json() == {"name": "SHOP", "matching_enabled_ratio": 1.0}
    assert desk.ask("GET", path, token="unknown").status_code == 401
    assert desk.ask("POST", "//c/banks", json={"name": "NEXT"}).status_code == 201
    numbers = desk.service.figures.metrics.exposition().decode()
    assert 'route="hma_bank"' in numbers and "hma_elsewhere" not in numbers


@pytest.mark.parametrize(("token", "status"), [("unknown", 401), ("match", 403)])
def test_only_the_role_detail_comes_in(desk: Desk, token: str, status: int) -> None:
    for path in ("/m/lookup", "/c/banks", "/m/index/status", "/c/exchanges"):
        answer = desk.ask("GET", path, token=token)
        assert answer.status_code == status and list(answer.json()) == ["message"]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.bank(pdq=PDQ)
    yield desk
    desk.close()


@given(
    path=st.sampled_from(["/h/hash", "/m/lookup", "/c/bank/SHOP/content"]), content=st.binary(max_size=200)
)
def test_any_body_of_an_upload_is_answered(standing: Desk, path: str, content: bytes) -> None:
    body = b"--B\r\n" + content + b"\r\n--B--\r\n"
    answer = standing.ask(
        "POST", path, content=body, headers={"Content-Type": "multipart/form-data; boundary=B"}
    )
    assert answer.status_code < 500 and list(answer.json()) == ["message"]


@given(
    path=st.sampled_from(["/m/compare", "/c/banks", "/c/bank/SHOP/signal", "/c/bank/SHOP/content/5"]),
    method=st.sampled_from(["POST", "PUT"]),
    body=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=70),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
def test_any_json_is_answered(standing: Desk, path: str, method: str, body: Any) -> None:
    answer = standing.ask(method, path, json=body)
    assert answer.status_code < 500 and isinstance(answer.json(), dict)


@given(params=st.dictionaries(KEYS, st.text(max_size=70), max_size=5), name=st.text(max_size=10))
def test_any_query_is_answered(standing: Desk, params: dict[str, str], name: str) -> None:
    for path in ("/m/lookup", "/m/raw_lookup", f"/c/bank/{quote(name, safe='')}", "/m/index/status"):
        answer = standing.ask("GET", path, params=params)
        assert answer.status_code < 500 and isinstance(answer.json(), dict | list)


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
