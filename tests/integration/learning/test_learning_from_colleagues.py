"""Live chats in which colleagues answered are mined like imported ones, on a real home, without personal data."""

from __future__ import annotations

from pathlib import Path

from chatbot.bootstrap.stores import open_stores
from chatbot.domain import Role
from chatbot.settings import Settings
from support.fakes.records import recorded
from training.pipelines.mining import logged_exchanges


def test_only_chats_with_a_colleague_are_mined_and_they_are_masked(home: Path) -> None:
    opened = open_stores(Settings(home=home))
    for answered in (True, False):
        one = opened.conversations.start("visitor", "en").id
        question = "Do you rent out boats? My mail is mary.poe@example.com"
        opened.conversations.add_message(one, Role.CUSTOMER, question)
        opened.conversations.add_message(one, Role.ASSISTANT, "Sure.", decision=recorded("handoff"))
        if answered:
            opened.inbox.reply(one, "Yes, from 20 euros a day. Call me at +65 6123 4567.", "Anna")
            mined = one
    (found,) = logged_exchanges(opened)
    opened.close()
    assert found.conversation_id == mined
    assert "rent out boats" in found.question
    assert "20 euros a day" in found.answers[0]
    for kept in (found.question, *found.answers):
        assert "mary.poe" not in kept
        assert "6123" not in kept
