"""Messages as the customer sees them.

What a customer, or the generator, wrote is shown letter by letter; only curated answers may use Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.domain import Conversation, DecisionRecord, Message, Role, Route
from chatbot.domain.handoffs import Handoff
from ui.wording.words import Words

# Signs that are markup anywhere, at the start of a line, or inside something that looks like an address. Others stay
# as they are: screen readers are given the text as it is sent.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~@]|^[#+=-]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_TITLE_CHARS = 60
LIKE, DISLIKE = "Like", "Dislike"
REASONS = ("wrong", "other_question", "outdated", "unclear")
"""Why an answer did not help; stored by these names in every language."""

Bubble = dict[str, Any]
"""One entry of the chat: `role`, `content`, and on the last one possibly `options`."""


def literal(text: str) -> str:
    """The text for a place that reads Markdown and HTML, so that it shows there letter by letter."""
    return "<br>".join(_literal_line(line.strip()) for line in text.splitlines())


def percent(share: float) -> str:
    """0.934 as `93`; a share under 1 never shows as 100, one over 0 never as 0."""
    return str(min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100))


def bubbles(messages: Sequence[Message], questions: Mapping[str, str], say: Words) -> list[Bubble]:
    """One bubble per message, in order. `questions` maps entry ids to questions, for naming the sources."""
    shown = [_bubble(message, questions, say) for message in messages]
    for place, message in enumerate(messages, 1):
        offered = _choices(message)
        # The number may be typed as well, so it must be seen.
        labels = [f"{number}. {_shortened(choice)}" for number, choice in enumerate(offered, 1)]
        if offered and place == len(messages):
            shown[-1]["options"] = [
                {"value": choice, "label": label} for choice, label in zip(offered, labels, strict=True)
            ]
        elif offered:
            lines = "<br>".join(literal(label) for label in labels)
            shown[place - 1]["content"] += f'\n\n<small class="offered">{lines}</small>'
    return shown


def customer_bubble(text: str) -> Bubble:
    """What the customer has just sent."""
    return {"role": "user", "content": literal(text)}


def growing_bubble(text: str) -> Bubble:
    """A reply that is still being written."""
    return {"role": "assistant", "content": literal(text)}


def thumbs(messages: Sequence[Message]) -> list[str | None]:
    """The thumb of every message that can have one, in order."""
    marks = {True: LIKE, False: DISLIKE, None: None}
    return [marks[message.helpful] for message in messages if message.role is not Role.CUSTOMER]


def person_line(handoff: Handoff | None, say: Words) -> str:
    """Whether the customer waits for a person, or who answers (HTML); empty where neither is so."""
    if handoff is None or handoff.settled_at is not None:
        return ""
    holder = handoff.conversation.held_by
    line = say("person_here", name=literal(holder)) if holder else say("person_waiting")
    return f'<p class="{"here" if holder else "waiting"}" role="status">{line}</p>'


def titles(conversations: Sequence[Conversation], say: Words) -> list[tuple[str, str]]:
    """Label and id for the list of earlier chats."""
    return [(_shortened(conversation.title) or say("untitled"), conversation.id) for conversation in conversations]


def welcome(has_answers: bool, has_starters: bool, console: str, say: Words) -> str:
    """What stands in a chat without messages (Markdown)."""
    if not has_answers:
        return f"## {say('no_answers')}\n\n{say('no_answers_hint', console=console)}"
    return f"## {say('welcome')}\n\n{say('welcome_hint' if has_starters else 'welcome_plain')}"


def _bubble(message: Message, questions: Mapping[str, str], say: Words) -> Bubble:
    if message.role is Role.CUSTOMER:
        return customer_bubble(message.text)
    if message.role is Role.AGENT:
        who = f"**{literal(message.author)}** · {say('colleague')}" if message.author else f"**{say('colleague')}**"
        return {"role": "assistant", "content": f"{who}<br>{literal(message.text)}"}
    text = _shown_text(message.text, message.decision.route if message.decision is not None else None)
    lines = [_source_line(source, score, say) for source, score in _sources(message, questions)]
    if message.decision is not None and message.decision.stored_reply:
        lines.append(_stored(message.decision, say))
    return {"role": "assistant", "content": "\n\n".join([text, *lines])}


def _shown_text(text: str, route: Route | None) -> str:
    """A reply as Markdown: the answers of entries may use it, everything else shows letter by letter."""
    if route is Route.FAQ:
        return text
    parts = text.split("\n\n", 2)
    if route is Route.SUGGEST and len(parts) == 3:
        said, question, answer = parts
        return f"{literal(said)}\n\n**{literal(question)}**\n\n{answer}"
    return literal(text)


def _stored(record: DecisionRecord, say: Words) -> str:
    """The reply and its choices as the team wrote them, to unfold."""
    choices = "<br>".join(literal(f"{number}. {choice}") for number, choice in enumerate(record.stored_choices, 1))
    text = _shown_text(record.stored_reply, record.route)
    inside = f"{text}\n\n{choices}" if choices else text
    return f'<details class="stored"><summary>{say("as_stored")}</summary>\n\n{inside}\n\n</details>'


def _sources(message: Message, questions: Mapping[str, str]) -> list[tuple[str, float]]:
    if message.decision is None:
        return []
    scores = {hit.id: hit.score for hit in message.decision.hits}
    return [(questions[entry], scores.get(entry, 0.0)) for entry in message.decision.sources if entry in questions]


def _source_line(question: str, score: float, say: Words) -> str:
    return f'<small class="source">{say("source", question=literal(question), percent=percent(score))}</small>'


def _choices(message: Message) -> tuple[str, ...]:
    return message.decision.choices if message.role is Role.ASSISTANT and message.decision is not None else ()


def _literal_line(line: str) -> str:
    marked = _MARKUP.sub(lambda match: f"&#{ord(match.group())};", line)
    return _NUMBERED.sub(lambda match: f"{match.group(1)}&#{ord(match.group(2))};", marked)


def _shortened(text: str) -> str:
    return text if len(text) <= _TITLE_CHARS else text[: _TITLE_CHARS - 1].rstrip() + "…"
