"""Tags of the pages: ``{% load tutela_web %}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse

from tutela.hotline.people.access import check_may
from tutela.web import asset_files

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """The address of a style or script of ours."""
    return reverse("asset", args=[asset_files.asset(name).version, name])


@register.simple_tag(takes_context=True)
def may(context: Mapping[str, Any], act: str) -> bool:
    """True where the reader may do the act: ``{% may "steer_work" as may_steer %}``."""
    return check_may(context["request"].user, act).allowed


@register.filter
def as_json(value: Any) -> str:
    """The value as JSON, to be put in a data attribute; the template escapes it."""
    return json.dumps(value)


@register.filter
def at(mapping: Mapping[str, Any], key: str) -> Any:
    """What stands in the mapping under the key; the key itself where nothing does."""
    return mapping.get(key, key)
