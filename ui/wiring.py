"""The console's services, put together from the running application: the only place where pages meet training.

Knows: the application, training, importing. Does not know: gradio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.bootstrap.application import Application
from chatbot.bootstrap.model_reports import model_folder, report_pictures, report_text
from chatbot.errors import TrainingError
from chatbot.knowledge.drafts import Drafts
from chatbot.types import Progress

if TYPE_CHECKING:
    from chatbot.bootstrap.progress import Listeners
    from chatbot.domain import FaqEntry, TranscriptUndo
    from chatbot.knowledge.change_preview import Replay
    from chatbot.knowledge.consistency import Finding
    from chatbot.knowledge.transcript_files import TranscriptColumns, TranscriptOptions, Transcripts
    from ui.console.transcripts.services import PastConversations
    from ui.services import ModelReport, Services, TrainedSummary

ACTOR = "console"
_LISTED = 30


def console_services(running: Application, heard: Listeners) -> Services:
    """Everything the pages call."""
    from chatbot.domain import JobStatus
    from chatbot.knowledge.change_preview import replay
    from chatbot.knowledge.consistency import check_entries
    from training.discovery.unanswered import unanswered_topics
    from training.jobs.process import follow, settle_interrupted, start_training
    from training.labelling.desk import ReviewDesk
    from training.promotion.comparison import gate, promote
    from ui.services import ModelReport, Services, TrainedSummary

    opened = running.stores
    jobs = opened.jobs
    desk = ReviewDesk(opened, running.base_encoder)

    def check(progress: Progress) -> list[Finding]:
        return check_entries(opened.knowledge.entries(), running.live().encoder.encode, progress=progress)

    def replay_of(entries: Sequence[FaqEntry], progress: Progress) -> Replay:
        index_dir = running.settings.index_dir
        return replay(running.live(), opened.conversations, entries, index_dir=index_dir, progress=progress)

    def retrain(mode: str, progress: Progress) -> TrainedSummary:
        begun = jobs.running()
        if begun is None or settle_interrupted(opened):
            wanted = {"mode": mode, "from_conversations": True, "promote": True}
            begun = start_training(opened, wanted, "console")
        job = follow(opened, begun.id, progress)
        if job.status is not JobStatus.DONE:
            raise TrainingError(job.message)
        running.live.refresh()
        done = job.result
        return TrainedSummary(
            str(done["version"]), bool(done["live"]), dict(done["metrics"]), str(done["gate"]), done.get("verdict", {})
        )

    def add_faq(entry: FaqEntry) -> None:
        running.editing.create(entry, actor="console")

    def cancel_training() -> bool:
        begun = jobs.running()
        return begun is not None and jobs.want_cancel(begun.id)

    def promote_version(version: str, override: str) -> str:
        verdict = promote(opened, running.base_encoder, version, by="console", override=override)
        running.live.refresh()
        return verdict.reason if verdict is not None else ""

    def roll_back() -> str:
        version = opened.registry.rollback("intent")
        opened.audit.record("console", "rollback", {"kind": "intent", "version": version})
        running.live.refresh()
        return version

    def report_of(version: str) -> ModelReport:
        folder = model_folder(opened, version)
        return ModelReport(report_text(folder), report_pictures(folder))

    return Services(
        assistant=running.assistant,
        conversations=opened.conversations,
        knowledge=opened.knowledge,
        state=opened.state,
        registry=opened.registry,
        use=opened.knowledge_use(running.live.refresh, heard.heard_by),
        editing=running.editing,
        check=check,
        replay=replay_of,
        retrain=retrain,
        desk=desk,
        topics=lambda: unanswered_topics(opened, desk.vectors),
        add_faq=add_faq,
        training_runs=lambda: jobs.running() is not None and settle_interrupted(opened) is None,
        cancel_training=cancel_training,
        promote=promote_version,
        rollback=roll_back,
        compare=lambda version: gate(opened, running.base_encoder, version),
        report_of=report_of,
        explain=running.assistant.explain,
        settings=running.settings,
        past=past_conversations(running),
        inbox=opened.inbox,
    )


def past_conversations(running: Application) -> PastConversations:
    """The services of the tab."""
    from chatbot.knowledge.transcript_files import import_transcripts, look_at_columns
    from training.pipelines.mining import mine_conversations
    from ui.console.transcripts.services import PastConversations

    opened, use = running.stores, running.knowledge

    def look(file: Path, options: TranscriptOptions) -> TranscriptColumns | None:
        return look_at_columns(file, file.name, options)

    def read(file: Path, options: TranscriptOptions, dry_run: bool, watch: Progress) -> Transcripts:
        return import_transcripts(use, file, file.name, options, actor=ACTOR, dry_run=dry_run, watch=watch)

    def undo(import_id: str) -> TranscriptUndo:
        return use.undo_transcripts(import_id, actor=ACTOR)

    def mine(progress: Progress) -> Mapping[str, int]:
        return mine_conversations(opened, progress=progress).as_json()

    return PastConversations(
        look,
        read,
        lambda: opened.knowledge.imports(kind="transcripts", limit=_LISTED),
        undo,
        mine,
        opened.drafts,
        Drafts(opened.drafts, use, opened.audit),
        running.settings.max_import_mb,
    )
