"""Compares a candidate with the live version on the evaluation set and on recent traffic, for the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from chatbot.bootstrap.encoders import BaseEncoder
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import OUT_OF_SCOPE, LabelledExample, ModelRecord
from chatbot.domain.promotion import GateCheck, GateVerdict
from chatbot.errors import ArtifactError, NotFoundError, PromotionRefusedError
from chatbot.types import Progress, no_progress
from chatbot.vectors.caches import RecentVectors
from training.datasets.prepared import OOS
from training.datasets.seen_texts import seen_rows
from training.datasets.splits import stratified_sample
from training.promotion.candidate import judged, version_snapshot
from training.promotion.gate import BETTER, EQUAL, WORSE, compare, cross_validated
from training.promotion.traffic_replay import Replay, replay

KIND = "intent"
REPLAYED = 500
"""Number of recent messages that are replayed."""
MOST_FROZEN = 3_000
"""Maximum number of evaluation messages, a stratified sample; more would take minutes and not change a verdict."""
_SEED = 13
_LIKED_LOST = 0.1
"""Share of liked answers that may change; at least three must change to count."""


def gate(
    stores: Stores, base: BaseEncoder, version: str, progress: Progress | None = None, *, against: str = ""
) -> GateVerdict:
    """Decide whether a version may replace the live one, and list the recent messages whose treatment changes.

    Args:
        stores: the stores of the home.
        base: the encoder of the settings.
        version: the candidate. The verdict is stored with it, without the messages.
        progress: called with a step and the share done, 0 to 1.
        against: a version to compare with instead of the live one; that verdict is not stored.

    Raises:
        NotFoundError: no such version, or none is live.
        ArtifactError: the directory of one of the two is damaged.
    """
    tell = progress or no_progress
    records = {record.version: record for record in stores.registry.list(KIND)}
    live = against or stores.registry.live(KIND)
    if version not in records or live is None:
        raise NotFoundError(f"There is no intent model {version!r} to compare. See: chatbot models list.")
    tell("comparing with the live version", 0.0)
    try:
        before = version_snapshot(stores, base, live)
    except ArtifactError as error:
        return _nothing_to_lose(stores, live, version, error)
    after = version_snapshot(stores, base, version, before)
    examples = _unseen(stores, stores.evaluation_set.examples(), (live, version))
    outcome, checks = _on_frozen(stores, before, after, examples, lambda share: tell("frozen messages", 0.5 * share))
    checks = [*_knowledge_checks(records[version], records[live], n=len(examples)), *checks]
    stores.review.collect_signals()
    recent = stores.review.logged(limit=REPLAYED, unlabelled=False)
    conversations = stores.conversations.messages_of([message.conversation_id for message in recent])
    again = replay(recent, conversations, before, after, lambda share: tell("recent messages", 0.5 + 0.5 * share))
    checks.append(_on_traffic(again))
    verdict = GateVerdict(
        allowed=all(check.passed for check in checks),
        outcome=outcome if all(check.passed for check in checks) or outcome == WORSE else EQUAL,
        n=len(examples),
        checks=tuple(checks),
        against=live,
        candidate=version,
        changes=tuple(change.as_json() for change in again.changes),
        replayed=again.n,
    )
    if not against or against == stores.registry.live(KIND):
        stores.registry.note_verdict(KIND, version, verdict.as_json())
    return verdict


def promote(
    stores: Stores, base: BaseEncoder, version: str, *, by: str, override: str = "", progress: Progress | None = None
) -> GateVerdict | None:
    """Make a version of the intent model live if the gate passes it, or with a reason to override; both are logged.

    Args:
        stores: the stores of the home.
        base: the encoder of the settings.
        version: the version; the live one stays as it is, without a verdict.
        by: who asks for it.
        override: the reason for going live although the gate refuses.
        progress: called with a step and the share done, 0 to 1.

    Raises:
        PromotionRefusedError: the gate refuses, and there is no override.
        NotFoundError: no such version.
        ArtifactError: its directory is damaged.
    """
    live = stores.registry.live(KIND)
    if live == version:
        return None
    verdict = gate(stores, base, version, progress) if live is not None else None
    if verdict is not None and not verdict.allowed and not override.strip():
        raise PromotionRefusedError.of(
            "promotion_refused",
            "{verdict} To promote {version} anyway, give your reason with --override REASON.",
            verdict=verdict.reason,
            version=version,
        )
    if stores.registry.live(KIND) != live:
        raise PromotionRefusedError.of(
            "live_changed", "Another version went live meanwhile. Promote again to compare with that one."
        )
    stores.registry.promote(KIND, version, by=by)
    detail = {"kind": KIND, "version": version, "verdict": verdict.as_json() if verdict else None}
    if verdict is not None and not verdict.allowed:
        detail |= {"override": override.strip()}
    stores.audit.record(by, "promote", detail)
    return verdict


def _nothing_to_lose(stores: Stores, live: str, version: str, error: ArtifactError) -> GateVerdict:
    """Pass any candidate if the live version cannot serve, because it is damaged or uses another encoder."""
    check = GateCheck("live version", True, f"The live version cannot serve: {error}")
    verdict = GateVerdict(True, BETTER, 0, (check,), live, version)
    stores.registry.note_verdict(KIND, version, verdict.as_json())
    return verdict


def _unseen(stores: Stores, frozen: Sequence[LabelledExample], versions: Sequence[str]) -> list[LabelledExample]:
    """The evaluation messages that none of the versions was trained on."""
    texts = [example.text for example in frozen]
    known = np.zeros(len(frozen), dtype=bool)
    for version in versions:
        seen = seen_rows(stores.settings.models_dir(KIND) / version, texts)
        if seen is not None:
            known |= seen
    unseen = [example for example, was_seen in zip(frozen, known.tolist(), strict=True) if not was_seen]
    labels = np.unique([example.intent for example in unseen], return_inverse=True)[1].astype(np.int64)
    return [unseen[row] for row in stratified_sample(labels, MOST_FROZEN, _SEED).tolist()]


def _on_frozen(
    stores: Stores,
    before: Snapshot,
    after: Snapshot,
    examples: Sequence[LabelledExample],
    tell: Callable[[float], None],
) -> tuple[str, list[GateCheck]]:
    models = [snapshot.intent_model for snapshot in (before, after)]
    known = [set(model.intents) if model is not None else set() for model in models]
    names = sorted({example.intent for example in examples} - {OUT_OF_SCOPE, ""})
    number = {name: place for place, name in enumerate(names)}
    labels = np.array([number.get(example.intent, OOS) for example in examples], dtype=np.int64)
    answerable = {entry.intent for entry in stores.knowledge.entries() if entry.intent}
    texts = [example.text for example in examples]
    sides = []
    for place, snapshot in enumerate((before, after)):
        sides.append(
            judged(snapshot, examples, RecentVectors().of(texts, snapshot.encoder.encode), answerable=answerable)
        )
        tell((place + 1) / 2)
    return compare(
        sides[0],
        sides[1],
        labels,
        names,
        tolerated_wrong=stores.settings.tolerated_wrong,
        new_intents=bool(known[1] - known[0]),
    )


def _knowledge_checks(candidate: ModelRecord, live: ModelRecord, *, n: int) -> list[GateCheck]:
    """Check that no intent is dropped, and the cross-validated figures while there are few evaluation messages."""
    missing = sorted(set(live.metrics.get("intents", ())) - set(candidate.metrics.get("intents", ())))
    if missing:
        said = f"It does not know {', '.join(missing[:5])}, which the live model knows."
        return [GateCheck("intents", False, said)]
    checks = [GateCheck("intents", True, "It knows every intent that the live model knows.")]
    measured = all(record.metrics.get("accuracy") is not None for record in (candidate, live))
    if n < _ENOUGH_FROZEN and measured:
        checks.append(cross_validated(live.metrics, candidate.metrics))
    return checks


_ENOUGH_FROZEN = 30
"""Number of evaluation messages from which on the cross-validated figures, which are of different data, are ignored."""


def _on_traffic(again: Replay) -> GateCheck:
    if not again.n:
        return GateCheck("recent traffic", True, "There are no recent messages to replay.")
    lost, bad = again.liked_lost, False
    if lost >= 3 and lost > _LIKED_LOST * again.liked:
        bad = lost > again.disliked_changed
    said = (
        f"Of {again.n} recent messages {len(again.changes)} change route or answer: {lost} of {again.liked} that "
        f"customers liked, {again.disliked_changed} that they disliked."
    )
    return GateCheck("recent traffic", not bad, said)
