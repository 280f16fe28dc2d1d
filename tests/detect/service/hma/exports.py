"""What an HMA instance would write out, made up: a dump as ``pg_dump`` makes it, answers of its API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
NEAR = "f8f8f0cee0f4a84f06370a2a038f63f0b36e26d596621e1d33e6b39c4e9c9b22"
OTHER = "e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064"
MD5 = "cab08b36195edb1a1231d2d09fa450e0"
SOON = 4_000_000_000

BANKS = [(1, "SHOP_KNOWN", "1", "\\N"), (2, "FROM_NCMEC", "0.25", "1")]
CONTENTS = [(7, 1, "1", "seen \\t twice"), (8, 1, "0", "\\N"), (9, 2, str(SOON), "\\N"), (10, 2, "1", "\\N")]
SIGNALS = [
    (7, "pdq", PDQ),
    (7, "video_md5", MD5.upper()),
    (8, "pdq", NEAR),
    (9, "pdq", OTHER),
    (10, "tlsh", "T1"),
]


def _block(table: str, columns: str, rows: list[tuple[Any, ...]]) -> str:
    lines = "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)
    return f"COPY public.{table} ({columns}) FROM stdin;\n{lines}\\.\n\n\n"


def dump(*, banks: list[Any] = BANKS, contents: list[Any] = CONTENTS, signals: list[Any] = SIGNALS) -> str:
    """The text of ``pg_dump hma``, with the tables HMA 1.1.7 has, in the order of their names."""
    return (
        "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n"
        "CREATE TABLE public.bank (\n    id integer NOT NULL,\n    name character varying(255)\n);\n\n"
        + _block("alembic_version", "version_num", [("b7e4c2a9d1f0",)])
        + _block("bank", "id, name, enabled_ratio, import_from_exchange_id", banks)
        + _block(
            "bank_content",
            "id, bank_id, imported_from_id, disable_until_ts, original_content_uri, "
            "bank_content_metadata, note",
            [
                (number, bank, "\\N", until, "https://x.example/\\\\1", "\\N", note)
                for number, bank, until, note in contents
            ],
        )
        + _block(
            "content_signal",
            "content_id, signal_type, signal_val, create_time",
            [(*signal, "2026-03-01 10:00:00+00") for signal in signals],
        )
        + _block(
            "exchange",
            "id, name, api_cls, retain_api_data, fetching_enabled, retain_data_with_unknown_signal_types, "
            "typed_config",
            [(1, "FROM_NCMEC", "ncmec", "f", "t", "f", '{"name": "FROM_NCMEC"}')],
        )
        + "-- PostgreSQL database dump complete\n"
    )


def saved(folder: Path, *, lines: bool = False) -> Path:
    """A folder of saved answers with the same contents as ``dump``."""
    folder.mkdir(exist_ok=True)
    names = {number: name for number, name, _, _ in BANKS}
    banks = [{"name": name, "matching_enabled_ratio": float(ratio)} for _, name, ratio, _ in BANKS]
    (folder / "banks.json").write_text(json.dumps(banks))
    answers = [
        {
            "id": number,
            "disable_until_ts": int(until),
            "original_media_uri": None,
            "bank": {"name": names[bank], "matching_enabled_ratio": 1.0},
            "signals": {kind: value for owner, kind, value in SIGNALS if owner == number},
            "note": None if note == "\\N" else note.replace("\\t", "\t"),
        }
        for number, bank, until, note in CONTENTS
    ]
    if lines:
        (folder / "contents.jsonl").write_text("\n".join(map(json.dumps, answers)) + "\n\n")
    else:
        (folder / "first.json").write_text(json.dumps(answers[0]))
        (folder / "others.json").write_text(json.dumps(answers[1:]))
    return folder
