"""Why a reply was given, as HTML: the rule, the thresholds, the intents, the nearest utterances, the entries found.

Knows: the shape of stored decisions, wording. Does not know: gradio, stores. Everything that comes from outside is
escaped, and whatever an older decision lacks is left out.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.dialogue.explanation import Explanation, missing_phrasing, shares
from chatbot.domain import OUT_OF_SCOPE, NearestUtterance
from ui.chat.present import percent
from ui.wording.words import Words

Decision = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The utterances nearest to a message, and the version of the model that was asked."""

    utterances: tuple[NearestUtterance, ...] = ()
    version: str = ""


def nearest_of(explanation: Explanation) -> Nearest:
    return Nearest(explanation.nearest, explanation.versions.get("intent", ""))


def decision_html(decision: Decision, questions: Mapping[str, str], say: Words, nearest: Nearest | None = None) -> str:
    """A stored decision to unfold."""
    summary = f"{say('why')}: {_route(decision, say)} · {percent(_confidence(decision))} %"
    body = explanation_html(decision, questions, say, nearest)
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
    decision: Decision, questions: Mapping[str, str], say: Words, nearest: Nearest | None = None
) -> str:
    """All that is known of a decision. `questions` maps entry ids to questions."""
    reason = str(decision.get("reason", ""))
    checks = decision.get("checks") or ()
    facts = [
        (say("route"), f"{_route(decision, say)} ({_escaped(decision.get('route', ''))})"),
        (say("reason"), f"<code>{_escaped(reason)}</code>"),
        (say("confidence"), f"{percent(_confidence(decision))} %"),
    ]
    if decision.get("topic"):
        facts.append((say("read_with"), _escaped(decision["topic"])))
    prediction = decision.get("prediction")
    if prediction:
        ranked = ", ".join(f"{_escaped(name)} {percent(float(p))} %" for name, p in prediction.get("ranked") or ())
        facts.append((say("intents"), ranked))
        if not checks:
            facts.append((say("in_scope"), f"{percent(float(prediction.get('in_scope') or 0.0))} %"))
    if decision.get("choices"):
        facts.append((say("choices"), "<br>".join(_escaped(choice) for choice in decision["choices"])))
    if decision.get("timings_ms"):
        steps = decision["timings_ms"].items()
        facts.append((say("duration"), " · ".join(f"{_escaped(step)} {float(ms):.1f} ms" for step, ms in steps)))
    used = [
        f"{_escaped(kind)} {_escaped(version)}" for kind, version in (decision.get("versions") or {}).items() if version
    ]
    if used:
        facts.append((say("versions"), " · ".join(used)))
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    rule = say.named("rule", reason)
    sentence = f'<p class="rule">{_escaped(rule)}</p>' if rule != reason else ""
    tables = (
        _checks_html(checks, say),
        _nearest_html(nearest, say) if nearest is not None else "",
        _hits_html(decision.get("hits") or (), questions, say),
    )
    return f"{sentence}<dl>{rows}</dl>{''.join(tables)}"


def _route(decision: Decision, say: Words) -> str:
    return _escaped(say.named("route", str(decision.get("route", ""))))


def _confidence(decision: Decision) -> float:
    return float(decision.get("confidence") or 0.0)


def _checks_html(checks: Sequence[Mapping[str, Any]], say: Words) -> str:
    rows = []
    for check in checks:
        value, needed = shares(float(check["value"]), float(check["needed"]))
        reached = bool(check["reached"])
        verdict = f"✓ {say('yes')}" if reached else f"✗ {say('no')}"
        rows.append((_escaped(say.named("check", str(check["name"]))), value, needed, verdict))
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


LEGS = ("dense", "lexical", "answer")
"""What an entry's strength comes from; messages of earlier versions know no answers."""


def _hits_html(hits: Sequence[Mapping[str, Any]], questions: Mapping[str, str], say: Words) -> str:
    legs = [leg for leg in LEGS if any(leg in hit for hit in hits)]
    rows = [
        (
            _escaped(questions.get(hit["id"], hit["id"])),
            f"{percent(float(hit['score']))} %",
            *(f"{float(hit[leg]):.2f}{_share_of_strength(hit, leg)}" for leg in legs),
            _escaped(hit.get("phrasing") or ""),
        )
        for hit in hits
    ]
    caption = say("hits_caption") if any("dense_part" in hit for hit in hits) else ""
    return _table([say(key) for key in ("hits", "score", *legs, "phrasing")], rows, "hits", caption)


def _share_of_strength(hit: Mapping[str, Any], leg: str) -> str:
    """How much of an entry's strength a leg gave, where that was recorded."""
    parts = {name: max(0.0, float(hit.get(f"{name}_part") or 0.0)) for name in LEGS}
    total = sum(parts.values())
    return f" ({percent(parts[leg] / total)} %)" if total > 0 else ""


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
