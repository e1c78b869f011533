"""A file under a passphrase, in chunks of which none can be changed, moved, dropped or added.

    "DESESCALADE-1\\n"  salt (16 bytes)  chunks: AES-256-GCM of 64 KiB each, the last shorter

The key is of this file only (scrypt of the passphrase and the salt), so chunks are numbered in
their nonce: eleven bytes of number, one that says whether it is the last. The construction is
STREAM, as in age: https://eprint.iacr.org/2015/189 and https://age-encryption.org/v1
"""

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .archive import SEALED as MAGIC
from .refusing import Damaged, Refused

CHUNK = 64 * 1024
_SALT, _TAG = 16, 16
# 64 MiB and some tenths of a second for each passphrase that is tried.
_COST = 2**16


def _cipher(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Sealer(io.RawIOBase):
    """What is written to it goes sealed into the sink. `finish` has to come last."""

    def __init__(self, sink: BinaryIO, passphrase: bytes) -> None:
        salt = os.urandom(_SALT)
        self._sink, self._cipher = sink, _cipher(passphrase, salt)
        self._number, self._waiting = 0, bytearray()
        sink.write(MAGIC + salt)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self._waiting += data
        # One byte more than a chunk is there: so it is not the last.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, is_last: bool) -> None:
        self._sink.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, MAGIC))
        self._number += 1


class Opener(io.RawIOBase):
    """Reads what a Sealer wrote, from the byte after MAGIC. Raises Refused, Damaged."""

    def __init__(self, source: BinaryIO, passphrase: bytes) -> None:
        self._source = source
        self._cipher = _cipher(passphrase, source.read(_SALT))
        self._number, self._ready = 0, b""
        self._next = source.read(CHUNK + _TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while not self._ready and self._next is not None:
            self._open()
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _open(self) -> None:
        chunk, self._next = self._next, self._source.read(CHUNK + _TAG) or None
        try:
            nonce = _nonce(self._number, self._next is None)
            self._ready = self._cipher.decrypt(nonce, chunk, MAGIC)
        except (InvalidTag, ValueError):
            if self._number:
                raise Damaged("La sauvegarde chiffrée est abîmée ou coupée.") from None
            raise Refused(
                "La phrase de passe n’ouvre pas cette sauvegarde, ou le début du fichier est abîmé."
            ) from None
        self._number += 1
