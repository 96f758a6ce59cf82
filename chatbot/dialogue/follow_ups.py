"""Whether a message may lean on the ones before it, and on what: "and to Canada?", "how much is it?", "那周日呢？".

It is told by how people refer back in English and Chinese, and by how the replies before were recorded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.domain import CustomerMessage, Message, Role, Route

LOOK_BACK = 8
"""How many messages before the current one may hold its topic."""
LONGEST_TOPIC = 300
"""Characters of a topic; of a longer one the end, which is the newest."""
MOST_WORDS, MOST_CHARACTERS = 8, 14
"""A longer English or Chinese message stands alone, whatever it refers to: it says enough by itself."""
FEW_WORDS, FEW_CHARACTERS = 4, 6
"""A message this short may lean on its topic without a word that refers back."""

_ENGLISH = re.compile(
    r"^(?:and|or|what about|how about|what if|even|but|also|plus|then|so|same)\b|\b(?:too|either|instead)\W*$"
    r"|\b(?:it|its|it's|that|this|they|them|their|those|these|there|one|ones)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"^(?:那|还|再|又|也|如果|要是|万一)|呢\W*$|它|这个|那个|那里|这里|这些|那些|上面|其中")
_TOPICAL = {Route.FAQ, Route.SUGGEST, Route.CLARIFY, Route.FALLBACK}
"""Routes of messages that were about something; small talk and "a person, please" leave the topic as it was."""


def may_follow(message: CustomerMessage) -> bool:
    """Whether the message is short and either refers back or says next to nothing by itself."""
    if message.lang == "zh":
        length = sum(1 for token in message.tokens if len(token) == 1 or token.isascii())
        return length <= MOST_CHARACTERS and (length <= FEW_CHARACTERS or _CHINESE.search(message.text) is not None)
    length = len(message.tokens)
    return length <= MOST_WORDS and (length <= FEW_WORDS or _ENGLISH.search(message.text) is not None)


def topic_of(before: Sequence[Message]) -> str:
    """What the conversation is about: the newest message that was about something, with the topic it leaned on itself.

    `before` are the messages before the current one, oldest first; empty when none of them had a topic. What was said
    before an agent wrote is over.
    """
    said = ""
    topic = ""
    for message in before[-LOOK_BACK:]:
        if message.role is Role.CUSTOMER:
            said = message.text
        elif message.role is Role.AGENT:
            topic = ""
        elif message.decision is not None and message.decision.route in _TOPICAL:
            topic = f"{message.decision.topic} {message.decision.searched or said}".strip()
    return topic[-LONGEST_TOPIC:]
