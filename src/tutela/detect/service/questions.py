"""Questions by fingerprint, as JSON: checked field by field; errors repeat nothing that was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tutela.detect.fingerprints.shapes import QUALITY_MIN, VALUE_BYTES, Fingerprint
from tutela.detect.matching.ladder import DIGESTS
from tutela.detect.matching.readers.options import ReadOptions
from tutela.detect.matching.readers.values import parse_value
from tutela.detect.service.problems import BadInput
from tutela.detect.service.strict_json import Fields, as_object, check_known

#: Kinds that may be asked for: those whose value says the same under every list.
ASKED_KINDS = ("md5", "sha1", "sha256", "pdq", "vpdq", "photodna")
#: Names of lists in one question (our own; a service holds tens of lists).
LISTS_MAX = 100
#: Characters of a list's name (changes.LIST_NAME).
NAME_MAX = 100
#: Fields that other services take for an address to fetch.
_URL_FIELDS = ("url", "urls", "uri", "media_url", "content_url")
_PRINT_FIELDS = ("kind", "value", "quality")
_PDQ_BYTES = VALUE_BYTES["pdq"]


def refuse_url(names: Iterable[str]) -> None:
    """Returns unless one of the fields asks for an address to be fetched. Raises BadInput."""
    found = next((name for name in _URL_FIELDS if name in names), None)
    if found is not None:
        raise BadInput(
            "URL look-ups need the guarded network door, which is closed here",
            field=found,
            right="the file itself as the body, or its fingerprints",
        )


def parse_lists(fields: Fields) -> tuple[str, ...]:
    """Names of the lists to ask; none means all. Raises Invalid."""
    if "lists" not in fields.untrusted:
        return ()
    names = fields.items("lists", count_max=LISTS_MAX)
    if not all(isinstance(name, str) and 1 <= len(name) <= NAME_MAX for name in names):
        fields.wrong("lists", "names of lists as GET /v1/lists gives them")
    return tuple(dict.fromkeys(names))


def queries_in(prints: Iterable[Fingerprint]) -> int:
    """How many queries these fingerprints of one file count as: a file has one digest of each kind.

    Whoever sends more asks about more files; else a thousand digests at once would pass every limit of how
    many may be tried (threat ST-16).
    """
    distinct = {(one.kind, one.value) for one in prints if one.kind in DIGESTS}
    return max(Counter(kind for kind, _ in distinct).values(), default=1)


def parse_prints(fields: Fields, *, prints_max: int) -> tuple[Fingerprint, ...]:
    """The fingerprints of one file. The n-th picture's form is ``f<n>/r0``; a film's frames ``t<n>.000/r0``.

    Raises Invalid naming the first field that is wrong.
    """
    prints: list[Fingerprint] = []
    for number, untrusted in enumerate(fields.items("prints", count_max=prints_max)):
        item = as_object(untrusted, fields.at(f"prints[{number}]"))
        prints += _prints_of(item, number)
        if len(prints) > prints_max:
            raise BadInput(
                "too many fingerprints",
                field=fields.at("prints"),
                right=f"at most {prints_max}, each frame of a film counted",
            )
    return tuple(prints)


def _prints_of(item: Fields, number: int) -> Sequence[Fingerprint]:
    check_known(item, _PRINT_FIELDS)
    kind = item.untrusted.get("kind")
    if not isinstance(kind, str) or kind not in ASKED_KINDS:
        item.wrong("kind", f"one of {', '.join(ASKED_KINDS)}")
    quality, value = _quality(item, kind), _value(item, kind)
    if kind == "vpdq":
        frames = (value[at : at + _PDQ_BYTES] for at in range(0, len(value), _PDQ_BYTES))
        return [
            Fingerprint(kind="pdq", value=frame, form=f"t{second}.000/r0")
            for second, frame in enumerate(frames)
        ]
    form = f"f{number}/r0" if kind == "pdq" else "file"
    return [Fingerprint(kind=kind, value=value, form=form, quality=quality)]


def _quality(item: Fields, kind: str) -> int | None:
    """The quality of a PDQ hash, None where its maker gave none; below the threshold it is refused."""
    if "quality" in item.untrusted and kind != "pdq":
        item.wrong("quality", "belongs to values of the kind pdq only")
    quality = item.number("quality", 0, 100)
    if quality is not None and quality < QUALITY_MIN:
        raise BadInput(
            f"a PDQ hash of quality below {QUALITY_MIN} says nothing about a picture",
            field=item.at("quality"),
            right=f"{QUALITY_MIN} to 100; a plainer picture is asked for by its SHA-256",
        )
    return quality


def _value(item: Fields, kind: str) -> bytes:
    untrusted = item.untrusted.get("value")
    try:
        if not isinstance(untrusted, str) or untrusted != untrusted.strip():
            raise ValueError("no text")
        return parse_value(kind, untrusted, ReadOptions(salt=b""))
    except ValueError as error:  # its message might repeat a part of the value
        raise BadInput(
            f"this is no value of the kind {kind}", field=item.at("value"), right=expected_value(kind)
        ) from error


def expected_value(kind: str) -> str:
    """What a value of ``kind`` looks like, in words."""
    if kind == "vpdq":
        return f"frames of {2 * _PDQ_BYTES} hexadecimal digits, one after the other"
    spelled = f"{2 * VALUE_BYTES[kind]} hexadecimal digits"
    return f"{spelled}, or base64 of them" if kind == "photodna" else spelled
