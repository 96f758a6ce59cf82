"""The console's password, its sessions and the brake on guessing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable

from itsdangerous import BadSignature, TimestampSigner

from chatbot.ports import StateStore

PASSWORD_KEY = "console_password"  # noqa: S105  # the name of the entry, not a password
SECRET_KEY = "cookie_secret"  # noqa: S105
SESSION_SECONDS = 12 * 3600
_N, _R, _P = 2**14, 8, 1
_SALT_BYTES = 16
_PASSWORD_BYTES = 12


def ensure_console_password(state: StateStore) -> str | None:
    """Set a random password where there is none and return it, once; None where there was one already."""
    if state.get(PASSWORD_KEY):
        return None
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    set_console_password(state, password)
    return password


def set_console_password(state: StateStore, password: str) -> None:
    """Store the password's scrypt hash. Sessions opened with an older password end."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P)
    state.set(PASSWORD_KEY, f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(digest)}")


def is_console_password(state: StateStore, password: str) -> bool:
    """Compare with the stored hash in constant time; False while no password is set."""
    stored = state.get(PASSWORD_KEY)
    if not stored:
        return False
    _, n, r, p, salt, digest = stored.split("$")
    given = hashlib.scrypt(password.encode(), salt=_bytes(salt), n=int(n), r=int(r), p=int(p))
    return hmac.compare_digest(given, _bytes(digest))


class Sessions:
    """Signed session tokens that end after 12 hours, at logout, or when the password changes.

    A logout is remembered by this process only: other workers let that token end by its time.
    """

    def __init__(self, state: StateStore, *, now: Callable[[], float] = time.time) -> None:
        self._state = state
        self._now = now
        self._secret = ""
        self._lock = threading.Lock()
        self._closed: dict[str, float] = {}

    def open(self) -> str:
        """A new token."""
        return self.sign(secrets.token_urlsafe(16))

    def sign(self, text: str) -> str:
        """The text with the time and its signature behind the last two dots."""
        return self._signer().sign(text).decode("ascii")

    def signed(self, token: str, *, seconds: float = SESSION_SECONDS) -> str | None:
        """What was signed at most so many seconds ago; None where the signature is not ours or too old."""
        try:
            return self._signer().unsign(token, max_age=int(seconds)).decode("utf-8")
        except (BadSignature, UnicodeError):
            return None

    def is_open(self, token: str) -> bool:
        """True for a token of ours that has neither ended nor been closed."""
        text = self.signed(token)
        return text is not None and text not in self._closed

    def close(self, token: str) -> None:
        """End a session before its time."""
        text, now = self.signed(token), self._now()
        if text is None:
            return
        with self._lock:
            # By what was signed: one signature can be spelt in several ways.
            self._closed = {old: ends for old, ends in self._closed.items() if ends > now} | {
                text: now + SESSION_SECONDS
            }

    def _signer(self) -> _Signer:
        if not self._secret:  # never changes once it is stored
            self._secret = self._state.set_default(SECRET_KEY, secrets.token_urlsafe(32))
        password = self._state.get(PASSWORD_KEY) or ""
        return _Signer(self._now, f"{self._secret}\n{password}")


class _Signer(TimestampSigner):
    """Signs with SHA-256 and the time of `now`."""

    def __init__(self, now: Callable[[], float], key: str) -> None:
        super().__init__(key, salt="console session", key_derivation="hmac", digest_method=hashlib.sha256)
        self._now = now

    def get_timestamp(self) -> int:
        return int(self._now())


class GuessBrake:
    """After 5 wrong passwords from one address that address waits a minute. Kept in memory, bounded."""

    def __init__(
        self, *, tries: int = 5, wait_seconds: float = 60.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._tries = tries
        self._wait = wait_seconds
        self._now = now
        self._lock = threading.Lock()
        self._failed: dict[str, list[float]] = {}

    def wait_seconds(self, address: str) -> int:
        """Whole seconds this address still has to wait; 0 when it may try."""
        with self._lock:
            recent = self._recent(address)
            return max(1, round(recent[-1] + self._wait - self._now())) if len(recent) >= self._tries else 0

    def failed(self, address: str) -> None:
        """Count a wrong password."""
        with self._lock:
            self._failed = {other: times for other in list(self._failed) if (times := self._recent(other))}
            self._failed.setdefault(address, []).append(self._now())

    def succeeded(self, address: str) -> None:
        """Forget the wrong passwords of this address."""
        with self._lock:
            self._failed.pop(address, None)

    def _recent(self, address: str) -> list[float]:
        since = self._now() - self._wait
        return [moment for moment in self._failed.get(address, []) if moment > since]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
