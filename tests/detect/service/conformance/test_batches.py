"""A batch with one bad item: in memory, and asked of the threatexchange command line as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.detect.service.conformance.running import failed, outcomes
from tests.tx_command import TxCommand
from tutela.demo.samples import GeneratedSamples
from tutela.detect.service.conformance.batches import one_bad_item
from tutela.detect.service.conformance.kit import Kit, Options
from tutela.detect.service.conformance.shapes.contract import Answer
from tutela.detect.service.conformance.shapes.memory import MemorySubject
from tutela.detect.service.conformance.suite import CHECKS, run_suite


def test_good_items_keep_their_answers_in_either_kind_of_batch() -> None:
    for subject in (MemorySubject(batch_of="pictures"), MemorySubject(batch_of="hashes")):
        assert [one.passed for one in outcomes(one_bad_item, subject)] == [True]


def test_answers_that_are_missing_or_swapped_fail() -> None:
    class Short(MemorySubject):
        def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
            return super().ask_batch(items)[:2]

    class Swapped(MemorySubject):
        def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
            return list(reversed(super().ask_batch(items)))

    (short,) = outcomes(one_bad_item, Short())
    assert short.words == "2 answers to 3 items"
    (swapped,) = outcomes(one_bad_item, Swapped())
    assert (swapped.found, swapped.total) == (1, 3)


@pytest.mark.slow
def test_the_threatexchange_command_line_is_aborted_by_one_bad_file(tmp_path: Path) -> None:
    subject, samples = TxCommand(tmp_path), GeneratedSamples()
    kit = Kit(subject=subject, samples=samples, options=Options(pictures=2, wait_seconds=1))
    assert all(kit.finds(known) for known in kit.known())
    good = subject.ask_batch([samples.original(0), samples.original(1)])
    assert all(answer is not None and len(answer.hits) == 2 for answer in good)
    sheet = run_suite(kit, "tx", checks=[check for check in CHECKS if check.name == "batch"])
    assert failed(sheet) == {"batch"}
    assert sheet.rows[0].words == "the command ended with status 1"
