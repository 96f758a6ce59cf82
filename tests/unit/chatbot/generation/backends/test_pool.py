"""The pool in front of a generator: few at once, the rest waits, too many are turned away, leaving stops the model."""

from __future__ import annotations

import threading

import pytest

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.errors import GeneratorUnavailable
from chatbot.generation.backends.pool import PooledGenerator
from support.fakes.core import FakeGenerator
from support.fakes.generation import said, texts

PATIENCE = 20.0


class Stalling:
    """Says one piece, then waits until it may go on; counts how many are writing."""

    version = "stalling"
    instructions = ""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.ended = threading.Event()
        self.writing = self.most = 0
        self._lock = threading.Lock()

    def stream(self, history: list[Message], hits: list[FaqHit], *, lang: str) -> PieceStream:
        with self._lock:
            self.writing += 1
            self.most = max(self.most, self.writing)
        try:
            yield Piece("one ")
            assert self.go_on.wait(PATIENCE)
            yield Piece("two ")
            yield Piece("three")
        finally:
            with self._lock:
                self.writing -= 1
            self.ended.set()


def test_replies_come_through_in_pieces() -> None:
    pool = PooledGenerator(FakeGenerator(["Hi", " there"]))
    assert texts(pool.stream(said("hello"), (), lang="en")) == ["Hi", " there"]
    assert pool.version == "fake-generator-1"


def test_an_error_of_the_generator_is_the_callers() -> None:
    pool = PooledGenerator(FakeGenerator(["Hi", ValueError("broken")]))
    stream = pool.stream(said("hello"), (), lang="en")
    assert next(stream).text == "Hi"
    with pytest.raises(ValueError, match="broken"):
        next(stream)


def test_few_are_written_at_once_and_too_many_are_turned_away() -> None:
    inner = Stalling()
    pool = PooledGenerator(inner, workers=2, waiting=1)
    streams = [pool.stream(said("hello"), [], lang="en") for _ in range(3)]
    assert [next(stream).text for stream in streams[:2]] == ["one ", "one "]
    waiting = threading.Thread(target=lambda: list(streams[2]))
    waiting.start()
    while pool._places._value:  # until the third has taken its place
        pass
    with pytest.raises(GeneratorUnavailable):
        next(pool.stream(said("hello"), [], lang="en"))
    inner.go_on.set()
    assert [texts(stream) for stream in streams[:2]] == [["two ", "three"]] * 2
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert inner.most == 2
    assert texts(pool.stream(said("hello"), [], lang="en")) == ["one ", "two ", "three"]


def test_a_customer_who_leaves_stops_the_model_and_frees_the_place() -> None:
    inner = Stalling()
    pool = PooledGenerator(inner, workers=1, waiting=0)
    stream = pool.stream(said("hello"), [], lang="en")
    assert next(stream).text == "one "
    stream.close()
    inner.go_on.set()
    assert inner.ended.wait(PATIENCE)
    while pool._places._value == 0:
        pass
    assert next(pool.stream(said("hello"), [], lang="en")).text == "one "
