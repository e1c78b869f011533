"""The one message shape between the site and its engine: a length, then that many bytes.

Plain bytes and JSON, never pickle: a frame can be wrong, it cannot run anything.
"""

import contextlib
import socket
import struct

MIB = 1 << 20
MAX_ORDER = MIB
MAX_HTML = 16 * MIB
MAX_ATTACHMENT = 16 * MIB
MAX_IMAGE = 2 * MIB
MAX_IMAGES = 4
MAX_PDF = 50 * MIB
MAX_REPORT = 4 * MIB

COUNT = struct.Struct(">I")

_LENGTH = struct.Struct(">Q")


class BrokenFrame(Exception):
    """The other end stopped in the middle of a frame, or announced an absurd length."""


def send(connection: socket.socket, body: bytes) -> None:
    """Send one frame; OSError when the other end is gone, TimeoutError when it does not read."""
    connection.sendall(_LENGTH.pack(len(body)))
    connection.sendall(body)


def send_if_room(connection: socket.socket, body: bytes) -> None:
    """Send one frame of a few bytes, or drop it when the other end is slow to read.

    It goes in one piece: a process killed meanwhile has sent all of it or nothing. OSError
    when the other end is gone.
    """
    with contextlib.suppress(BlockingIOError):
        connection.send(_LENGTH.pack(len(body)) + body, socket.MSG_DONTWAIT)


def receive(connection: socket.socket, at_most: int) -> bytes:
    """Read one frame of `at_most` bytes.

    The length is judged before a byte of memory is set aside for it. Raises BrokenFrame,
    and OSError or TimeoutError from the socket.
    """
    (length,) = _LENGTH.unpack(_read_exactly(connection, _LENGTH.size))
    if length > at_most:
        raise BrokenFrame(f"a frame of {length} bytes, {at_most} at most expected")
    return _read_exactly(connection, length)


def _read_exactly(connection: socket.socket, length: int) -> bytes:
    body = bytearray()
    while len(body) < length:
        chunk = connection.recv(min(MIB, length - len(body)))
        if not chunk:
            raise BrokenFrame(f"{len(body)} bytes out of {length}")
        body += chunk
    return bytes(body)
