"""A generator behind an OpenAI-compatible server: retries, time limits, the circuit breaker, standby, a real server."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.domain.pieces import text_of
from chatbot.errors import ConfigError, GeneratorUnavailable
from chatbot.generation.backends.fallback import StandbyGenerator
from chatbot.generation.backends.openai import CircuitBreaker, OpenAIGenerator
from support.fakes.core import FakeGenerator
from support.fakes.generation import hit, said, texts
from support.paths import DATA
from support.servers.llm_server import Script, running

SHORT = 5.0


def generator(url: str, **options: object) -> OpenAIGenerator:
    return OpenAIGenerator(url, "m", **{"seconds": SHORT, "key": "secret", **options})  # type: ignore[arg-type]


def reply(one: OpenAIGenerator | StandbyGenerator) -> str:
    return text_of(one.stream(said("hello"), [hit("It costs S$6.90.")], lang="en"))


def test_the_reply_is_streamed_with_the_key_the_model_and_the_sources() -> None:
    script = Script()
    with running(script) as url:
        pieces = texts(generator(url).stream(said("hi", "Hello!", "how much?"), [hit("It costs S$6.90.")], lang="en"))
    assert pieces == ["Hello", " there", "!"]
    assert script.keys == ["Bearer secret"]
    (asked,) = script.requests
    assert (asked["model"], asked["stream"]) == ("m", True)
    assert [one["role"] for one in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert "It costs S$6.90." in asked["messages"][0]["content"]


def test_log_probabilities_are_passed_on_where_the_server_tells_them() -> None:
    with running(Script(log_probability=-0.5)) as url:
        pieces = list(generator(url).stream(said("hello"), (), lang="en"))
    assert [(piece.log_probability, piece.tokens) for piece in pieces] == [(-0.5, 1)] * 3


@pytest.mark.parametrize("fault", ["500", "429", "503"])
def test_a_failing_server_is_asked_again(fault: str) -> None:
    script = Script(faults=[fault, fault])
    with running(script) as url:
        assert reply(generator(url)) == "Hello there!"
    assert len(script.requests) == 3


def test_a_refused_request_is_not_repeated() -> None:
    script = Script(faults=["401"] * 9)
    with running(script) as url, pytest.raises(GeneratorUnavailable, match="AuthenticationError"):
        reply(generator(url))
    assert len(script.requests) == 1


def test_a_server_that_does_not_answer_costs_its_time_limit_only() -> None:
    script = Script(faults=["stall"] * 3)
    with running(script) as url, pytest.raises(GeneratorUnavailable):
        reply(generator(url, seconds=0.2, retries=0))


def test_a_reply_that_breaks_off_just_ends() -> None:
    with running(Script(faults=["break"])) as url:
        assert reply(generator(url)) == "Hello"


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(GeneratorUnavailable, match="APIConnectionError"):
        reply(generator(url, retries=0))


def test_after_some_failures_the_server_is_left_alone_and_then_tried_again() -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures=2, rest=30.0, clock=lambda: now[0])
    script = Script(faults=["500", "500"])
    with running(script) as url:
        one = generator(url, retries=0, breaker=breaker)
        for _ in range(5):
            with pytest.raises(GeneratorUnavailable):
                reply(one)
        assert len(script.requests) == 2
        now[0] = 31.0
        assert reply(one) == "Hello there!"
        assert reply(one) == "Hello there!"
    assert len(script.requests) == 4


def test_while_the_breaker_is_half_open_one_call_tries() -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures=1, rest=10.0, clock=lambda: now[0])
    breaker.record(ok=False)
    assert not breaker.allows()
    now[0] = 11.0
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.record(ok=True)
    assert breaker.allows()


def test_the_local_generator_stands_in() -> None:
    local = FakeGenerator(["Hi."])
    with running(Script(faults=["500"] * 9)) as url:
        assert reply(StandbyGenerator(generator(url, retries=0), local)) == "Hi."
        with pytest.raises(GeneratorUnavailable):
            reply(StandbyGenerator(generator(url, retries=0), None))


def test_a_customer_who_leaves_closes_the_connection() -> None:
    script = Script(words=[f"word{n} " * 2000 for n in range(400)])
    with running(script) as url:
        stream = generator(url).stream(said("hello"), (), lang="en")
        next(stream)
        stream.close()
        assert script.left.wait(20)


def test_the_oldest_turns_are_dropped_when_the_context_is_full() -> None:
    script = Script()
    history = said(*(f"turn {number} " + "word " * 60 for number in range(31)))
    with running(script) as url:
        list(generator(url, context=1024).stream(history, [hit("It costs S$6.90.")], lang="en"))
    sent = script.requests[0]["messages"]
    assert sent[-1]["content"].startswith("turn 30")
    assert 2 < len(sent) < 12
    assert "S$6.90" in sent[0]["content"]


@pytest.mark.parametrize(("url", "model"), [("", "m"), ("http://127.0.0.1:1/v1", "")])
def test_an_address_or_model_that_is_missing_is_named(url: str, model: str) -> None:
    with pytest.raises(ConfigError, match="CHATBOT_GENERATOR_URL"):
        OpenAIGenerator(url, model, seconds=1.0)


TEMPLATE = (
    "<|en|>{% for one in messages if one['role'] != 'system' %}"
    "{{ '<|customer|>' if one['role'] == 'user' else '<|agent|>' }}{{ one['content'] }}{% endfor %}<|agent|>"
)


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and model of `transformers serve`, serving the shipped generator."""
    from transformers import PreTrainedTokenizerFast

    directory = tmp_path_factory.mktemp("served")
    for name in ("config.json", "model.safetensors", "generation_config.json"):
        shutil.copy(DATA / "generator" / name, directory / name)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(DATA / "generator" / "tokenizer.json"), eos_token="<|end|>", pad_token="<|pad|>"
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(directory)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("transformers")
    process = subprocess.Popen(
        [str(program), "serve", str(directory), "--port", str(port), "--device", "cpu", "--dtype", "float32"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/v1/models", process)
        yield f"http://127.0.0.1:{port}/v1", str(directory)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; connecting is the clock."""
    for _ in itertools.count():
        assert process.poll() is None, "the server did not start"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                json.load(answer)
                return
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)


def test_a_real_server_is_spoken_to(real_server: tuple[str, str]) -> None:
    url, model = real_server
    one = OpenAIGenerator(url, model, seconds=60.0, temperature=0.0, max_tokens=40)
    text = text_of(one.stream(said("hello"), (), lang="en"))
    assert "help" in text, text
