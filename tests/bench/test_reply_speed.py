"""What a reply costs beside the forward pass it cannot do without."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import Route
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.settings import load_settings
from support.shops.sample_data import rows
from support.stopwatch_ms import milliseconds

WARM_UP, ROUNDS = 40, 300
MOST = 2.0
"""Limit of the whole reply, in bare encodings of the same text."""
THREADS, MESSAGES = 16, 400
VARIANTS = [text for row in rows("faq_en.csv") for text in (row["question"], *row["variants"].split("|"))][:300]


@pytest.fixture
def running(shop: Path) -> Iterator[Application]:
    stores = open_stores(load_settings())
    yield build_application(stores)
    stores.close()


def answered(running: Application) -> list[str]:
    """Messages that take the FAQ route."""
    return [text for text in VARIANTS if running.assistant.explain(text).decision.route is Route.FAQ]


@dataclass
class Measured:
    """Milliseconds of each round: the bare encoding, the whole reply, and the steps that the reply reports."""

    bare: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)


def measure(running: Application) -> Measured:
    """Both in turn, and each first every other time: whatever else the machine does meets both alike."""
    encoder = running.live().encoder
    assert isinstance(encoder, OnnxEncoder)
    texts = answered(running)
    conversation = running.assistant.start("visitor", "en")
    found = Measured()
    for number in range(WARM_UP + ROUNDS):
        text = texts[number % len(texts)]

        def reply(text: str = text) -> None:
            reply = running.assistant.reply(conversation, text)
            assert reply.route is Route.FAQ
            for step, took in reply.timings_ms.items():
                found.steps.setdefault(step, []).append(took)

        both = [(found.bare, partial(encoder.encode_bare, text)), (found.whole, reply)]
        for taken, call in both if number % 2 else both[::-1]:
            taken.append(milliseconds(call))
    return found


def test_a_reply_costs_less_than_twice_a_bare_encoding(running: Application) -> None:
    running.live()
    with ThreadPoolExecutor(1) as thread:  # as in a server: libraries keep settings of the thread that loaded them
        found = thread.submit(measure, running).result()
    p50, p50_bare = (statistics.median(taken[WARM_UP:]) for taken in (found.whole, found.bare))
    p95, p95_bare = (statistics.quantiles(taken[WARM_UP:], n=20)[-1] for taken in (found.whole, found.bare))
    print(f"\nreply p50 {p50:.2f} ms, p95 {p95:.2f}; bare encoding p50 {p50_bare:.2f} ms, p95 {p95_bare:.2f}")
    print(f"ratio of the medians {p50 / p50_bare:.2f} (limit {MOST})")
    print("steps:", ", ".join(f"{step} {statistics.median(took):.2f}" for step, took in found.steps.items()))
    assert p50 <= MOST * p50_bare


def test_many_customers_at_once_are_served_no_slower_than_one(running: Application) -> None:
    texts = answered(running)

    def talk(thread: int, count: int) -> None:
        conversation = running.assistant.start(f"visitor-{thread}", "en")
        for number in range(count):
            running.assistant.reply(conversation, texts[(thread * 31 + number) % len(texts)])

    def throughput(threads: int) -> float:
        started = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda thread: talk(thread, MESSAGES // threads), range(threads)))
        return MESSAGES / (time.perf_counter() - started)

    throughput(THREADS)
    alone, together = [], []
    for _ in range(3):
        alone.append(throughput(1))
        together.append(throughput(THREADS))
    one, many = statistics.median(alone), statistics.median(together)
    print(f"\n{one:.0f} messages a second from 1 client, {many:.0f} from {THREADS}: ratio {many / one:.2f}")
    assert many > 0.5 * one
