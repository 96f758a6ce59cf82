"""Entries, imports and history as the team sees them: HTML and table rows. Everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatbot.domain import EntryChange, ImportRecord, InterruptedImport, KeptEntry, UndoReport
from chatbot.knowledge.change_preview import Outcome, Replay
from chatbot.knowledge.consistency import Finding
from ui.console.widgets.html import cut, escaped
from ui.wording.words import Words

_TIME = "%Y-%m-%d %H:%M"
_SHOWN = 20
_FINDINGS = 200


def kept_rows(entries: Sequence[KeptEntry], say: Words) -> list[list[str]]:
    """Question, answer, number of variants, intent, language, tags, answered, state, review date, id."""
    return [
        [
            k.entry.question,
            cut(k.entry.answer),
            str(len(k.entry.variants)),
            k.entry.intent or "",
            k.entry.lang,
            ", ".join(k.entry.tags),
            f"{k.answered:,}",
            say("enabled_yes" if k.enabled else "enabled_no"),
            k.review_by.isoformat() if k.review_by else "",
            k.entry.id,
        ]
        for k in entries
    ]


def import_rows(found: Sequence[ImportRecord], say: Words) -> list[list[str]]:
    """Number, when, file, encoding, counts, state."""
    rows = []
    for i in found:
        parts = [f"{i.counts.get(name, 0):,}" for name in ("read", "inserted", "updated", "skipped", "failed")]
        state = say("state_undone") if i.undone_at else say("state_done")
        counts = f"{parts[0]} = {' + '.join(parts[1:])}"
        rows.append([i.id, i.created_at.strftime(_TIME), i.file, i.encoding, counts, state])
    return rows


def rejects_html(found: Sequence[ImportRecord], addresses: Mapping[str, str], say: Words) -> str:
    """Links to the rejected rows that are kept; empty without any."""
    links = "".join(
        f'<li><a href="{addresses[i.id]}" download>{escaped(i.id)} · {escaped(i.file)}'
        f" ({i.counts.get('skipped', 0) + i.counts.get('failed', 0):,})</a></li>"
        for i in found
        if i.id in addresses
    )
    return f'<p>{say("rejects_kept")}</p><ul class="rejects">{links}</ul>' if links else ""


def undo_html(done: UndoReport, say: Words) -> str:
    """What an undo left alone; empty when nothing."""
    if not done.conflicts:
        return ""
    shown = "".join(
        f"<li>{escaped(c.question)} <small>{say.named('action', c.action)} · {escaped(c.actor)} ·"
        f" {c.at.strftime(_TIME)} UTC</small></li>"
        for c in done.conflicts[:_SHOWN]
    )
    more = "<li>…</li>" if len(done.conflicts) > _SHOWN else ""
    heading = say("undo_conflicts", count=len(done.conflicts))
    return f'<div class="result" role="status"><p>{heading}</p><ul>{shown}{more}</ul></div>'


def interrupted_html(found: Sequence[InterruptedImport], say: Words) -> str:
    """Imports that were killed; empty when none."""
    return "".join(
        '<p class="result bad" role="alert">'
        f"{say('interrupted', file=escaped(i.file), at=i.started_at.strftime(_TIME))}</p>"
        for i in found
    )


def history_html(changes: Sequence[EntryChange], say: Words) -> str:
    """What happened to an entry, newest first, old and new text of every field that changed."""
    if not changes:
        return f"<p>{say('changes_empty')}</p>"
    return f'<ol class="history">{"".join(_change_html(change, say) for change in changes)}</ol>'


def change_label(change: EntryChange, say: Words) -> str:
    """One line for a list to choose from."""
    there = change.before or change.after
    question = cut(there.question) if there else change.entry_id
    return f"#{change.number} · {change.at.strftime(_TIME)} · {say.named('action', change.action)} · {question}"


def finding_rows(found: Sequence[Finding], say: Words) -> list[list[str]]:
    """Kind, one entry, the other, what only one of them says."""
    rows = []
    for f in found[:_FINDINGS]:
        entries = [f"{entry.question}\n{cut(entry.answer)}\n({entry.id})" for entry in (f.first, f.second)]
        why = " ≠ ".join(part for part in (", ".join(f.first_only), ", ".join(f.second_only)) if part)
        rows.append([say(f"kind_{f.kind.value}"), *entries, why or f"{f.closeness:.0%}"])
    return rows


def replay_rows(done: Replay, say: Words) -> list[list[str]]:
    """What the customer asked, the answer now, the answer then."""
    return [[c.text, _outcome(c.before, say), _outcome(c.after, say)] for c in done.changes]


def replay_line(done: Replay, say: Words) -> str:
    """How many questions change."""
    if not done.asked:
        return say("replay_empty")
    if not done.changes:
        return say("replay_none", asked=f"{done.asked:,}")
    return say("replay_heading", changed=f"{len(done.changes):,}", asked=f"{done.asked:,}")


def _outcome(outcome: Outcome, say: Words) -> str:
    if not outcome.entry_id:
        return say.named("route", outcome.route.value)
    return f"{outcome.question}\n{cut(outcome.answer)}"


def _change_html(change: EntryChange, say: Words) -> str:
    who = f" · {escaped(change.actor)}" if change.actor else ""
    head = f"#{change.number} · {change.at.strftime(_TIME)} UTC · {say.named('action', change.action)}{who}"
    fields = ("question", "answer", "variants", "intent", "lang", "tags")
    rows = ""
    if change.before is not None and change.after is not None:
        for name in fields:
            old, new = _plain(getattr(change.before, name)), _plain(getattr(change.after, name))
            if old != new:
                title = say(f"col_{name}")
                rows += f"<dt>{title}</dt><dd><del>{escaped(cut(old))}</del> <ins>{escaped(cut(new))}</ins></dd>"
    return f"<li><p>{head}</p><dl>{rows}</dl></li>" if rows else f"<li><p>{head}</p></li>"


def _plain(value: object) -> str:
    return " | ".join(value) if isinstance(value, tuple) else str(value or "")
