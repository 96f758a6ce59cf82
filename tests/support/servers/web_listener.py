"""A real web server on this machine that records the requests posted to it."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Listener:
    """`answers` are the next status codes, followed by 200; while `held` is cleared, requests get no answer."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    got: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    held: threading.Event = field(default_factory=threading.Event)

    def bodies(self) -> list[dict[str, Any]]:
        """Everything posted since the last call."""
        found = []
        while not self.got.empty():
            found.append(self.got.get())
        return found


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free port for the duration of the block."""
    listener = Listener()
    listener.held.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listener.got.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            listener.held.wait(30)
            status = listener.answers.pop(0) if listener.answers else 200
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("location", f"{listener.address}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener.address = f"http://127.0.0.1:{server.server_port}/hook/secret"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield listener
        finally:
            listener.held.set()
            server.shutdown()
            thread.join()
