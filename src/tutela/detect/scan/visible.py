"""Names from outside made safe to look at: nothing in them moves, hides or turns the text around them."""

from __future__ import annotations

import unicodedata

#: Categories that draw nothing or steer the drawing (threat model ST-09): controls, format characters
#: (bidi, zero width), surrogates (bytes that are no UTF-8), private use, unassigned, line separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(untrusted_name: str) -> str:
    """The name with every such character written as an escape: ``a\\u202eb``, ``a\\x1bb``, ``a\\xffb``."""
    return "".join(_sign(sign) for sign in untrusted_name)


def _sign(sign: str) -> str:
    code = ord(sign)
    if unicodedata.category(sign) not in _HIDDEN:
        return sign
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as Python keeps it
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
