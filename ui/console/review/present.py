"""What the review queue shows, as HTML and rows."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.domain.promotion import GateVerdict
from chatbot.domain.review import ItemDetail, UnansweredTopic
from ui.console.widgets.html import escaped
from ui.wording.words import Words

_LINES = 8
_CHANGES = 100


def item_html(detail: ItemDetail, say: Words) -> str:
    """A message with its conversation, why it stands here, the guesses and the nearest utterances."""
    item = detail.item
    reasons = [f" ({escaped(say.named('reason', s.detail))})" if s.detail else "" for s in item.message.signals]
    signs = ", ".join(
        say.named("signal", signal.kind.value) + reason
        for signal, reason in zip(item.message.signals, reasons, strict=True)
    )
    why = say(
        "why_here",
        frequency=item.frequency,
        uncertainty=round(item.uncertainty * 100),
        signs=signs or say("no_signs"),
    )
    said = [message for message in detail.conversation if message.id <= item.message.id + 1][-_LINES:]
    lines = "".join(
        f'<li class="{"mine" if message.id == item.message.id else message.role.value}">'
        f"<span>{say(message.role.value)}</span> {escaped(message.text)}</li>"
        for message in said
    )
    guesses = "".join(
        f"<li><strong>{escaped(intent)}</strong> {share * 100:.0f} %</li>" for intent, share in item.guesses
    )
    near = "".join(
        f"<li><strong>{escaped(n.intent)}</strong> {escaped(n.text or '…')} · {n.similarity:.2f}</li>"
        for n in detail.nearest[:3]
    )
    return (
        f'<article class="review-item" data-message="{item.message.id}"><h3>{escaped(item.message.text)}</h3>'
        f'<p class="hint">{why}</p><ul class="dialogue">{lines}</ul>'
        f'<div class="columns"><div><h4>{say("guesses")}</h4><ol>{guesses}</ol></div>'
        f"<div><h4>{say('near')}</h4><ul>{near}</ul></div></div></article>"
    )


def topic_rows(topics: Sequence[UnansweredTopic]) -> list[list[str]]:
    """Number, key phrases, size, trend, central message: on a phone the first three are in sight."""
    return [
        [
            str(topic.number),
            ("、" if topic.lang == "zh" else ", ").join(topic.phrases),
            str(len(topic.messages)),
            f"{topic.this_week} / {topic.week_before}",
            topic.central.text,
        ]
        for topic in topics
    ]


def verdict_html(verdict: GateVerdict, say: Words) -> str:
    """The gate's checks, and the recent messages whose route or answer would change."""
    checks = "".join(
        f'<li class="{"good" if check.passed else "bad"}">{"✓" if check.passed else "✗"} {escaped(check.sentence)}</li>'
        for check in verdict.checks
    )
    rows = "".join(
        f"<tr><td>{escaped(c['text'])}</td><td>{_answer_html(c['before'], say)}</td>"
        f"<td>{_answer_html(c['after'], say)}</td></tr>"
        for c in verdict.changes[:_CHANGES]
    )
    head = "".join(f"<th>{say(key)}</th>" for key in ("col_message", "col_live_says", "col_version_says"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    said = say("changes_count", changed=len(verdict.changes), total=verdict.replayed)
    title = say("gate_passes" if verdict.allowed else "gate_refuses")
    return f'<section class="verdict"><h4>{title}</h4><ul>{checks}</ul><p class="hint">{said}</p>{table}</section>'


def _answer_html(answer: Sequence[object], say: Words) -> str:
    return f"{say.named('route', str(answer[0]))}<br>{escaped(answer[1])}"
