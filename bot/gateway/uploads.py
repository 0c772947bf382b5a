"""Sending a picture, and getting it back."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import ApiError
from bot.gateway.bodies import read_bytes
from bot.gateway.callers import address, authenticated
from bot.gateway.images import FORMATS, MAX_IMAGE_BYTES


async def post_image(request: Request) -> Response:
    """POST /api/v1/images with the picture as the body -> 201 {"image_id"}."""
    parts, session = await authenticated(request)
    parts.limits.image(session.session_id, address(request))
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in FORMATS:
        raise ApiError(415, "bad_image_type", "Send a JPEG, PNG or WebP picture.")
    raw = await read_bytes(request, limit=MAX_IMAGE_BYTES)
    image_id = await asyncio.to_thread(parts.records.images.add, session.session_id, raw, media_type)
    return JSONResponse({"image_id": image_id}, status_code=201)


async def get_image(request: Request) -> Response:
    """GET /api/v1/images/{image_id} -> the JPEG, to the session that sent it."""
    parts, session = await authenticated(request)
    parts.limits.read(session.session_id)
    image_id = request.path_params["image_id"]
    if not await asyncio.to_thread(parts.records.images.belongs, image_id, session.session_id):
        raise ApiError(404, "unknown_image", "There is no such picture in this chat.")
    return Response(await asyncio.to_thread(parts.records.images.read, image_id), media_type="image/jpeg")


ROUTES = [
    Route("/api/v1/images", post_image, methods=["POST"]),
    Route("/api/v1/images/{image_id}", get_image, methods=["GET"]),
]
