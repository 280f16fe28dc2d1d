"""How the web-hooks stand, over HTTP: counts, dead letters, and driving them again.

No answer holds an address or a body: an endpoint is its name, a letter its id (threat ST-17).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tutela.detect.service.hook_queue import DeadLetter, EndpointState
from tutela.detect.service.problems import BadInput
from tutela.kernel.clock import iso_utc
from tutela.kernel.ids import is_id
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.hooks import Hooks
    from tutela.detect.service.running import Service

#: Dead letters in one answer; the oldest come first.
DEAD_SHOWN_MAX = 1_000
#: Ids in one call; without any, all dead letters of the endpoint are driven again.
MESSAGES_MAX = 100
#: Nobody keeps the answers.
NO_STORE = {"Cache-Control": "no-store"}

declare_words("hooks", "hooks_dead", "hooks_redrive")


def routes(service: Service, hooks: Hooks) -> list[BaseRoute]:
    """Everything under ``/v1/hooks``: the counts need ``statistics``, the letters ``curate``."""
    api = HooksApi(service, hooks)
    return [
        Route("/v1/hooks", api.index, methods=["GET"], name="hooks"),
        Route("/v1/hooks/{endpoint}/dead", api.dead, methods=["GET"], name="hooks_dead"),
        Route("/v1/hooks/{endpoint}/redrive", api.redrive, methods=["POST"], name="hooks_redrive"),
    ]


class HooksApi:
    """The handlers of one service process."""

    def __init__(self, service: Service, hooks: Hooks) -> None:
        self._service, self._hooks = service, hooks

    async def index(self, request: Request) -> Response:
        """Every endpoint with its counts."""
        with self._service.admission.place():
            await self._service.caller(request, "statistics")
            states = await self._service.in_thread(self._hooks.states)
            return _json({"endpoints": [_state_fields(state) for state in states]})

    async def dead(self, request: Request) -> Response:
        """The dead letters of one endpoint, the oldest first."""
        with self._service.admission.place():
            await self._service.caller(request, "curate")
            name = request.path_params["endpoint"]
            letters = await self._service.in_thread(self._hooks.dead_letters, name, limit=DEAD_SHOWN_MAX)
            return _json({"dead": [_dead_fields(letter) for letter in letters]})

    async def redrive(self, request: Request) -> Response:
        """How many dead letters wait again: those of the parameter ``message``, or all."""
        with self._service.admission.place():
            await self._service.caller(request, "curate")
            messages = _messages(request)
            name = request.path_params["endpoint"]
            count = await self._service.in_thread(self._hooks.redrive, name, messages=messages)
            return _json({"redriven": count})


def _messages(request: Request) -> tuple[str, ...]:
    messages = tuple(request.query_params.getlist("message"))
    if len(messages) > MESSAGES_MAX or not all(is_id(message) for message in messages):
        raise BadInput(
            "not the ids of letters",
            field="message",
            right=f"up to {MESSAGES_MAX} ids of dead letters",
        )
    return messages


def _state_fields(state: EndpointState) -> dict[str, Any]:
    return {
        "endpoint": state.name,
        "disabled": state.disabled,
        "held_until": _moment(state.held_until_seconds),
        "waiting": state.waiting,
        "oldest": _moment(state.oldest_seconds),
        "dead": state.dead,
        "refused": state.refused,
        "dropped": state.dropped,
        "delivered": state.delivered,
    }


def _dead_fields(letter: DeadLetter) -> dict[str, Any]:
    return {
        "message": letter.message,
        "made": _moment(letter.made_seconds),
        "attempts": letter.attempts,
        "outcome": letter.outcome,
    }


def _moment(seconds: float) -> str | None:
    """A moment as text, None for 0: there is none."""
    return iso_utc(datetime.fromtimestamp(seconds, UTC)) if seconds else None


def _json(fields: dict[str, Any]) -> Response:
    return JSONResponse(fields, headers=NO_STORE)
