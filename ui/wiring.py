"""The console's services, built from the running application: the only place where pages meet training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from chatbot.bootstrap.application import Application
from chatbot.bootstrap.model_reports import model_folder, report_pictures, report_text
from chatbot.bootstrap.progress import ProgressRelay
from chatbot.domain import FaqEntry, JobStatus, TranscriptUndo
from chatbot.domain.promotion import GateVerdict
from chatbot.domain.review import UnansweredTopic
from chatbot.errors import TrainingError
from chatbot.knowledge.change_preview import Replay, replay
from chatbot.knowledge.consistency import Finding, check_entries
from chatbot.knowledge.drafts import Drafts
from chatbot.knowledge.transcript_files import (
    TranscriptColumns,
    TranscriptOptions,
    Transcripts,
    import_transcripts,
    look_at_columns,
)
from chatbot.pii import public_data
from chatbot.types import Progress
from training.discovery.agent_answers import colleague_answer
from training.discovery.unanswered import draft_of, topic_draft, unanswered_topics
from training.jobs.process import follow, settle_interrupted, start_training
from training.labelling.desk import ReviewDesk
from training.pipelines.mining import mine_conversations
from training.promotion.comparison import gate, promote
from ui.services import (
    DraftServices,
    KnowledgeServices,
    ModelReport,
    ModelServices,
    ReviewServices,
    Services,
    TrainedSummary,
    TrainingServices,
    TranscriptServices,
)

ACTOR = "console"
_LISTED = 30
"""Imports of transcripts shown, the newest first."""


def console_services(running: Application, relay: ProgressRelay) -> Services:
    """Everything the pages call; `relay` reports how far the indexing after a change is."""
    return Services(
        settings=running.settings,
        state=running.stores.state,
        assistant=running.assistant,
        conversations=running.stores.conversations,
        inbox=running.stores.inbox,
        knowledge=_knowledge(running, relay),
        transcripts=_transcripts(running),
        drafts=_drafts(running),
        training=_training(running),
        models=_models(running),
        review=_review(running),
    )


def _knowledge(running: Application, relay: ProgressRelay) -> KnowledgeServices:
    stores = running.stores

    def consistency(progress: Progress) -> list[Finding]:
        return check_entries(stores.knowledge.entries(), running.live().encoder.encode, progress=progress)

    def preview(entries: Sequence[FaqEntry], progress: Progress) -> Replay:
        index_dir = running.settings.index_dir
        return replay(running.live(), stores.conversations, entries, index_dir=index_dir, progress=progress)

    return KnowledgeServices(
        store=stores.knowledge,
        imports=stores.knowledge_use(running.live.refresh, relay.to),
        editing=running.editing,
        consistency=consistency,
        preview=preview,
    )


def _transcripts(running: Application) -> TranscriptServices:
    knowledge = running.knowledge

    def columns(file: Path, options: TranscriptOptions) -> TranscriptColumns | None:
        return look_at_columns(file, file.name, options)

    def read(file: Path, options: TranscriptOptions, dry_run: bool, watch: Progress) -> Transcripts:
        return import_transcripts(knowledge, file, file.name, options, actor=ACTOR, dry_run=dry_run, watch=watch)

    def undo(import_id: str) -> TranscriptUndo:
        return knowledge.undo_transcripts(import_id, actor=ACTOR)

    return TranscriptServices(
        columns=columns,
        read=read,
        imports=lambda: running.stores.knowledge.imports(kind="transcripts", limit=_LISTED),
        undo=undo,
    )


def _drafts(running: Application) -> DraftServices:
    stores = running.stores

    def propose(progress: Progress) -> Mapping[str, int]:
        return mine_conversations(stores, progress=progress).as_json()

    return DraftServices(
        store=stores.drafts, decisions=Drafts(stores.drafts, running.knowledge, stores.audit), propose=propose
    )


def _training(running: Application) -> TrainingServices:
    stores, jobs = running.stores, running.stores.jobs

    def run(mode: str, progress: Progress) -> TrainedSummary:
        job = jobs.running()
        if job is None or settle_interrupted(stores):
            job = start_training(stores, {"mode": mode, "from_conversations": True, "promote": True}, ACTOR)
        ended = follow(stores, job.id, progress)
        if ended.status is not JobStatus.DONE:
            raise TrainingError(ended.message)
        running.live.refresh()
        done = ended.result
        return TrainedSummary(
            str(done["version"]), bool(done["live"]), dict(done["metrics"]), str(done["gate"]), done.get("verdict", {})
        )

    def cancel() -> bool:
        job = jobs.running()
        return job is not None and jobs.want_cancel(job.id)

    return TrainingServices(
        run=run, running=lambda: jobs.running() is not None and settle_interrupted(stores) is None, cancel=cancel
    )


def _models(running: Application) -> ModelServices:
    stores = running.stores

    def promote_version(version: str, override: str) -> str:
        verdict = promote(stores, running.base_encoder, version, by=ACTOR, override=override)
        running.live.refresh()
        return verdict.reason if verdict is not None else ""

    def roll_back() -> str:
        version = stores.registry.rollback("intent")
        stores.audit.record(ACTOR, "rollback", {"kind": "intent", "version": version})
        running.live.refresh()
        return version

    def compare(version: str) -> GateVerdict:
        return gate(stores, running.base_encoder, version)

    def report(version: str) -> ModelReport:
        folder = model_folder(stores, version)
        return ModelReport(report_text(folder), report_pictures(folder))

    return ModelServices(
        registry=stores.registry, promote=promote_version, rollback=roll_back, compare=compare, report=report
    )


def _review(running: Application) -> ReviewServices:
    stores = running.stores
    queue = ReviewDesk(stores, running.base_encoder)

    def agent_answer(topic: UnansweredTopic) -> str:
        public = public_data(entry.answer for entry in stores.knowledge.entries())
        return colleague_answer(stores.conversations, topic.messages, public=public)

    return ReviewServices(
        queue=queue,
        topics=lambda: unanswered_topics(stores, queue.vectors),
        wording=draft_of,
        agent_answer=agent_answer,
        draft=topic_draft,
    )
