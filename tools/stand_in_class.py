"""Writes the weights of the guard's stand-in class: a tiny ONNX file, the same bytes at every run.

``python -m tools.stand_in_class`` writes ``stand-in.onnx`` beside its card. The protobuf is written by hand,
so that no package decides about a byte of it (numbers of fields: onnx/onnx.proto3).

The model: how magenta and how lime each pixel is (0-1), the mean of both over the picture, four times their
product: 1 for a checker of the two, 0 where one of them is missing.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from pathlib import Path

TARGET = Path("src/tutela/prevent/guard/classes/models/stand-in.onnx")
#: Side of the square in pixels.
SIDE = 224
#: Level from which a pixel begins to count, and to which it is spread (of 510: R + B - 2G of pure magenta).
LOW, SPREAD = 300, 200
#: Opset and version of the format that every onnxruntime of the last years reads.
OPSET, IR_VERSION = 13, 8
FLOAT = 1


def varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    """A field that holds a whole number."""
    return varint(field << 3) + varint(value)


def part(field: int, data: bytes | str) -> bytes:
    """A field that holds bytes."""
    raw = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def tensor(name: str, shape: Sequence[int], values: Sequence[float]) -> bytes:
    """A TensorProto of floats."""
    dims = b"".join(number(1, size) for size in shape)
    return dims + number(2, FLOAT) + part(8, name) + part(9, struct.pack(f"<{len(values)}f", *values))


def node(operator: str, inputs: Sequence[str], output: str, attributes: bytes = b"") -> bytes:
    """A NodeProto."""
    return b"".join(part(1, one) for one in inputs) + part(2, output) + part(4, operator) + attributes


def ints(name: str, values: Sequence[int]) -> bytes:
    """An attribute of whole numbers (AttributeProto.INTS = 7)."""
    return part(5, part(1, name) + b"".join(number(8, value) for value in values) + number(20, 7))


def whole(name: str, value: int) -> bytes:
    """An attribute of one whole number (AttributeProto.INT = 2)."""
    return part(5, part(1, name) + number(3, value) + number(20, 2))


def value(name: str, shape: Sequence[int]) -> bytes:
    """A ValueInfoProto: an input or output of floats."""
    dims = b"".join(part(1, number(1, size)) for size in shape)
    return part(1, name) + part(2, part(1, number(1, FLOAT) + part(2, dims)))


def graph() -> bytes:
    """The GraphProto."""
    weights = [one / SPREAD for one in (1, -2, 1, -1, 2, -1)]
    nodes = (
        node("Conv", ("pixels", "weights", "bias"), "levels"),
        node("Clip", ("levels", "zero", "one"), "colours"),
        node("GlobalAveragePool", ("colours",), "means"),
        node("ReduceProd", ("means",), "product", ints("axes", (1, 2, 3)) + whole("keepdims", 0)),
        node("Mul", ("product", "four"), "unbounded"),
        node("Clip", ("unbounded", "zero", "one"), "score"),
    )
    tensors = (
        tensor("weights", (2, 3, 1, 1), weights),
        tensor("bias", (2,), (-LOW / SPREAD, -LOW / SPREAD)),
        tensor("zero", (), (0,)),
        tensor("one", (), (1,)),
        tensor("four", (), (4,)),
    )
    return (
        b"".join(part(1, one) for one in nodes)
        + part(2, "stand-in")
        + b"".join(part(5, one) for one in tensors)
        + part(11, value("pixels", (1, 3, SIDE, SIDE)))
        + part(12, value("score", (1,)))
    )


def model() -> bytes:
    """The bytes of the file."""
    opset = part(1, "") + number(2, OPSET)
    return number(1, IR_VERSION) + part(2, "tools.stand_in_class") + part(7, graph()) + part(8, opset)


def main() -> int:
    """Write the file."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(model())
    return 0


if __name__ == "__main__":
    sys.exit(main())
