"""The customer-service assistant: library, HTTP API and command line.

    import chatbot

    with chatbot.open("var") as assistant:
        first = assistant.reply("Do you ship to Canada?")
        print(first.text, first.route, [hit.entry.question for hit in first.sources])
        assistant.reply("And how long does that take?", conversation=first.conversation_id)

Importing this package loads no model library and does no work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from chatbot.bootstrap.embedded import EmbeddedAssistant

__version__ = "0.2.0"
__all__ = ["__version__", "open"]


def open(home: str | Path = "var", **settings: Any) -> EmbeddedAssistant:  # as in `gzip.open`
    """Open the assistant of a home; models and index are loaded by the first reply.

    Args:
        home: the directory that holds database, models and index, such as `chatbot serve` makes.
        settings: any setting by its name in lower case, for instance `generator="none"`.

    Raises:
        ConfigError: a setting is unknown or its value cannot be used.
        StorageError: the home or its database cannot be used.
    """
    from chatbot.bootstrap.embedded import open_assistant

    return open_assistant(home, **settings)
