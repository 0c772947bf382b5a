"""Pictures that shoppers send, of a damaged item for instance.

They are checked, drawn anew without what the camera wrote, and kept beside gateway.db as long as the conversation;
sealed, where there is a RAPPORT_DATABASE_KEY.
"""

from __future__ import annotations

import io
import json
import logging
import secrets
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import ApiError
from bot.gateway.database import GatewayDatabase
from profiling.errors import StoreError
from profiling.privacy.file_seal import FileSeal
from profiling.store.connection import database_key

MAX_IMAGE_BYTES = 8_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE = 1_600
MAX_IMAGES = 20
"""Pictures of one session."""

_log = logging.getLogger("rapport.images")

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class Images:
    """The folder of pictures and the list of whose they are. Synchronous: call the methods in a thread."""

    def __init__(self, database: GatewayDatabase, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._seal = FileSeal(database_key(), folder.parent)

    def add(self, session_id: str, raw: bytes, media_type: str) -> str:
        """Keeps a picture; returns its id.

        Raises:
            ApiError: it is no picture of that type, has too many pixels, or the session has sent enough of them.
        """
        drawn = redrawn(raw, media_type)
        image_id = secrets.token_urlsafe(16)
        with self._database.writing() as conn:
            count = conn.execute("SELECT count(*) FROM images WHERE session_id = ?", [session_id]).fetchone()[0]
            if count >= MAX_IMAGES:
                raise ApiError(429, "too_many_images", "That is enough pictures for one chat.", retry_after_s=3600)
            conn.execute(
                "INSERT INTO images VALUES (?, ?, ?)",
                [image_id, session_id, datetime.now(UTC).isoformat(timespec="milliseconds")],
            )
            self._folder.mkdir(parents=True, exist_ok=True)
            self._path(image_id).write_bytes(self._seal.seal(image_id, drawn))
        return image_id

    def belongs(self, image_id: str, session_id: str) -> bool:
        """Whether this session has sent the picture."""
        with self._database.reading() as conn:
            found = conn.execute(
                "SELECT 1 FROM images WHERE image_id = ? AND session_id = ?", [image_id, session_id]
            ).fetchone()
        return found is not None

    def of_sessions(self, session_ids: Iterable[str]) -> list[str]:
        """The pictures that these sessions have sent, the oldest first."""
        with self._database.reading() as conn:
            rows = conn.execute(
                "SELECT image_id FROM images WHERE session_id IN (SELECT value FROM json_each(?)) ORDER BY at",
                [json.dumps(list(session_ids))],
            ).fetchall()
        return [row[0] for row in rows]

    def read(self, image_id: str) -> bytes:
        """The JPEG of a picture that we named.

        Raises:
            ApiError: it is not there any more, or cannot be opened.
        """
        try:
            return self._seal.open(image_id, self._path(image_id).read_bytes())
        except FileNotFoundError:
            raise ApiError(404, "unknown_image", "There is no such picture in this chat.") from None
        except StoreError as error:
            _log.error("a picture: %s", error)
            raise ApiError(503, "store_unavailable", "This picture cannot be opened.", retry_after_s=10) from None

    def erase(self, session_ids: Iterable[str]) -> None:
        """Deletes all pictures of these sessions."""
        self._delete("session_id IN (SELECT value FROM json_each(?))", json.dumps(list(session_ids)))

    def delete_older_than(self, limit: str) -> None:
        """Deletes what was sent before this moment (ISO 8601)."""
        self._delete("at < ?", limit)

    def _delete(self, where: str, value: str) -> None:
        with self._database.writing() as conn:
            rows = conn.execute(f"DELETE FROM images WHERE {where} RETURNING image_id", [value]).fetchall()  # noqa: S608
        for row in rows:
            self._path(row[0]).unlink(missing_ok=True)

    def _path(self, image_id: str) -> Path:
        return self._folder / f"{image_id}.jpg"


def redrawn(raw: bytes, media_type: str) -> bytes:
    """The picture as a JPEG of at most MAX_SIDE pixels a side, upright, without metadata.

    Raises:
        ApiError: 415 or 422, it is not what it says, is broken, or has too many pixels.
    """
    kind = FORMATS.get(media_type)
    if kind is None:
        raise ApiError(415, "bad_image_type", "Send a JPEG, PNG or WebP picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(io.BytesIO(raw), formats=[kind]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ApiError(422, "too_many_pixels", "This picture is too large. Send a smaller one.")
                image.draft("RGB", (MAX_SIDE, MAX_SIDE))
                upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
        out = io.BytesIO()
        Image.frombytes("RGB", upright.size, upright.tobytes()).save(out, "JPEG", quality=85)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ApiError(422, "bad_image", "This file is not a picture that I can open.") from None
    return out.getvalue()
