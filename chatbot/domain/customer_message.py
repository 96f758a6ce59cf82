"""A customer's message, read once into everything that its words alone say."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.text import Script, language, normalise, script, tokens


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message with its language, script and tokens."""

    text: str
    """As stored and shown."""
    normalised: str
    """As compared with other texts."""
    lang: str
    """`en` or `zh`."""
    script: Script
    tokens: tuple[str, ...]
    """Words of alphabetic scripts; for Chinese, every character and every pair of adjacent characters."""

    @classmethod
    def read(cls, text: str) -> CustomerMessage:
        """Read a text that was cleaned by `chatbot.text.clean`."""
        return cls(text, normalise(text), language(text), script(text), tuple(tokens(text)))

    @property
    def is_wordless(self) -> bool:
        """Whether it has no letters: only digits, punctuation or emoji."""
        return not any(sign.isalpha() for sign in self.text)
