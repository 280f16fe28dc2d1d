"""What the watch is shown of an upload: one value of a picture, and the scenes of a film."""

from __future__ import annotations

from tests.detect.service.values import prints_of, value_at
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.scenes import SCENES_MAX, Shown, shown_of, upright_value


def film(*values: bytes) -> list[Fingerprint]:
    return [
        Fingerprint(kind="pdq", value=value, form=f"t{second}.000/r0") for second, value in enumerate(values)
    ]


def test_the_first_upright_form_that_can_match_counts() -> None:
    value = value_at(1)
    assert upright_value(prints_of(value, file=b"f" * 32)) == value
    assert upright_value(prints_of(value, form="file")) == value
    assert upright_value(prints_of(value, form="f0/r0/white")) == value
    assert upright_value(prints_of(value, form="t12.000/r0")) == value
    assert upright_value(prints_of(value, form="f0/mx")) is None
    assert upright_value(prints_of(value, quality=49)) is None
    assert upright_value([Fingerprint(kind="pdq", value=value)]) == value
    assert upright_value([Fingerprint(kind="pdq", value=b"short")]) is None
    assert upright_value([]) is None


def test_a_picture_is_shown_as_the_one_value_that_it_is() -> None:
    value = value_at(1)
    shown = [Shown(value=value, met=True, turned=(value[::-1],))]
    assert shown_of(prints_of(value), met=True) == shown
    assert shown_of(prints_of(value), met=True, met_forms=["f0/r90"]) == shown
    assert shown_of([Fingerprint(kind="md5", value=bytes(16))], met=True) == []


def test_a_frame_that_met_counts_wherever_it_stands() -> None:
    first, still, hit = value_at(1), value_at(2), value_at(3)
    shown = shown_of(film(first, still, value_at(2, 1), hit), met=True, met_forms=["t3.000/r0"])
    assert shown[:2] == [Shown(value=first, met=False), Shown(value=hit, met=True)]
    (scene,) = shown[2:]
    assert scene.value in (still, value_at(2, 1)) and (scene.met, scene.counts) == (False, False)


def test_one_upload_is_one_variation_of_a_picture() -> None:
    first, hit = value_at(1), value_at(1, 5)
    shown = shown_of(film(first, hit), met=True, met_forms=["t1.000/r0"])
    assert shown == [Shown(value=first, met=False, counts=False), Shown(value=hit, met=True)]
    crop = shown_of(film(first, hit), met=True, met_forms=["crop"])
    assert crop[0] == Shown(value=first, met=True)


def test_of_a_long_film_some_scenes_are_shown() -> None:
    shown = shown_of(film(*(value_at(seed) for seed in range(200))), met=False)
    assert len(shown) == SCENES_MAX + 1 and shown[0].counts
    assert len({one.value for one in shown}) == len(shown)
