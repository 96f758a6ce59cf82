"""Past conversations and drafts as the team sees them: HTML and table rows.

Everything that comes from outside is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.domain import TranscriptSpeaker, TranscriptTurn, TranscriptUndo
from chatbot.domain.drafts import Draft
from ui.console.widgets.html import escaped
from ui.wording.words import Words

_CELL_CHARS = 160
_KEPT = 20


def speaker_rows(speakers: Sequence[TranscriptSpeaker], say: Words) -> list[list[str]]:
    """Name, role, lines, example."""
    return [[one.name, say(f"role_{one.role}"), f"{one.turns:,}", one.example] for one in speakers]


def turn_rows(turns: Sequence[TranscriptTurn], say: Words) -> list[list[str]]:
    """Role and message."""
    return [[say(f"role_{turn.speaker.value}"), _shortened(turn.text)] for turn in turns]


def undo_html(done: TranscriptUndo, say: Words) -> str:
    """What an undo of an import left alone; empty when nothing."""
    parts = []
    if done.kept:
        later = [say("past_continued_by", number=escaped(kept.continued_by)) for kept in done.kept[:_KEPT]]
        named = zip(done.kept, later, strict=False)
        shown = "".join(f"<li>{escaped(kept.number)} <small>{by}</small></li>" for kept, by in named)
        more = "<li>…</li>" if len(done.kept) > _KEPT else ""
        parts.append(f"<p>{say('past_kept', count=f'{len(done.kept):,}')}</p><ul>{shown}{more}</ul>")
    if done.drafts:
        shown = "".join(f"<li>{draft.id} · {escaped(draft.question)}</li>" for draft in done.drafts[:_KEPT])
        parts.append(f"<p>{say('past_drafts_kept', count=f'{len(done.drafts):,}')}</p><ul>{shown}</ul>")
    return f'<div class="result" role="status">{"".join(parts)}</div>' if parts else ""


def draft_rows(drafts: Sequence[Draft], say: Words) -> list[list[str]]:
    """Number, kind, conversations, agreement, question, answer or intent."""
    return [
        [
            str(one.id),
            say(f"draft_{one.kind.value}"),
            str(one.evidence.conversations),
            f"{one.evidence.agreement * 100:.0f} %",
            _shortened(one.question),
            _shortened(one.answer or one.intent or ""),
        ]
        for one in drafts
    ]


def evidence_html(draft: Draft, say: Words) -> str:
    """How often it was asked, and some of the questions."""
    seen = draft.evidence
    line = say(
        "draft_seen",
        questions=seen.questions,
        conversations=seen.conversations,
        agreement=f"{seen.agreement * 100:.0f}",
    )
    samples = "".join(f"<li>{escaped(question)}</li>" for _, question in seen.samples)
    return f'<p class="hint">{line}</p><ul>{samples}</ul>'


def _shortened(text: str) -> str:
    return text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - 1].rstrip() + "…"
