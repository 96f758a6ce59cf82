"""The assistant as another Python program uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

import chatbot
from chatbot.domain import Role, Route
from chatbot.errors import ConfigError, InputError, NotFoundError
from support.shops.small_shop import copy_home, faq_rows

ROWS = faq_rows()


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Path:
    return copy_home(prepared_home, tmp_path / "home")


def test_a_message_is_answered_from_the_home_and_stored(home: Path) -> None:
    with chatbot.open(home) as assistant:
        reply = assistant.reply(ROWS[0]["question"])
        assert (reply.text, reply.route) == (ROWS[0]["answer"], Route.FAQ)
        assert reply.sources[0].entry.question == ROWS[0]["question"]
        stored = assistant.application.stores.conversations.messages(reply.conversation_id)
    assert [message.role for message in stored] == [Role.CUSTOMER, Role.ASSISTANT]


def test_a_second_message_continues_a_conversation(home: Path) -> None:
    with chatbot.open(home) as assistant:
        first = assistant.reply(ROWS[0]["question"])
        second = assistant.reply(ROWS[1]["question"], conversation=first.conversation_id)
        other = assistant.reply(ROWS[1]["question"])
    assert second.conversation_id == first.conversation_id != other.conversation_id


def test_a_reply_can_be_had_in_parts(home: Path) -> None:
    with chatbot.open(home) as assistant:
        *_, last = assistant.stream(ROWS[0]["question"])
    assert last.reply is not None
    assert last.reply.text == last.text == ROWS[0]["answer"]


def test_mistakes_are_told_and_leave_no_conversation(home: Path) -> None:
    with chatbot.open(home) as assistant:
        before = assistant.application.stores.conversations.count()
        with pytest.raises(InputError):
            assistant.reply("  ")
        with pytest.raises(NotFoundError):
            assistant.reply("hello", conversation="nobody")
        assert assistant.application.stores.conversations.count() == before


def test_a_setting_is_given_by_its_name(home: Path) -> None:
    with chatbot.open(home, max_message_chars=10) as assistant, pytest.raises(InputError, match="limit is 10"):
        assistant.reply("a message of more than ten characters")
    with pytest.raises(ConfigError):
        chatbot.open(home, no_such_setting=1)


def test_the_package_is_typed() -> None:
    assert (Path(chatbot.__file__).parent / "py.typed").is_file()
