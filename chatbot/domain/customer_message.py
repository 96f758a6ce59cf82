"""A customer's message, read once: everything that its words alone say."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.text import Script, language, normalise, script, tokens


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message, read."""

    text: str
    """As it is stored and shown."""
    normalised: str
    """As it is compared with other texts."""
    lang: str
    """`en` or `zh`."""
    script: Script
    tokens: tuple[str, ...]
    """Words of alphabetic scripts; of Chinese every character and every pair of neighbours."""

    @classmethod
    def read(cls, text: str) -> CustomerMessage:
        """Read a text that is clean, as `chatbot.text.clean` leaves it."""
        return cls(text, normalise(text), language(text), script(text), tuple(tokens(text)))

    @property
    def is_wordless(self) -> bool:
        """Whether it has no letter: digits, signs or emoji."""
        return not any(sign.isalpha() for sign in self.text)
