"""Serves the pages with fakes, as a separate process: `python fake_server.py PORT [empty]`.

Prints the console's password, then `ready` when it accepts requests.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import uvicorn

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[3])]

from support.fakes.ui import ENTRIES, fake_services  # noqa: E402  # found through the line above
from ui.app import build_app  # noqa: E402
from ui.web.sessions import ensure_console_password  # noqa: E402


class AnnouncingServer(uvicorn.Server):
    """A server that prints `ready` when it listens."""

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        print("ready", flush=True)


def main() -> None:
    """Serve until killed."""
    services = fake_services(Path(tempfile.mkdtemp()), () if "empty" in sys.argv[2:] else ENTRIES)
    print(f"password {ensure_console_password(services.state)}", flush=True)
    config = uvicorn.Config(build_app(services), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
    AnnouncingServer(config).run()


if __name__ == "__main__":
    main()
