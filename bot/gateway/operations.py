"""For those who run the gateway: whether it is alive and ready, its figures, and the document of its API."""

from __future__ import annotations

import hmac
import ipaddress

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.gateway.callers import address
from bot.gateway.openapi import document
from bot.gateway.parts import parts_of

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


async def get_health(request: Request) -> Response:
    """GET /healthz -> {"status", "parts"}; 200 as long as the gateway itself works."""
    return JSONResponse(await parts_of(request).health.check())


async def get_ready(request: Request) -> Response:
    """GET /readyz -> the same, with 503 while shoppers would get no proper answers."""
    answer = await parts_of(request).health.check()
    return JSONResponse(answer, status_code=200 if answer["status"] == "ok" else 503)


async def get_openapi(request: Request) -> Response:
    """GET /api/v1/openapi.json: what the API takes and answers."""
    del request
    return JSONResponse(document(), headers={"Cache-Control": "public, max-age=300"})


async def get_metrics(request: Request) -> Response:
    """GET /metrics: for this machine, or with the token of RAPPORT_METRICS_TOKEN as the bearer."""
    parts = parts_of(request)
    token = parts.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else _is_local(request)):
        raise HTTPException(404)
    return Response(generate_latest(parts.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    """Whether this machine itself asks, and not a proxy on it for somebody else."""
    try:
        local = ipaddress.ip_address(address(request)).is_loopback
    except ValueError:
        return False
    return local and not any(name in request.headers for name in FORWARDED)


ROUTES = [
    Route("/healthz", get_health, methods=["GET"]),
    Route("/readyz", get_ready, methods=["GET"]),
    Route("/metrics", get_metrics, methods=["GET"]),
    Route("/api/v1/openapi.json", get_openapi, methods=["GET"]),
]
