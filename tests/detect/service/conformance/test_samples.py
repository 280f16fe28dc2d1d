"""Plain samples: the same number, the same bytes; no two alike."""

from __future__ import annotations

from tutela.detect.service.conformance.samples import PlainSamples, sample_name


def test_numbers_and_variants_give_different_bytes_each_time_the_same() -> None:
    samples = PlainSamples(("a", "b"))
    made = [samples.original(1), samples.original(2), samples.copy(1, "a"), samples.copy(1, "b")]
    made.append(samples.stranger(1))
    assert len(set(made)) == len(made)
    assert samples.original(1) == PlainSamples().original(1)
    assert sample_name(7) == "sample-7"
