"""`chatbot doctor`: check a home from top to bottom."""

from __future__ import annotations

from chatbot.cli.terminal.output import JsonOption, print_json, print_table
from chatbot.cli.terminal.session import stores
from chatbot.errors import ChatbotError


def doctor(as_json: JsonOption = False) -> None:
    """Check the home, database, encoder, models and index; exit code 1 if something is wrong."""
    from chatbot.bootstrap.doctor import check_encoder, check_stores

    with stores() as opened:
        checks = [*check_stores(opened), *check_encoder(opened)]
    if as_json:
        print_json([{"check": c.name, "ok": c.ok, "detail": c.detail} for c in checks])
    else:
        rows = [(("ok" if c.ok else "FAILED"), c.name, c.detail) for c in checks]
        print_table(("state", "check", "detail"), rows, empty="Nothing to check.")
    failed = [c.name for c in checks if not c.ok]
    if failed:
        raise ChatbotError(f"{len(failed)} of {len(checks)} checks failed: {', '.join(failed)}.")
