"""Whether an ONNX file is all there is to a model: no data in other files, no operators of strangers.

Reads the protobuf wire format far enough to meet every tensor and every node, and nothing of their data.
Source of the numbers: onnx/onnx.proto3 (IR version 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

#: Message -> field number -> message inside it.
_INSIDE: Final[dict[str, dict[int, str]]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
#: Fields of a tensor: where else its data lies, and that it does.
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
#: Field of a node: the domain of its operator; those of ONNX itself are the only ones.
_DOMAIN: Final = 7
_DOMAINS: Final = frozenset({b"", b"ai.onnx", b"ai.onnx.ml"})
#: Graphs inside graphs (our own: real ones have two or three).
_DEPTH_MAX: Final = 64
#: Wire types of protobuf: a number, eight bytes, a length and so many bytes, four bytes.
_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5
#: Bytes of the longest number (64 bits, seven in each byte).
_VARINT_BYTES_MAX: Final = 10


def check_onnx(untrusted_model: bytes | memoryview) -> None:
    """Return where a model stands for itself. Raises ValueError for one that does not, or is no protobuf."""
    whole = memoryview(untrusted_model)
    if not any(field == 7 for field, _, _ in _fields(whole)):
        raise ValueError("this is no ONNX model: it has no graph")
    _check("model", whole, _DEPTH_MAX)


def _check(message: str, data: memoryview, depth_left: int) -> None:
    if not depth_left:
        raise ValueError("graphs are nested too deeply")
    inside = _INSIDE[message]
    for field, number, part in _fields(data):
        if message == "tensor" and (field == _EXTERNAL_DATA or (field == _DATA_LOCATION and number)):
            raise ValueError("a tensor of this model lies in another file")
        if message == "node" and field == _DOMAIN and bytes(part) not in _DOMAINS:
            raise ValueError("this model uses operators that are not ONNX's own")
        if field in inside:
            _check(inside[field], part, depth_left - 1)


def _fields(data: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """(field, number, bytes) of each field; number and bytes are 0 and empty where the other one holds it."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind, field, number, part = key & 7, key >> 3, 0, data[:0]
        if kind == _VARINT:
            number, at = _varint(data, at)
        elif kind in (_EIGHT, _FOUR):
            at += 8 if kind == _EIGHT else 4
        elif kind == _LENGTH:
            length, at = _varint(data, at)
            part, at = data[at : at + length], at + length
        else:
            raise ValueError("this is no protobuf: a kind of field that there is not")
        if at > len(data):
            raise ValueError("this is no protobuf: it is cut off")
        yield field, number, part


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_VARINT_BYTES_MAX):
        if at + place >= len(data):
            break
        value |= (data[at + place] & 0x7F) << 7 * place
        if data[at + place] < 0x80:
            return value, at + place + 1
    raise ValueError("this is no protobuf: a number without an end")
