"""Reports, conversations and figures as the team sees them: HTML and table rows.

Everything that comes from outside is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.domain import Conversation, FaqEntry, ImportReport, Message, ModelRecord, Role, Route
from ui.console.widgets.decision import Nearest, decision_html
from ui.training_monitor import TrainingStatus
from ui.wording.problems import column_in, worded
from ui.wording.words import Words

_TIME = "%Y-%m-%d %H:%M"
_CELL_CHARS = 200
_RATES = ("accuracy", "macro_f1", "coverage", "wrong_share", "recall", "precision", "ece")


def escaped(text: object) -> str:
    return html.escape(str(text))


def report_html(report: ImportReport, heading: str, say: Words) -> str:
    """Counts of an import, its file and encoding."""
    counts = (
        ("read", report.read),
        ("new", report.inserted),
        ("changed", report.updated),
        ("unchanged", report.skipped),
        ("failed", report.failed),
    )
    cells = "".join(
        f'<li class="{key}"><strong>{count:,}</strong><span>{say(key)}</span></li>' for key, count in counts
    )
    file = f"{say('file')}: {escaped(report.file)} · {say('encoding')}: {escaped(report.encoding)}"
    return f'<div class="report"><h3>{heading}</h3><ul class="counts">{cells}</ul><p>{file}</p></div>'


def problem_rows(report: ImportReport, say: Words) -> list[list[str]]:
    """Row, column, reason; what concerns the whole file has no row."""
    return [
        [str(problem.row or ""), column_in(problem.column, say), worded(problem.problem, say)]
        for problem in report.problems
    ]


def entry_rows(entries: Sequence[FaqEntry]) -> list[list[str]]:
    """Question, answer, number of variants, intent, language, tags."""
    return [
        [e.question, cut(e.answer), str(len(e.variants)), e.intent or "", e.lang, ", ".join(e.tags)] for e in entries
    ]


def conversation_rows(conversations: Sequence[Conversation]) -> list[list[str]]:
    """Started, first message, language, messages, origin, id."""
    return [
        [c.started_at.strftime(_TIME), cut(c.title), c.lang, str(c.message_count), c.origin, c.id]
        for c in conversations
    ]


def version_rows(records: Sequence[ModelRecord], live: str | None, say: Words) -> list[list[str]]:
    """Version, status, trained, figures."""
    rows = []
    for record in records:
        status = "live" if record.version == live else record.status
        figures = " · ".join(f"{name} {value}" for name, value in figures_of(record.metrics, say))
        rows.append([record.version, say.named("status", status), record.created_at.strftime(_TIME), figures])
    return rows


def figures_of(metrics: Mapping[str, Any], say: Words) -> list[tuple[str, str]]:
    """Name and value of the plain figures; shares as percentages, nested ones left to the report."""
    found = []
    for name, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        shown = (
            f"{value * 100:.1f} %" if name in _RATES else (f"{value:,}" if isinstance(value, int) else f"{value:.3f}")
        )
        found.append((say.named("metric", name), shown))
    return found


def routes_html(counts: Mapping[str, int], conversations: int, say: Words) -> str:
    """Bars of replies per route, every route shown, starting at zero."""
    if not counts:
        return ""
    most = max(counts.values())
    total = sum(counts.values())
    bars = "".join(
        f'<li><span class="name">{say.named("route", route.value)}</span>'
        f'<span class="bar"><i class="route-{route.value}" style="width:{100 * counts.get(route, 0) / most:.1f}%"></i>'
        f'</span><span class="count">{counts.get(route, 0)} · {round(100 * counts.get(route, 0) / total)} %</span></li>'
        for route in Route
    )
    heading = say("routes_heading", count=conversations)
    return f'<section class="routes"><h3>{heading}</h3><ul class="bars">{bars}</ul></section>'


def conversation_html(
    conversation: Conversation,
    messages: Sequence[Message],
    questions: Mapping[str, str],
    say: Words,
    nearest: Mapping[int, Nearest] | None = None,
) -> str:
    """The messages of a conversation, with the reasons of every answer to unfold.

    `nearest` maps the ids of answers to the training utterances nearest to what they answer.
    """
    head = (
        f"{conversation.started_at.strftime(_TIME)} UTC · {escaped(conversation.lang)} · {escaped(conversation.origin)}"
        f" · {escaped(conversation.id)}"
    )
    shown = "".join(_message_html(message, questions, say, (nearest or {}).get(message.id)) for message in messages)
    return f'<article class="transcript"><p class="head">{head}</p>{shown}</article>'


def progress_html(status: TrainingStatus, say: Words) -> str:
    """The bar of a running training; empty when none runs."""
    if not status.running:
        return ""
    share = round(status.share * 100)
    return (
        f'<div class="progress" role="status"><p>{say("running")} · {escaped(status.step or "…")} · {share} %</p>'
        f'<progress max="100" value="{share}" aria-label="{say("running")}"></progress></div>'
    )


def result_html(status: TrainingStatus, say: Words) -> str:
    """How the latest training ended; empty before the first."""
    if status.running or status.number == 0:
        return ""
    if status.broke:
        return f'<p class="result bad" role="alert">{say("training_broke")}</p>'
    if status.summary is None:
        return f'<p class="result bad" role="alert">{say("training_failed", reason=escaped(status.failure))}</p>'
    key = "trained_live" if status.summary.went_live else "trained_candidate"
    cells = "".join(
        f"<li><strong>{value}</strong><span>{escaped(name)}</span></li>"
        for name, value in figures_of(status.summary.metrics, say)
    )
    sentence = say(key, version=escaped(status.summary.version))
    gate = f"<p>{say('gate_said', reason=escaped(status.summary.reason))}</p>" if status.summary.reason else ""
    return f'<div class="result good" role="status"><p>{sentence}</p>{gate}<ul class="counts">{cells}</ul></div>'


def _message_html(message: Message, questions: Mapping[str, str], say: Words, nearest: Nearest | None) -> str:
    who = {Role.CUSTOMER: "customer", Role.ASSISTANT: "assistant", Role.AGENT: "agent"}[message.role]
    when = message.created_at.strftime("%H:%M:%S") if message.created_at else ""
    thumb = ""
    if message.helpful is not None:
        name, sign = ("helpful", "👍") if message.helpful else ("unhelpful", "👎")
        thumb = f'<span class="thumb" title="{say(name)}">{sign} {say(name)}</span>'
    why = decision_html(message.decision, questions, say, nearest) if message.decision else ""
    text = escaped(message.text).replace("\n", "<br>")
    name = f"{escaped(message.author)} · {say(who)}" if message.author else say(who)
    return (
        f'<section class="message {who}"><p class="who">{name} <time>{when}</time> {thumb}</p>'
        f'<p class="text">{text}</p>{why}</section>'
    )


def cut(text: str) -> str:
    """A text short enough for a cell."""
    return text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - 1].rstrip() + "…"
