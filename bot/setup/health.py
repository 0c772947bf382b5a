"""Whether a process answers over HTTP on this machine."""

from __future__ import annotations

import asyncio

LIMIT_S = 3.0


async def answers(host: str, port: int, path: str) -> bool:
    """Whether GET `path` is answered with a status of 2xx within three seconds."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return 200 <= await _status(host, port, path) < 300
    except (OSError, ValueError, EOFError, TimeoutError):
        return False


async def _status(host: str, port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        name = f"[{host}]" if ":" in host else host
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n".encode("ascii"))
        await writer.drain()
        version, status, *_ = (await reader.readline()).split() or (b"", b"0")
        return int(status) if version.startswith(b"HTTP/") else 0
    finally:
        writer.close()
