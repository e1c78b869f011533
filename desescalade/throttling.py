"""How often one place, or one account, may try. The limits themselves are in the settings."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

TOO_MANY_LOGINS = "Trop d’essais de suite. Attendez cinq minutes, puis recommencez."
# One bucket for requests without an address, as through a Unix socket without a proxy.
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 (not an address to listen on)


def allows(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Counts this try of `action`, one of ACCOUNT_RATE_LIMITS; False beyond its limit.

    A GET is never counted. `key` is what a limit « per key » counts by; only its hash is kept.
    Raises OperationalError where the database does not write.
    """
    with _one_write():
        is_allowed = bool(ratelimit.consume(request, action=action, key=key))
    if not is_allowed:
        _try_to_write()
    return is_allowed


@contextmanager
def _one_write() -> Iterator[None]:
    """Around what allauth counts: one write to the disk, and those who count at once queue for it.

    Alone, allauth takes a lock, writes and gives the lock back for each of its limits: six writes
    for a passphrase, half a second on a slow disk, during which no page can be read.

    Raises OperationalError where the database does not write. The cache keeps that error to
    itself, and the next query would only hear that the transaction is broken.
    """
    try:
        with transaction.atomic():
            yield
    except TransactionManagementError as error:
        raise OperationalError("the tries cannot be counted") from error


def _try_to_write() -> None:
    """Raises OperationalError on a full disk, where nothing can be counted.

    Nobody tried too often then, and a page that tells to wait would be wrong.
    """
    with transaction.atomic():
        Session.objects.create(
            session_key=secrets.token_hex(16), session_data="", expire_date=timezone.now()
        )
        transaction.set_rollback(True)


def hashed_key(key: str, prefix: str, version: int) -> str:
    """What a row of the cache is called: its key holds an address, or an account.

    Keyed with the secret of the site, since there are few addresses of version 4 to try.
    """
    return salted_hmac(
        "desescalade.throttling", f"{prefix}:{version}:{key}", algorithm="sha256"
    ).hexdigest()


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks us while it checks a passphrase."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": TOO_MANY_LOGINS,
        "rate_limited": TOO_MANY_LOGINS,
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the outermost of our own proxies saw.

        Each proxy writes who called it at the end of X-Forwarded-For; whatever stands further
        left came with the request and may be forged. With fewer hops than proxies the request
        did not come through them, and the connection's own address counts.
        """
        address = request.META.get("REMOTE_ADDR", "")
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.ALLAUTH_TRUSTED_PROXY_COUNT <= len(hops):
            address = hops[-settings.ALLAUTH_TRUSTED_PROXY_COUNT] or address
        return clean_client_ip(address) or UNKNOWN_ADDRESS

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError after too many tries, OperationalError as `allows` does."""
        refusal = None
        with _one_write():
            # A refusal that leaves the block would take back what the other limit has counted.
            try:
                super().pre_authenticate(request, **credentials)
            except ValidationError as error:
                refusal = error
        if refusal:
            _try_to_write()
            raise refusal

    def _rollback_login_failed_rl_usage(self) -> None:
        with _one_write():
            super()._rollback_login_failed_rl_usage()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per account only. Allauth adds the Host header, whose port anybody may vary."""
        return credentials["username"].lower()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages speak for themselves."""
