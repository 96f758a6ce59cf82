"""Speed of generation, as ratios in one run: against bare `model.generate`, and what it costs the curated answers."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from chatbot.generation.backends.gpt2 import Gpt2Generator, Sampling
from chatbot.generation.backends.pool import PooledGenerator
from support.fakes.generation import hit, said
from support.paths import DATA

ROUNDS = 15
TOKENS = 48
GREEDY = Sampling(temperature=0.0, repetition_penalty=1.0, max_tokens=TOKENS)


def test_streaming_is_as_fast_as_a_bare_generate() -> None:
    import torch
    from transformers import GenerationConfig, GPT2LMHeadModel

    generator = Gpt2Generator(DATA / "generator", threads=1, seconds=60.0, sampling=GREEDY)
    bare = GPT2LMHeadModel.from_pretrained(DATA / "generator", dtype=torch.float32).eval()
    prompt = generator.prompt(said("how long does delivery take"), [hit("It takes 2 to 4 working days.")], lang="en")
    ids = torch.tensor([generator._ids(prompt)])

    def bare_seconds(tokens: int) -> float:
        chosen = GenerationConfig(max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, pad_token_id=0)
        started = time.perf_counter()
        with torch.inference_mode():
            bare.generate(ids, attention_mask=torch.ones_like(ids), generation_config=chosen)
        return time.perf_counter() - started

    def own() -> tuple[float, float, int]:
        started = time.perf_counter()
        first, count = 0.0, 0
        history, hits = said("how long does delivery take"), [hit("It takes 2 to 4 working days.")]
        for piece in generator.stream(history, hits, lang="en"):
            first = first or time.perf_counter() - started
            count += piece.tokens
        return first, time.perf_counter() - started, count

    for _ in range(2):
        _, _, count = own()
        bare_seconds(count + 1)
    taken = []
    for _ in range(ROUNDS):  # alternating, so that other work hits both alike; both draw the end of the reply as well
        first, whole, _ = own()
        taken.append((first, whole, bare_seconds(1), bare_seconds(count + 1)))
    own_first, own_whole, bare_first, bare_whole = np.median(np.array(taken), axis=0)
    first, rate = own_first / bare_first, bare_whole / own_whole
    print(f"first token {first:.2f} times a bare generate's, {rate:.2f} times its tokens per second ({count} tokens)")
    assert first <= 1.5
    assert rate >= 0.9


@pytest.mark.parametrize("customers", [4])
def test_curated_answers_hardly_wait_for_generation(sample_home: Path, tmp_path: Path, customers: int) -> None:
    import shutil

    from chatbot.bootstrap.application import build_application
    from chatbot.bootstrap.stores import open_stores
    from chatbot.settings import Settings

    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    stores = open_stores(Settings(home=home))
    assistant = build_application(stores).assistant
    talk = assistant.start("visitor", "en")

    def p95() -> float:
        times = []
        for _ in range(60):
            started = time.perf_counter()
            assistant.reply(talk, "How long does standard delivery take in Singapore?")
            times.append(time.perf_counter() - started)
        return float(np.percentile(times, 95))

    p95()
    alone = p95()
    pool = PooledGenerator(Gpt2Generator(DATA / "generator", threads=1, seconds=60.0), workers=1, waiting=customers)
    stop = threading.Event()

    def chat() -> None:
        while not stop.is_set():
            for _ in pool.stream(said("tell me a joke"), (), lang="en"):
                pass

    threads = [threading.Thread(target=chat) for _ in range(customers)]
    for thread in threads:
        thread.start()
    try:
        beside = p95()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        stores.close()
    print(f"p95 alone {alone * 1000:.1f} ms, beside {customers} generations {beside * 1000:.1f} ms")
    assert beside <= 2 * alone
