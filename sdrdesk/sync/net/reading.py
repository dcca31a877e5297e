"""Reading of an answer's body, decompressed, up to a size limit."""

from __future__ import annotations

import zlib

import httpx

from sdrdesk.sync.errors import TooLarge, Unreadable

ACCEPTED = "gzip"
"""The ``Accept-Encoding``; gzip can be decompressed in parts, with a limit."""


def read_body(response: httpx.Response, most: int) -> bytes:
    """Return the body.

    Raises:
        TooLarge: it is larger than ``most`` bytes.
        Unreadable: it is not compressed as its header says.
        httpx.TransportError: the connection broke.
    """
    if response.is_stream_consumed:  # from a test transport
        return response.content
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing in ("", "identity"):
        unpack = None
    elif packing in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    else:
        raise Unreadable("it is compressed in an unexpected way")
    parts: list[bytes] = []
    room = most
    for chunk in response.iter_raw():
        part = chunk if unpack is None else _unpacked(unpack, chunk, room + 1)
        room -= len(part)
        if room < 0:
            raise TooLarge(f"it is larger than {most // 1_048_576} MB")
        parts.append(part)
    if unpack is not None and not unpack.eof and parts:
        raise Unreadable("it breaks off")
    return b"".join(parts)


def _unpacked(unpack: zlib._Decompress, chunk: bytes, most: int) -> bytes:
    if unpack.eof:
        raise Unreadable("it goes on after its own end")
    try:
        return unpack.decompress(chunk, most)
    except zlib.error as error:
        raise Unreadable("it is not valid gzip") from error
