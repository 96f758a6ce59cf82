"""A small OpenAI-compatible server for tests: streams chat completions, and fails on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 20.0


@dataclass
class Script:
    """The behaviour of the server: each request uses up one of `faults`; without any it streams `words`."""

    words: Sequence[str] = ("Hello", " there", "!")
    faults: list[str] = field(default_factory=list)
    log_probability: float | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a client disconnected in the middle of a reply."""
    go_on: threading.Event = field(default_factory=threading.Event)
    """The event that a stalled reply waits for."""


@contextmanager
def running(script: Script) -> Iterator[str]:
    """The address of a server that follows the script."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # the end of the connection ends the stream

        def log_message(self, *_: object) -> None:
            """Keep stderr clean."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            script.requests.append(json.loads(body))
            script.keys.append(self.headers.get("Authorization", ""))
            fault = script.faults.pop(0) if script.faults else ""
            if fault.isdigit():
                self.send_response(int(fault))
                self.send_header("retry-after-ms", "1")
                self.end_headers()
                self.wfile.write(b'{"error": {"message": "told to fail"}}')
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            if fault == "stall":
                script.go_on.wait(PATIENCE)
                return
            try:
                for number, word in enumerate(script.words):
                    if fault == "break" and number == 1:
                        self.wfile.write(b"data: {not json\n\n")
                        return
                    self._send(_chunk(word, script.log_probability))
                self._send("[DONE]")
            except OSError:
                script.left.set()

        def _send(self, data: object) -> None:
            text = data if isinstance(data, str) else json.dumps(data)
            self.wfile.write(f"data: {text}\n\n".encode())
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        script.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def _chunk(word: str, log_probability: float | None) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": word}, "finish_reason": None}
    if log_probability is not None:
        choice["logprobs"] = {
            "content": [{"token": word, "logprob": log_probability, "bytes": None, "top_logprobs": []}]
        }
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
