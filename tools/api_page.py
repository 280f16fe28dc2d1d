"""The reference page of the HTTP API, from the OpenAPI document; ``tools.reference_pages`` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tutela.detect.service.openapi import document

INTRODUCTION = """\
# HTTP API of the match service

The same as a machine reads it: `GET /openapi.json` of a running service, without a token. The examples below
are sent to the service by its tests, and the answers are what came back.

Every request but those marked so carries a token: `Authorization: Bearer TOKEN`. An error is
`{"error": {"code", "field", "message", "right"}}`: what is wrong, where, and what would be right. Nothing of
what was sent comes back in an error. Fields that are not known are refused.
"""


def api_page() -> str:
    """The page in Markdown: each address with what it takes, gives and refuses, then the shapes."""
    whole = document()
    parts = [INTRODUCTION]
    for tag in whole["tags"]:
        parts.append(f"## {tag['description']}\n")
        for path, item in whole["paths"].items():
            for method, operation in item.items():
                if method != "parameters" and tag["name"] in operation["tags"]:
                    parts += _operation(whole, f"{method.upper()} {path}", operation)
    parts += ["## Shapes\n"]
    for name, schema in whole["components"]["schemas"].items():
        parts += _shape(name, schema)
    return "\n".join(parts)


def _operation(whole: Mapping[str, Any], address: str, operation: Mapping[str, Any]) -> Iterator[str]:
    token = "" if operation.get("security") != [] else " No token is asked for."
    text = operation["description"].replace(" No token.", "").replace("No token.", "")
    yield f"### {operation['summary']}\n"
    yield f"`{address}`\n"
    if text or token:
        yield f"{text}{token}".strip() + "\n"
    yield from _examples("Send", operation.get("requestBody", {}))
    yield "| status | means |\n|---|---|"
    for status, untold in operation["responses"].items():
        yield f"| {status} | {_followed(whole, untold)['description']} |"
    yield ""
    made = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    yield from _examples("Get", _followed(whole, made[-1] if "201" in operation["responses"] else made[0]))


def _followed(whole: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself, or what its reference names."""
    found: Any = whole
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _examples(word: str, holder: Mapping[str, Any]) -> Iterator[str]:
    """Each example of a body under its name."""
    for content in holder.get("content", {}).values():
        named = {name: one["value"] for name, one in content.get("examples", {}).items()}
        if "example" in content:
            named[""] = content["example"]
        for name, example in named.items():
            yield f"{word}{f' ({name})' if name else ''}:\n"
            yield f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n"


def _shape(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    if "description" in schema:
        yield f"{schema['description']}\n"
    if "properties" not in schema:
        yield f"{_kind(schema)}\n"
        return
    yield "| field | is | needed | |\n|---|---|---|---|"
    needed = schema.get("required", ())
    for field, one in schema["properties"].items():
        said = one.get("description", "").replace("|", "\\|")
        yield f"| `{field}` | {_kind(one)} | {'yes' if field in needed else ''} | {said} |"
    yield ""


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join("`null`" if word is None else f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type", "anything")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        words = f"list of {_kind(schema['items'])}"
    return words + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    """The limits of a schema, after a comma each."""
    words = {
        "format": "{}",
        "minimum": "from {}",
        "maximum": "to {}",
        "maxLength": "at most {} characters",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "default": "else {}",
    }
    said = [text.format(f"`{schema[name]}`") for name, text in words.items() if name in schema]
    return "".join(f", {one}" for one in said)
