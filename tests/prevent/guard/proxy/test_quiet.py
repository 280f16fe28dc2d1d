from __future__ import annotations

import logging

import pytest
from mitmproxy import version
from mitmproxy.net import tls
from mitmproxy.proxy.layers.http import _http1

from tutela.prevent.guard.proxy.quiet import LOGGERS, page, quiet


@pytest.mark.parametrize("name", LOGGERS)
def test_no_line_is_written_and_all_is_as_it_was_afterwards(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    logger, below = logging.getLogger(name), logging.getLogger(name + ".below")
    before = (logger.level, logger.propagate, logger.handlers[:])
    with quiet():
        logger.critical("an address")
        below.critical("an address")
    assert caplog.text == ""
    assert (logger.level, logger.propagate, logger.handlers) == before
    below.critical("words")
    assert "words" in caplog.text


def test_pages_and_names_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "log_master_secret", print)
    name = version.MITMPROXY
    with quiet():
        made = _http1.make_error_response(502, "no such host: secret.test")
        assert b"502" in made
        assert b"secret" not in made
        assert b"mitm" not in made.lower()
        assert [tls.log_master_secret] == [None]
    assert name == version.MITMPROXY
    assert tls.log_master_secret is print
    assert b"secret" in _http1.make_error_response(502, "secret")


def test_a_page_shows_the_status_alone() -> None:
    assert page(502, "secret").count(b"502") == 2
    assert b"secret" not in page(502, "secret")
