"""Our signals against the threatexchange library's own."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.hma.signals import SIGNALS

values = {name: st.binary(min_size=size, max_size=size) for name, size in
          {"pdq": 32, "video_md5": 16, "video_sha256": 32}.items()}  # fmt: skip


def theirs() -> dict[str, Any]:
    pytest.importorskip("threatexchange")
    from threatexchange.signal_type.md5 import VideoMD5Signal
    from threatexchange.signal_type.pdq.signal import PdqSignal
    from threatexchange.signal_type.sha256 import VideoSHA256Signal

    return {kind.get_name(): kind for kind in (PdqSignal, VideoMD5Signal, VideoSHA256Signal)}


def facts(distance: Any) -> dict[str, Any]:
    """What HMA writes of a distance: Flask gives a dataclass' fields."""
    return asdict(distance) if is_dataclass(distance) else dict(distance.__dict__)  # type: ignore[arg-type]  # untyped


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", list(SIGNALS))
@given(data=st.data())
def test_values_compare_as_the_library_compares_them(name: str, data: st.DataObject) -> None:
    left, right = data.draw(values[name]), data.draw(values[name])
    peer = theirs()[name]
    for one, other in ((left, right), (left, left), (left, left[:-1] + bytes([left[-1] ^ 1]))):
        match, distance = peer.compare_hash(one.hex(), other.hex())
        assert SIGNALS[name].compare(one, other) == [match, facts(distance)]
        bits = facts(distance).get("distance")
        assert SIGNALS[name].distance_text(bits) == distance.pretty_str()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", list(SIGNALS))
@pytest.mark.parametrize(
    "change", [str, str.upper, lambda text: f" {text} ", lambda text: text[1:], lambda _: ""]
)
def test_texts_are_taken_as_the_library_takes_them(name: str, change: Any) -> None:
    text = change("a1" * (16 if name == "video_md5" else 32))
    try:
        expected = theirs()[name].validate_signal_str(text)
    except ValueError:
        with pytest.raises(ValueError) as error:
            SIGNALS[name].parse(text)
        assert not text or text not in str(error.value)
    else:
        assert SIGNALS[name].parse(text).hex() == expected
