"""Conversations that wait for a person, from the command line, on a real home."""

from __future__ import annotations

from pathlib import Path

from chatbot.bootstrap.stores import open_stores
from chatbot.domain import Role
from chatbot.settings import Settings
from support.fakes.records import recorded
from support.servers.command_line import run


def passed_on(home: Path) -> str:
    opened = open_stores(Settings(home=home))
    begun = opened.conversations.start("visitor-1", "en").id
    opened.conversations.add_message(begun, Role.CUSTOMER, "a person please")
    opened.conversations.add_message(begun, Role.ASSISTANT, "Sure.", decision=recorded("handoff"))
    opened.close()
    return begun


def test_who_waits_is_listed_settled_and_put_back(home: Path) -> None:
    assert run("conversations", "list", "--waiting", "--json", home=home).json == []
    begun = passed_on(home)
    (found,) = run("conversations", "list", "--waiting", "--json", home=home).json
    assert (found["id"], found["title"]) == (begun, "a person please")
    assert found["waiting_since"] >= found["started_at"]
    assert run("conversations", "settle", begun, "--by", "ann", home=home).out == "1 settled, 0 waiting.\n"
    assert "Nobody waits" in run("conversations", "list", "--waiting", home=home).out
    twice = run("conversations", "settle", begun, home=home)
    assert (twice.code, "does not wait" in twice.err) == (1, True)
    assert run("conversations", "settle", begun, "--reopen", home=home).out == "1 put back, 1 waiting.\n"


def test_a_script_takes_answers_and_hands_back(home: Path) -> None:
    begun = passed_on(home)
    taken = run("conversations", "take", begun, "--by", "Anna", "--json", home=home).json
    assert (taken["id"], taken["taken_by"], taken["needs_reply"]) == (begun, "Anna", True)
    second = run("conversations", "take", begun, "--by", "Bob", home=home)
    assert (second.code, "Anna has conversation" in second.err, "--from" in second.err) == (1, True, True)
    sent = run("conversations", "reply", begun, "I am on it.", "--by", "Anna", "--json", home=home).json
    assert (sent["role"], sent["author"], sent["text"], sent["conversation"]) == ("agent", "Anna", "I am on it.", begun)
    last = run("conversations", "show", begun, "--json", home=home).json[-1]
    assert (last["role"], last["author"], last["text"]) == ("agent", "Anna", "I am on it.")
    assert "Anna: I am on it." in run("conversations", "show", begun, home=home).out
    (listed,) = run("conversations", "list", "--waiting", "--json", home=home).json
    assert (listed["taken_by"], listed["needs_reply"]) == ("Anna", False)
    assert "Anna" in run("conversations", "list", "--waiting", home=home).out
    refused = run("conversations", "settle", begun, "--by", "bob", home=home)
    assert (refused.code, "Anna has conversation" in refused.err) == (1, True)
    assert run("conversations", "take", begun, "--by", "Bob", "--from", "Anna", home=home).code == 0
    assert run("conversations", "hand-back", begun, "--by", "Bob", home=home).code == 0
    assert run("conversations", "reply", begun, " ", "--by", "Bob", home=home).code == 1
    assert run("conversations", "reply", begun, "hello", home=home).code == 2
    opened = open_stores(Settings(home=home))
    done = [(actor, action) for _, actor, action, _ in reversed(opened.audit.recent())]
    opened.close()
    assert done == [
        ("Anna", "handoff taken"),
        ("Anna", "handoff reply"),
        ("Bob", "handoff taken"),
        ("Bob", "handoff handed back"),
    ]
