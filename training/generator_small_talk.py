"""The small talk of a team: its agents' factless replies to customers' small talk, by language and kind.

Knows: conversations, the kinds of small talk, what states a fact. Does not know: models, files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatbot.domain import Role
from chatbot.generation.small_talk import SmallTalk
from chatbot.generation.support import Support
from chatbot.generation.wording_patterns import INJECTION
from training.generator_examples import Dialogue

_LONGEST = 160
_OF_A_KIND = 24
_SURE = 0.75
_LEAST = 3
"""A reply counts when it was given in so many conversations: what one agent once said proves no habit."""


def own_replies(every: Sequence[Dialogue], names: Sequence[str] = ()) -> dict[str, dict[str, list[str]]]:
    """Language, kind, replies by falling frequency. `names` may stand in a reply: the shop's own."""
    found: dict[str, dict[str, list[str]]] = {}
    for lang in sorted({one.lang for one in every}):
        talk = SmallTalk(lang)
        nothing = Support((), (), names)
        kinds: dict[str, str | None] = {}
        counts: dict[str, Counter[str]] = {}
        for one in (one for one in every if one.lang == lang):
            for line, reply in zip(one.lines, one.lines[1:], strict=False):
                if line.speaker is not Role.CUSTOMER or reply.speaker is Role.CUSTOMER or len(reply.text) > _LONGEST:
                    continue
                if line.text not in kinds:
                    kinds[line.text] = talk.kind(line.text, sure=_SURE)
                kind = kinds[line.text]
                if kind is not None and kind != INJECTION:
                    counts.setdefault(kind, Counter())[reply.text] += 1
        found[lang] = {
            kind: kept
            for kind, replies in sorted(counts.items())
            if (kept := [t for t, n in replies.most_common(_OF_A_KIND) if n >= _LEAST and not nothing.missing(t)])
        }
    return found
