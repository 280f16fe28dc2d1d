from __future__ import annotations

import hashlib
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel import log
from tutela.kernel.clock import FixedClock
from tutela.kernel.ids import new_id

CLOCK = FixedClock(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
log.declare_words("wall_time", "cpu_time")


@pytest.fixture(autouse=True)
def stream() -> Iterator[io.StringIO]:
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    written = io.StringIO()
    log.configure(level="debug", stream=written, clock=CLOCK)
    yield written
    log.configure()
    logging.getLogger().handlers, logging.getLogger().level = handlers, level


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_line_says_event_room_level_time_and_safe_fields(stream: io.StringIO) -> None:
    item = new_id("itm_")
    log.get_logger("detect.media").warning(
        "worker_replaced", item=item, code="wall_time", seconds=1.5, items=3
    )
    assert lines(stream) == [
        {
            "time": "2026-01-02T03:04:05Z",
            "level": "warning",
            "event": "worker_replaced",
            "room": "detect.media",
            "item": item,
            "code": "wall_time",
            "seconds": 1.5,
            "items": 3,
        }
    ]


def test_every_level_writes(stream: io.StringIO) -> None:
    logger = log.get_logger("cli")
    for write in (logger.debug, logger.info, logger.warning, logger.error):
        write("started")
    assert [line["level"] for line in lines(stream)] == ["debug", "info", "warning", "error"]


def test_lines_below_the_level_are_not_written(stream: io.StringIO) -> None:
    log.configure(level="error", stream=stream, clock=CLOCK)
    log.get_logger("cli").warning("started")
    assert stream.getvalue() == ""


def test_is_written_follows_the_level() -> None:
    log.configure(level="info")
    assert [log.is_written(level) for level in log.LEVELS] == [False, True, True, True]


def test_without_configuration_warnings_go_to_standard_error() -> None:
    code = "from tutela.kernel.log import get_logger as g; g('cli').info('quiet'); g('cli').warning('loud')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["loud"]
    assert done.stdout == ""


def test_a_line_goes_to_what_standard_error_is_at_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    log.configure()
    for _ in range(2):
        now = io.StringIO()
        monkeypatch.setattr(sys, "stderr", now)
        log.get_logger("work").warning("claim_lost")
        assert len(lines(now)) == 1
        now.close()


def test_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="debug, info, warning, error"):
        log.configure(level="loud")


@pytest.mark.parametrize("word", ["", "Wall", "a/b", "x" * 41, "canary.example", "deadbeef00", "a1"])
def test_only_slugs_can_be_declared(word: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        log.declare_words(word)


def test_declared_words_are_known() -> None:
    log.declare_words("declared_here")
    assert log.is_declared("declared_here")
    assert log.is_declared("wall_time")
    assert not log.is_declared("canary")


PICTURE = st.binary(min_size=1, max_size=64)


def canaries(picture: bytes) -> list[object]:
    """Everything that must not reach a line, made from one piece of unknown material."""
    digests = [hashlib.new(kind, picture).hexdigest() for kind in ("md5", "sha1", "sha256")]
    words = [int.from_bytes(hashlib.sha256(picture).digest()[at : at + 8], "little") for at in (0, 8)]
    name = f"canary-{digests[0][:8]}"
    return [
        *digests,
        *(digest.upper() for digest in digests),
        *(word | 1 << 60 for word in words),
        list(hashlib.md5(picture).digest()),
        picture + b"canary",
        f"https://{name}.example/path?q=1",
        f"{name}.example",
        f"/seized/{name}/img.jpg",
        f"C:\\seized\\{name}.jpg",
        {"path": name},
        [name],
        ValueError(name),
        f"ent_{digests[0]}",
        float("nan"),
    ]


@given(PICTURE)
def test_no_hash_path_address_or_bytes_reaches_a_line(picture: bytes) -> None:
    stream = io.StringIO()
    log.configure(level="debug", stream=stream, clock=CLOCK)
    logger = log.get_logger("detect.scan")
    for canary in canaries(picture):
        logger.info("file_seen", subject=canary, subjects=[canary], items=1)
        assert lines(stream)[-1]["subject"] in (log.REDACTED, [log.REDACTED])
    text = stream.getvalue().lower()
    assert "canary" not in text
    for kind in ("md5", "sha1", "sha256"):
        assert hashlib.new(kind, picture).hexdigest() not in text


@given(st.text(min_size=1), st.text())
def test_no_undeclared_text_survives(name: str, value: str) -> None:
    for kept in log.redact({name: value}).values():
        assert kept == log.REDACTED or log.is_declared(value)


@given(st.from_regex(r"[0-9a-f]{32,64}", fullmatch=True))
def test_a_hash_as_event_room_or_field_name_is_taken_out(value: str) -> None:
    stream = io.StringIO()
    log.configure(level="debug", stream=stream, clock=CLOCK)
    log.get_logger(value).info(value, **{value: 1})
    assert value not in stream.getvalue()


def test_an_address_as_event_is_taken_out(stream: io.StringIO) -> None:
    log.get_logger("https://canary.example").info("https://canary.example/x")
    assert "canary" not in stream.getvalue()
    assert lines(stream)[0]["event"] == log.REDACTED


def test_nothing_truth_and_plain_numbers_pass() -> None:
    fields: dict[str, object] = {"empty": None, "done": True, "items": -3, "seconds": 0.25}
    assert log.redact(fields) == fields


def test_short_lists_of_ids_and_words_pass(stream: io.StringIO) -> None:
    items = [new_id("itm_"), "wall_time"]
    log.get_logger("cli").info("started", items=items, many=items * 11)
    assert lines(stream)[0]["items"] == items
    assert lines(stream)[0]["many"] == log.REDACTED


def test_an_exception_gives_type_and_place_and_never_its_message(stream: io.StringIO) -> None:
    try:
        new_id("canary/path")
    except ValueError as error:
        log.get_logger("cli").exception("command_failed")
        log.get_logger("cli").error("command_failed", exc_info=error)
    first, second = lines(stream)
    assert first["exception"] == second["exception"] == "ValueError"
    assert str(first["place"]).startswith("tutela.kernel.ids:")
    assert "canary" not in stream.getvalue()


def test_an_exception_outside_tutela_gives_no_place(stream: io.StringIO) -> None:
    try:
        json.loads("canary")
    except ValueError:
        log.get_logger("cli").exception("command_failed")
    assert lines(stream)[0]["place"] == "outside"
    log.get_logger("cli").exception("command_failed")
    assert "exception" not in lines(stream)[1]


def test_a_foreign_library_is_named_and_its_text_dropped(stream: io.StringIO) -> None:
    logging.getLogger("PIL.TiffImagePlugin").warning("canary %s", "/seized/canary.jpg")
    logging.getLogger("canary.example").error("canary")
    assert [(line["library"], line["level"]) for line in lines(stream)] == [
        ("pil", "warning"),
        ("other", "error"),
    ]
    assert "canary" not in stream.getvalue()


def test_a_foreign_library_below_warning_is_not_heard(stream: io.StringIO) -> None:
    logging.getLogger("PIL").info("canary")
    assert stream.getvalue() == ""
    log.ForeignHandler().emit(logging.LogRecord("PIL", logging.INFO, "", 0, "canary", None, None))
    assert lines(stream)[0]["level"] == "info"


def test_importing_log_imports_no_structlog() -> None:
    code = "import sys; from tutela.kernel import log; log.configure(); sys.exit('structlog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
