"""`chatbot chat`: talk to the assistant in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.cli.terminal.output import say
from chatbot.cli.terminal.session import CLI_VISITOR, application
from chatbot.domain import Role
from chatbot.errors import InputError

if TYPE_CHECKING:
    from chatbot.bootstrap.application import Application


def chat() -> None:
    """Talk to the assistant in the terminal; an empty line or Ctrl-D ends it."""
    with application(prepare=True) as running:
        running.live()
        conversation = running.assistant.start(CLI_VISITOR, running.settings.lang)
        say("Type a message; an empty line ends the chat.")
        heard = 0
        while True:
            heard = print_colleagues(running, conversation.id, after=heard)
            try:
                text = input("> ")
            except EOFError:
                break
            if not text.strip():
                break
            try:
                # Read anew: a colleague may have taken it.
                reply = running.assistant.reply(running.stores.conversations.get(conversation.id), text)
            except InputError as error:
                say(f"Error: {error}")
                continue
            print(reply.text)
            for number, choice in enumerate(reply.choices, 1):
                print(f"  {number}. {choice}")


def print_colleagues(running: Application, conversation_id: str, *, after: int) -> int:
    """Print what colleagues wrote since the message with that id; returns the id of the newest message."""
    messages = running.stores.conversations.messages(conversation_id)
    for message in messages:
        if message.role is Role.AGENT and message.id > after:
            print(f"{message.author}: {message.text}")
    return messages[-1].id if messages else after
