"""Why a reply was given, as HTML: the rule, the thresholds, the intents, the nearest utterances, the entries found.

Everything that comes from outside is escaped, and whatever an older decision lacks is left out.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.dialogue.explanation import Explanation, missing_phrasing, shares
from chatbot.domain import OUT_OF_SCOPE, DecisionRecord, NearestUtterance, StoredCheck, StoredHit
from ui.chat.present import percent
from ui.wording.words import Words


@dataclass(frozen=True, slots=True)
class Nearest:
    """The utterances nearest to a message, and the version of the model that was asked."""

    utterances: tuple[NearestUtterance, ...] = ()
    version: str = ""


def nearest_of(explanation: Explanation) -> Nearest:
    return Nearest(explanation.nearest, explanation.versions.get("intent", ""))


def decision_html(
    record: DecisionRecord, questions: Mapping[str, str], say: Words, nearest: Nearest | None = None
) -> str:
    """A stored decision to unfold."""
    summary = f"{say('why')}: {_route(record, say)} · {percent(record.confidence)} %"
    body = explanation_html(record, questions, say, nearest)
    return f'<details class="why"><summary>{summary}</summary>{body}</details>'


def tried_html(text: str, explanation: Explanation, questions: Mapping[str, str], say: Words) -> str:
    """What would be decided for a message that nobody sent, and the phrasing that would have it answered."""
    body = explanation_html(explanation.record(), questions, say, nearest_of(explanation))
    lacking = missing_phrasing(text, explanation.hits, explanation.decision.route)
    if lacking is not None:
        advice = say("missing_phrasing", question=_escaped(lacking.question), phrasing=_escaped(text))
        body += f'<p class="hint missing">{advice}</p>'
    return f'<article class="transcript tried">{body}</article>'


def explanation_html(
    record: DecisionRecord, questions: Mapping[str, str], say: Words, nearest: Nearest | None = None
) -> str:
    """All that is known of a decision. `questions` maps entry ids to questions."""
    reason = record.reason.value if record.reason is not None else ""
    facts = [
        (say("route"), f"{_route(record, say)} ({_escaped(record.route.value)})"),
        (say("reason"), f"<code>{_escaped(reason)}</code>"),
        (say("confidence"), f"{percent(record.confidence)} %"),
    ]
    if record.topic:
        facts.append((say("read_with"), _escaped(record.topic)))
    if record.prediction is not None:
        ranked = ", ".join(f"{_escaped(one.intent)} {percent(one.probability)} %" for one in record.prediction.ranked)
        facts.append((say("intents"), ranked))
        if not record.checks:
            facts.append((say("in_scope"), f"{percent(record.prediction.in_scope or 0.0)} %"))
    if record.stored_reply:
        facts.append((say("as_stored"), _escaped(record.stored_reply).replace("\n", "<br>")))
    if record.choices:
        facts.append((say("choices"), "<br>".join(_escaped(choice) for choice in record.choices)))
    if record.timings_ms:
        steps = record.timings_ms.items()
        facts.append((say("duration"), " · ".join(f"{_escaped(step)} {float(ms):.1f} ms" for step, ms in steps)))
    used = [f"{_escaped(kind)} {_escaped(version)}" for kind, version in record.versions.items() if version]
    if used:
        facts.append((say("versions"), " · ".join(used)))
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    rule = say.named("rule", reason)
    sentence = f'<p class="rule">{_escaped(rule)}</p>' if rule != reason else ""
    tables = (
        _checks_html(record.checks, say),
        _nearest_html(nearest, say) if nearest is not None else "",
        _hits_html(record.hits, questions, say),
    )
    return f"{sentence}<dl>{rows}</dl>{''.join(tables)}"


def _route(record: DecisionRecord, say: Words) -> str:
    return _escaped(say.named("route", record.route.value))


def _checks_html(checks: Sequence[StoredCheck], say: Words) -> str:
    rows = []
    for check in checks:
        value, needed = shares(check.value, check.needed)
        verdict = f"✓ {say('yes')}" if check.reached else f"✗ {say('no')}"
        rows.append((_escaped(say.named("check", check.name)), value, needed, verdict))
    return _table([say(key) for key in ("checks", "value", "needed", "reached")], rows, "checks")


def _nearest_html(nearest: Nearest, say: Words) -> str:
    rows = [
        (
            _escaped(one.text) or say("text_from_conversation" if one.from_conversation else "text_unknown"),
            say("oos") if one.intent == OUT_OF_SCOPE else _escaped(one.intent),
            f"{one.similarity:.2f}",
        )
        for one in nearest.utterances
    ]
    caption = say("nearest_caption", version=_escaped(nearest.version))
    return _table([say(key) for key in ("nearest", "nearest_intent", "similarity")], rows, "nearest", caption)


_SIMILARITIES = ("dense", "lexical", "answer")
"""What an entry's strength comes from; messages of earlier versions know no answers."""


def _hits_html(hits: Sequence[StoredHit], questions: Mapping[str, str], say: Words) -> str:
    known = [name for name in _SIMILARITIES if any(_similarity(hit, name)[0] is not None for hit in hits)]
    rows = [
        (
            _escaped(questions.get(hit.id, hit.id)),
            f"{percent(hit.score)} %",
            *(f"{_similarity(hit, name)[0] or 0.0:.2f}{_share_of_strength(hit, name)}" for name in known),
            _escaped(hit.phrasing),
        )
        for hit in hits
    ]
    caption = say("hits_caption") if any(hit.dense_part is not None for hit in hits) else ""
    return _table([say(key) for key in ("hits", "score", *known, "phrasing")], rows, "hits", caption)


def _similarity(hit: StoredHit, name: str) -> tuple[float | None, float | None]:
    """A similarity of a hit and the nats it adds, each None where it was not recorded."""
    return {
        "dense": (hit.dense, hit.dense_part),
        "lexical": (hit.lexical, hit.lexical_part),
        "answer": (hit.answer, hit.answer_part),
    }[name]


def _share_of_strength(hit: StoredHit, name: str) -> str:
    """How much of an entry's strength a similarity gave, where that was recorded."""
    parts = {one: max(0.0, _similarity(hit, one)[1] or 0.0) for one in _SIMILARITIES}
    total = sum(parts.values())
    return f" ({percent(parts[name] / total)} %)" if total > 0 else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], kind: str, caption: str = "") -> str:
    """A table of finished HTML cells; nothing without rows."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    below = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="{kind}">{below}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def _escaped(text: object) -> str:
    return html.escape(str(text))
