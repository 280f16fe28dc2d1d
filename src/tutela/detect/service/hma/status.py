"""``/status``, ``/site-map``, index and configuration: what HMA's clients look at before they ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutela.detect.service.hma.answers import Denied, Wrong, said, text
from tutela.detect.service.hma.shape import BASE, Hma, route
from tutela.detect.service.hma.signals import CONTENT_TYPES
from tutela.detect.service.vitals import readiness
from tutela.kernel.errors import Refused
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.roles import Caller

declare_words(
    "hma_status",
    "hma_live",
    "hma_site_map",
    "hma_index_status",
    "hma_signal_type_index",
    "hma_signal_types",
    "hma_signal_type_update",
    "hma_content_types",
    "hma_exchanges",
    "hma_exchange_create",
    "hma_exchange_apis",
    "hma_exchange_api",
    "hma_exchange_schema",
    "hma_exchange",
    "hma_exchange_status",
)
#: The paths of HMA that are answered here, in its own notation.
SITE_MAP = (
    "/",
    "/c/bank/<bank_name>",
    "/c/bank/<bank_name>/content",
    "/c/bank/<bank_name>/content/<int:content_id>",
    "/c/bank/<bank_name>/signal",
    "/c/banks",
    "/c/content_type",
    "/c/exchange/<string:exchange_name>",
    "/c/exchange/<string:exchange_name>/status",
    "/c/exchanges",
    "/c/exchanges/api/<string:api_name>",
    "/c/exchanges/api/<string:api_name>/schema",
    "/c/exchanges/apis",
    "/c/signal_type",
    "/c/signal_type/<signal_type_name>",
    "/c/signal_type/index",
    "/h/hash",
    "/m/compare",
    "/m/index/status",
    "/m/lookup",
    "/m/raw_lookup",
    "/site-map",
    "/status",
    "/status/live",
)
_FETCHING = "no list is fetched through this shape; lists come in by import or by tutela's own feeds"


def routes(hma: Hma) -> list[Route]:
    """Status for anybody; index and configuration for the role ``detail``."""
    open_to_all: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("/", "hma_status", _status(hma)),
        ("/status", "hma_status", _status(hma)),
        ("/status/live", "hma_live", _live),
        ("/site-map", "hma_site_map", _site_map),
    ]
    exchange, api = "/c/exchange/{exchange}", "/c/exchanges/api/{api}"
    return [
        *(Route(BASE + path, answer, methods=["GET"], name=name) for path, name, answer in open_to_all),
        route(hma, "GET", "/m/index/status", hma_index_status),
        route(hma, "GET", "/c/signal_type", hma_signal_types),
        route(hma, "GET", "/c/signal_type/index", hma_signal_type_index),
        route(hma, "PUT", "/c/signal_type/{signal_type}", hma_signal_type_update, curates=True),
        route(hma, "GET", "/c/content_type", hma_content_types),
        route(hma, "GET", "/c/exchanges", hma_exchanges),
        route(hma, "POST", "/c/exchanges", hma_exchange_create, curates=True),
        route(hma, "GET", "/c/exchanges/apis", hma_exchange_apis),
        *(route(hma, method, api, hma_exchange_api) for method in ("GET", "POST")),
        route(hma, "GET", f"{api}/schema", hma_exchange_schema),
        *(route(hma, method, exchange, hma_exchange) for method in ("GET", "PUT", "DELETE")),
        route(hma, "GET", f"{exchange}/status", hma_exchange_status),
    ]


def _status(hma: Hma) -> Callable[[Request], Awaitable[Response]]:
    async def status(_request: Request) -> Response:
        trouble = await hma.service.in_thread(_trouble, hma)
        return text(trouble, 503) if trouble else text("I-AM-ALIVE")

    return status


def _trouble(hma: Hma) -> str:
    """HMA's word for why it should not be asked, or "". A service without any list is ready, as HMA is."""
    codes = {reason["code"] for reason in readiness(hma.service)["reasons"]}
    if "behind" in codes:
        return "INDEX-STALE"
    waits = "lists" in codes and hma.shelf.applied().sequence < hma.service.log.head()
    return "INDEX-NOT-LOADED" if waits or codes - {"lists"} else ""


async def _live(_request: Request) -> Response:
    return text("I-AM-ALIVE")


async def _site_map(_request: Request) -> Response:
    return said(list(SITE_MAP))


async def hma_index_status(hma: Hma, request: Request, _caller: Caller) -> Response:
    """Size of the index of each signal type and the Unix time of its last change."""
    found = await hma.service.in_thread(_sizes, hma, request.query_params.get("signal_type"))
    return said(
        {
            name: {"present": bool(built), "built_to": built or -1, "size": size}
            for name, (size, built) in found.items()
        }
    )


async def hma_signal_type_index(hma: Hma, request: Request, _caller: Caller) -> Response:
    """The same in other words: an entry is in the index as soon as it is in the list."""
    found = await hma.service.in_thread(_sizes, hma, request.query_params.get("signal_type"))
    return said(
        {
            name: {
                "db_size": size,
                "index_size": size,
                "index_out_of_date": False,
                "newest_db_item": built or -1,
                "index_built_to": built or -1,
            }
            for name, (size, built) in found.items()
        }
    )


def _sizes(hma: Hma, untrusted_type: str | None) -> dict[str, tuple[int, int]]:
    """(values, Unix time of the last change) by signal type. Raises Wrong."""
    if untrusted_type is not None and untrusted_type not in hma.signals:
        raise Wrong(f"No such signal type; enabled are {', '.join(hma.signals)}")
    shelf, keeper = hma.shelf, hma.counts
    lists = [one for one in shelf.lists() if not one.header.known_good]
    kinds = [keeper.counts(one.header.name, one).kinds for one in lists]
    built = max((int(shelf.state(one.header.name).changed.timestamp()) for one in lists), default=0)
    return {
        name: (sum(counts.get(signal.kind, 0) for counts in kinds), built)
        for name, signal in hma.signals.items()
        if untrusted_type in (None, name)
    }


async def hma_signal_types(hma: Hma, _request: Request, _caller: Caller) -> Response:
    """The enabled signal types."""
    return said([{"name": name, "enabled_ratio": 1.0} for name in hma.signals])


async def hma_signal_type_update(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """Which types are enabled stands in the settings."""
    raise Denied("signal types are enabled in the settings of the service")


async def hma_content_types(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """Photos and films."""
    return said([{"name": name, "enabled": True} for name in CONTENT_TYPES])


async def hma_exchanges(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """No exchange is configured."""
    return said([])


async def hma_exchange_create(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """Refused: nothing is fetched."""
    raise Denied(_FETCHING)


async def hma_exchange_apis(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """No kind of exchange is installed."""
    return said([])


async def hma_exchange_api(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """Refused as HMA refuses an unknown one."""
    raise Wrong(f"no such Exchange API: {_FETCHING}")


async def hma_exchange_schema(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """Refused as HMA refuses an unknown one."""
    raise Wrong(f"no such Exchange API: {_FETCHING}")


async def hma_exchange(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """None is there; Coop takes this for a bank without exchange."""
    raise Refused("Exchange not found")


async def hma_exchange_status(_hma: Hma, _request: Request, _caller: Caller) -> Response:
    """None is there."""
    raise Refused("Exchange not found")
