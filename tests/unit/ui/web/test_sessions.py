"""The console's password, its sessions and the brake on guessing."""

from __future__ import annotations

from support.fakes.storage import FakeStateStore
from ui.web.sessions import (
    PASSWORD_KEY,
    SESSION_SECONDS,
    GuessBrake,
    Sessions,
    ensure_console_password,
    is_console_password,
    set_console_password,
)


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_first_password_is_told_once_and_kept_only_as_a_hash() -> None:
    state = FakeStateStore()
    password = ensure_console_password(state)
    assert password is not None
    assert len(password) >= 16
    assert ensure_console_password(state) is None
    assert password not in (state.get(PASSWORD_KEY) or "")
    assert is_console_password(state, password)
    assert not is_console_password(state, password + "x")


def test_two_hashes_of_one_password_differ() -> None:
    one, other = FakeStateStore(), FakeStateStore()
    set_console_password(one, "same")
    set_console_password(other, "same")
    assert one.get(PASSWORD_KEY) != other.get(PASSWORD_KEY)


def test_without_a_password_nobody_gets_in() -> None:
    assert not is_console_password(FakeStateStore(), "")


def test_a_session_lasts_twelve_hours() -> None:
    clock = Clock()
    sessions = Sessions(FakeStateStore(), now=clock)
    token = sessions.open()
    assert sessions.is_open(token)
    clock.now += SESSION_SECONDS
    assert sessions.is_open(token)
    clock.now += 1
    assert not sessions.is_open(token)


def test_a_changed_or_foreign_token_is_worth_nothing() -> None:
    sessions = Sessions(FakeStateStore())
    token = sessions.open()
    text, when, signature = token.split(".")
    foreign = Sessions(FakeStateStore()).open()
    forged_ones = ("", ".", "..", f"{text}x.{when}.{signature}", f"{text}.z{when}.{signature}", f"{text}..{signature}")
    for forged in (*forged_ones, token[:-2], foreign):
        assert not sessions.is_open(forged), forged


def test_a_session_survives_a_restart_but_not_a_new_password() -> None:
    state = FakeStateStore()
    set_console_password(state, "old")
    token = Sessions(state).open()
    assert Sessions(state).is_open(token)
    set_console_password(state, "new")
    assert not Sessions(state).is_open(token)


def test_a_closed_session_stays_closed() -> None:
    sessions = Sessions(FakeStateStore())
    token, other = sessions.open(), sessions.open()
    sessions.close(token)
    for spelt in (token, token + "ü", token + "=", token + "\n"):
        assert not sessions.is_open(spelt)
    assert sessions.is_open(other)


def test_five_wrong_passwords_cost_a_minute_for_that_address_alone() -> None:
    clock = Clock()
    brake = GuessBrake(now=clock)
    for _ in range(4):
        brake.failed("a")
    assert brake.wait_seconds("a") == 0
    brake.failed("a")
    assert brake.wait_seconds("a") == 60
    assert brake.wait_seconds("b") == 0
    clock.now += 59
    assert brake.wait_seconds("a") == 1
    clock.now += 2
    assert brake.wait_seconds("a") == 0


def test_a_right_password_forgets_the_wrong_ones() -> None:
    brake = GuessBrake()
    for _ in range(4):
        brake.failed("a")
    brake.succeeded("a")
    brake.failed("a")
    assert brake.wait_seconds("a") == 0


class Counting(FakeStateStore):
    """Counts reads."""

    reads = 0

    def get(self, key: str) -> str | None:
        self.reads += 1
        return super().get(key)


def test_a_request_costs_one_read() -> None:
    state = Counting()
    set_console_password(state, "right")
    sessions = Sessions(state)
    token = sessions.open()
    state.reads = 0
    assert sessions.is_open(token)
    assert state.reads == 1


def test_a_form_is_signed_for_a_shorter_time_than_a_session() -> None:
    clock = Clock()
    sessions = Sessions(FakeStateStore(), now=clock)
    token = sessions.sign("form.1")
    assert sessions.signed(token, seconds=60) == "form.1"
    clock.now += 61
    assert sessions.signed(token, seconds=60) is None
