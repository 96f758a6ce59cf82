"""The assistant of a home for other Python programs: `import chatbot; chatbot.open(home)`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import Conversation, Reply, ReplyPart
from chatbot.settings import load_settings

VISITOR = "python"


class EmbeddedAssistant:
    """The assistant of one home. Safe to call from several threads; close it, or use it in a `with` block.

    Knowledge and models that another process changes are used from the next reply on.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        """Stores, models and use cases, for what this class does not offer."""

    def reply(self, text: str, *, conversation: str | None = None, visitor: str = VISITOR) -> Reply:
        """Answer a message; both are stored.

        Args:
            text: what the customer wrote.
            conversation: `conversation_id` of an earlier reply, to continue that conversation; None begins one.
            visitor: who writes, for a conversation that begins.

        Returns:
            The reply: `text`, `route`, `sources` (entries with scores), `confidence` (0 to 1), `conversation_id` ...

        Raises:
            InputError: the message is empty or too long.
            NotFoundError: there is no such conversation.
            ArtifactError: a model or the index cannot be loaded.
        """
        return self.application.assistant.reply(self._conversation(text, conversation, visitor), text)

    def stream(self, text: str, *, conversation: str | None = None, visitor: str = VISITOR) -> Iterator[ReplyPart]:
        """As `reply`, in parts: each holds the whole text so far, the last one also the reply."""
        yield from self.application.assistant.stream(self._conversation(text, conversation, visitor), text)

    def close(self) -> None:
        """Release the database."""
        self.application.stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _conversation(self, text: str, conversation: str | None, visitor: str) -> Conversation:
        running = self.application
        if conversation is not None:
            return running.stores.conversations.get(conversation)
        running.live()  # a model that cannot be loaded is raised here instead of stored as an apology
        running.assistant.check(text)
        return running.assistant.start(visitor, running.settings.lang)


def open_assistant(home: str | Path, **settings: Any) -> EmbeddedAssistant:
    """See `chatbot.open`."""
    stores = open_stores(load_settings(home=Path(home), **settings))
    return EmbeddedAssistant(build_application(stores))
