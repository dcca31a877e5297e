"""Reads the body of an answer, unpacked, without ever holding more of it than is allowed."""

from __future__ import annotations

import zlib

import httpx

from sdrdesk.sync.errors import TooLarge, Unreadable

ACCEPTED = "gzip"
"""What is asked for in ``Accept-Encoding``; it can be unpacked bit by bit, with a limit."""


def read_body(response: httpx.Response, most: int) -> bytes:
    """Return the whole body.

    Raises:
        TooLarge: it is larger than ``most`` bytes.
        Unreadable: it is not packed as it says.
        httpx.TransportError: the connection broke.
    """
    if response.is_stream_consumed:  # made in this process, by a stand-in for the network
        return response.content
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing in ("", "identity"):
        unpack = None
    elif packing in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    else:
        raise Unreadable("it is packed in a way that was not asked for")
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
        raise Unreadable("it goes on behind its own end")
    try:
        return unpack.decompress(chunk, most)
    except zlib.error as error:
        raise Unreadable("it says that it is gzip and is not") from error
