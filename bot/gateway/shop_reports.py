"""POST /webhooks/shop: the shop system reports new prices, stock and purchases."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import ApiError
from bot.gateway.bodies import read_bytes
from bot.gateway.parts import parts_of
from bot.shop_webhooks import SYSTEMS, is_genuine, read_delivery
from profiling.errors import StoreError
from profiling.store.offers import OfferStore

MAX_BYTES = 2_000_000
"""A product with hundreds of variants and its pictures' addresses fits."""
_PING = re.compile(rb"webhook_id=\d{1,20}")
"""WooCommerce tries an address out with this, unsigned, before it saves a webhook."""
_log = logging.getLogger("rapport.shop")


async def report(request: Request) -> Response:
    """Takes a signed report once; one that was taken before, or is of no use here, is answered with success too."""
    parts = parts_of(request)
    system, secret = parts.settings.shop_system, parts.settings.shop_webhook_secret
    if system not in SYSTEMS or not secret:
        raise ApiError(404, "no_webhooks", "This shop sends no reports.")
    body = await read_bytes(request, limit=MAX_BYTES)
    if system == "woocommerce" and _PING.fullmatch(body):
        return JSONResponse({"taken": False})
    if not is_genuine(system, request.headers, body, secret=secret):
        raise ApiError(401, "bad_signature", "This is not signed by the shop.")
    now = datetime.now(UTC)
    try:
        delivery = read_delivery(system, request.headers, body, at=now)
    except ValueError as error:
        _log.warning("a report could not be read: %s", error)
        raise ApiError(400, "bad_report", "This is not what the shop system's documentation says.") from None
    if delivery is None:
        return JSONResponse({"taken": False})
    try:
        taken = await parts.engine.run(lambda store: OfferStore(store).take(delivery, at=now))
    except StoreError as error:  # the shop sends it again
        raise ApiError(503, "store_unavailable", "This is out of reach right now.", retry_after_s=10) from error
    _log.info("%s: %s", delivery.subject, "taken" if taken else "known already")
    return JSONResponse({"taken": taken})


ROUTES = [Route("/webhooks/shop", report, methods=["POST"])]
