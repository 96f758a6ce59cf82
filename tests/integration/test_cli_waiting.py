"""Conversations that wait for a person, from the command line, on a real home."""

from __future__ import annotations

from pathlib import Path

from command_line import run

from chatbot.bootstrap import open_stores
from chatbot.domain import Role
from chatbot.settings import Settings


def test_who_waits_is_listed_settled_and_put_back(home: Path) -> None:
    assert run("conversations", "list", "--waiting", "--json", home=home).json == []
    opened = open_stores(Settings(home=home))
    begun = opened.conversations.start("visitor-1", "en").id
    opened.conversations.add_message(begun, Role.CUSTOMER, "a person please")
    opened.conversations.add_message(begun, Role.ASSISTANT, "Sure.", decision={"route": "handoff"})
    opened.close()
    (found,) = run("conversations", "list", "--waiting", "--json", home=home).json
    assert (found["id"], found["title"]) == (begun, "a person please")
    assert found["waiting_since"] >= found["started_at"]
    assert run("conversations", "settle", begun, "--by", "ann", home=home).out == "1 settled, 0 waiting.\n"
    assert "Nobody waits" in run("conversations", "list", "--waiting", home=home).out
    twice = run("conversations", "settle", begun, home=home)
    assert (twice.code, "does not wait" in twice.err) == (1, True)
    assert run("conversations", "settle", begun, "--reopen", home=home).out == "1 put back, 1 waiting.\n"
