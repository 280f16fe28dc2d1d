"""Which character set a page is in, as a browser decides it, and its text (Encoding Standard, WHATWG).

A byte order mark first, then what the host declared, then what the page says in its first 1,024 bytes, then
windows-1252. UTF-7 is no character set of the web, and what hides in one (HZ, ISO-2022-KR) is not read.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

#: Bytes in which a page may declare its character set (HTML standard, section 4.2.5.4).
PRESCAN_BYTES: Final = 1_024
#: What is read where nothing is declared (HTML standard, section 13.2.3.2, most locales).
FALLBACK: Final = "windows-1252"
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
#: Standard's name -> Python's codec.
CODECS: Final = {
    "utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "ibm866": "cp866", "iso-8859-2":
    "iso8859-2", "iso-8859-3": "iso8859-3", "iso-8859-4": "iso8859-4", "iso-8859-5": "iso8859-5",
    "iso-8859-6": "iso8859-6", "iso-8859-7": "iso8859-7", "iso-8859-8": "iso8859-8", "iso-8859-10":
    "iso8859-10", "iso-8859-13": "iso8859-13", "iso-8859-14": "iso8859-14", "iso-8859-15": "iso8859-15",
    "iso-8859-16": "iso8859-16", "koi8-r": "koi8-r", "koi8-u": "koi8-u", "macintosh": "mac-roman",
    "windows-874": "cp874", "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1252": "cp1252",
    "windows-1253": "cp1253", "windows-1254": "cp1254", "windows-1255": "cp1255", "windows-1256": "cp1256",
    "windows-1257": "cp1257", "windows-1258": "cp1258", "x-mac-cyrillic": "mac-cyrillic", "gbk": "gb18030",
    "gb18030": "gb18030", "big5": "big5hkscs", "euc-jp": "euc-jp", "iso-2022-jp": "iso2022-jp", "shift_jis":
    "cp932", "euc-kr": "cp949",
}  # fmt: skip
#: Labels that are met beside the names themselves (Encoding Standard, section 4.2).
_LABELS: Final = {
    "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16": "utf-16le", "unicode": "utf-16le",
    "iso-10646-ucs-2": "utf-16le", "ascii": FALLBACK, "us-ascii": FALLBACK, "latin1": FALLBACK, "l1":
    FALLBACK, "iso-8859-1": FALLBACK, "iso8859-1": FALLBACK, "iso88591": FALLBACK, "iso_8859-1": FALLBACK,
    "cp1252": FALLBACK, "x-cp1252": FALLBACK, "latin2": "iso-8859-2", "iso8859-2": "iso-8859-2", "cyrillic":
    "iso-8859-5", "arabic": "iso-8859-6", "greek": "iso-8859-7", "hebrew": "iso-8859-8", "iso-8859-8-i":
    "iso-8859-8", "latin9": "iso-8859-15", "iso-8859-9": "windows-1254", "latin5": "windows-1254",
    "iso-8859-11": "windows-874", "tis-620": "windows-874", "koi8": "koi8-r", "koi": "koi8-r", "koi8-ru":
    "koi8-u", "cp866": "ibm866", "866": "ibm866", "cp1250": "windows-1250", "cp1251": "windows-1251",
    "cp1253": "windows-1253", "cp1254": "windows-1254", "cp1255": "windows-1255", "cp1256": "windows-1256",
    "cp1257": "windows-1257", "cp1258": "windows-1258", "mac": "macintosh", "x-mac-roman": "macintosh",
    "gb2312": "gbk", "gb_2312": "gbk", "gb_2312-80": "gbk", "chinese": "gbk", "x-gbk": "gbk", "big5-hkscs":
    "big5", "cn-big5": "big5", "x-x-big5": "big5", "x-euc-jp": "euc-jp", "sjis": "shift_jis", "shift-jis":
    "shift_jis", "x-sjis": "shift_jis", "ms_kanji": "shift_jis", "windows-31j": "shift_jis",
    "ks_c_5601-1987": "euc-kr", "korean": "euc-kr", "windows-949": "euc-kr",
}  # fmt: skip
_META: Final = re.compile(
    rb"<meta[\s/][^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE
)


def warm() -> None:
    """Loads every codec: a sealed worker opens no file."""
    for name in set(CODECS.values()):
        codecs.lookup(name)
        b"tutela".decode(name, "replace")


def encoding_of(untrusted_data: bytes, untrusted_charset: str = "") -> str:
    """The name of the character set, one of ``CODECS``."""
    for mark, name in _MARKS:
        if untrusted_data.startswith(mark):
            return name
    declared = _META.search(untrusted_data[:PRESCAN_BYTES])
    said = _named(declared.group(1).decode("ascii")) if declared else ""
    if said.startswith("utf-16"):
        said = "utf-8"  # a page that could be read so far is not in it (HTML standard, section 13.2.3.2)
    return _named(untrusted_charset) or said or FALLBACK


def text_of(untrusted_data: bytes, untrusted_charset: str = "") -> tuple[str, str]:
    """(text, name of the character set); what cannot be read becomes U+FFFD."""
    name = encoding_of(untrusted_data, untrusted_charset)
    text = untrusted_data.decode(CODECS[name], "replace")
    return text.removeprefix("\ufeff"), name


def _named(untrusted_label: str) -> str:
    """The standard's name for a label, or an empty text."""
    label = untrusted_label.strip().strip("\"'").lower()
    label = _LABELS.get(label, label)
    return label if label in CODECS else ""
