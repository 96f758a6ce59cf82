"""Simulates a month of a support team: chats through the API, labels from the queue, a retraining every night.

The first labels are a few utterances per intent; an evaluation set of a few more is given to the gate. Every day
customers write some of the held-out messages, an oracle labels the first few items of the queue, and the nightly
training asks the gate. The unseen test set is used for the final figures only.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.api.routes import build_router
from chatbot.bootstrap.application import Application
from chatbot.bootstrap.models import load_intent_model
from chatbot.domain import IntentDefinition, LabelAction, LabelledExample, Role, Route
from training.evaluation.metrics import wilson
from training.intent.config import IntentTrainingConfig
from training.labelling.desk import ReviewDesk
from training.pipelines.intent import train_intent_model

VISITOR = "visitor-of-the-month"
ORACLE = "oracle"


@dataclass(frozen=True)
class Plan:
    """The size of the simulation."""

    seed_per_intent: int = 5
    frozen_per_intent: int = 5
    messages: int = 3_000
    days: int = 30
    labels_a_day: int = 20
    test_rows: int = 3_000
    seed: int = 13


@dataclass
class Night:
    """The result of a night; accuracies are of the version that is live afterwards, on the unseen test set."""

    day: int
    labels: int
    promoted: bool
    candidate: float
    live: float
    reason: str
    worse: list[str] = field(default_factory=list)
    """Intents whose recall fell below the confidence interval of the version before."""


@dataclass(frozen=True)
class Cut:
    """A public data set, split into seed data, evaluation set, customers' messages and unseen test set."""

    start: list[LabelledExample]
    frozen: list[LabelledExample]
    stream: list[LabelledExample]
    test: list[LabelledExample]


def read_set(path: Path) -> list[LabelledExample]:
    with path.open(encoding="utf-8", newline="") as file:
        return [LabelledExample(row["text"], row["intent"]) for row in csv.DictReader(file)]


def cut(examples: list[LabelledExample], plan: Plan) -> Cut:
    shuffled = random.Random(plan.seed).sample(examples, len(examples))
    taken: Counter[str] = Counter()
    start, frozen, rest = [], [], []
    for example in shuffled:
        taken[example.intent] += 1
        if taken[example.intent] <= plan.seed_per_intent:
            start.append(example)
        elif taken[example.intent] <= plan.seed_per_intent + plan.frozen_per_intent:
            frozen.append(example)
        else:
            rest.append(example)
    return Cut(start, frozen, rest[: plan.messages], rest[plan.messages : plan.messages + plan.test_rows])


class Month:
    """One simulated month in one home."""

    def __init__(self, application: Application, parts: Cut, plan: Plan, *, live_share: float = 0.5) -> None:
        self.config = IntentTrainingConfig(mode="fast", live_share=live_share)
        self.application = application
        self.stores = application.stores
        self.parts = parts
        self.plan = plan
        self.desk = ReviewDesk(self.stores, application.base_encoder)
        self.truth = {example.text: example.intent for example in parts.stream}
        self.texts = [example.text for example in parts.test]
        encoder = application.base_encoder()
        self.vectors = np.concatenate(
            [encoder.encode(self.texts[at : at + 256]) for at in range(0, len(self.texts), 256)]
        )
        self.before: dict[str, tuple[int, int]] = {}
        web = FastAPI()
        web.include_router(build_router(application.assistant, self.stores.conversations))
        self.client = TestClient(web)

    def begin(self) -> float:
        """Train the first model on the seed utterances; returns its accuracy."""
        known = sorted({example.intent for example in self.parts.start})
        self.stores.knowledge.apply_intents([IntentDefinition(intent, Route.FAQ) for intent in known])
        self.stores.evaluation_set.add(self.parts.frozen)
        first = train_intent_model(
            self.stores,
            self.application.base_encoder(),
            config=self.config,
            examples=self.parts.start,
        )
        self.application.live.refresh()
        accuracy, self.before = self.measure(first.version)
        return accuracy

    def day(self, number: int) -> Night:
        """One day and night: chats, labels, training, gate."""
        each = len(self.parts.stream) // self.plan.days
        for example in self.parts.stream[number * each : (number + 1) * each]:
            sent = {"message": example.text, "visitor_id": VISITOR}
            answered = self.client.post("/api/v1/chat", json=sent)
            assert answered.status_code == 200, answered.text
        for item in self.desk.take(ORACLE, count=self.plan.labels_a_day):
            self.desk.label([item.message.id], LabelAction.CORRECT, ORACLE, intent=self.truth[item.message.text])
        return self.night(number)

    def night(self, number: int) -> Night:
        done = train_intent_model(
            self.stores,
            self.application.base_encoder(),
            config=self.config,
            examples=self.parts.start,
            from_conversations=True,
            promote=True,
            by="night",
        )
        accuracy, figures = self.measure(done.version)
        labels = self.stores.review.count_labels()
        night = Night(number + 1, labels, done.went_live, accuracy, accuracy, done.gate)
        if done.went_live:
            night.worse = fallen(self.before, figures)
            self.before = figures
            self.application.live.refresh()
        return night

    def measure(self, version: str) -> tuple[float, dict[str, tuple[int, int]]]:
        """Accuracy on the unseen test set, with the correct rows and all rows of each intent."""
        model = load_intent_model(self.stores, version=version)
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for example, found in zip(self.parts.test, model.predict_many(self.texts, self.vectors), strict=True):
            counts[example.intent][1] += 1
            counts[example.intent][0] += found.best is not None and found.best.intent == example.intent
        total = sum(right for right, _ in counts.values())
        return total / len(self.texts), {intent: (right, n) for intent, (right, n) in counts.items()}


def fallen(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> list[str]:
    """Intents whose recall is now below its previous 95 % confidence interval."""
    names = sorted(before)
    right, n = (np.array([before[name][place] for name in names]) for place in (0, 1))
    low, _ = wilson(right, n)
    return [name for name, least in zip(names, low, strict=True) if after[name][0] / max(1, after[name][1]) < least]


def label_at_random(month: Month, count: int) -> None:
    """Let the oracle label messages drawn at random from the log, as a team without a queue would."""
    review = month.stores.review
    logged = review.logged(limit=1_000_000)
    for message in random.Random(month.plan.seed).sample(logged, min(count, len(logged))):
        month.desk.label([message.id], LabelAction.CORRECT, ORACLE, intent=month.truth[message.text])


def log_all(month: Month) -> None:
    """Store every message of the month at once, without replying."""
    conversations = month.stores.conversations
    for example in month.parts.stream:
        begun = conversations.start(VISITOR, "en")
        conversations.add_message(begun.id, Role.CUSTOMER, example.text)


def draw(nights: list[Night], start: float, at_random: list[tuple[int, float]], path: Path) -> None:
    """Plot the accuracy on the unseen test set over the labels given, with the promotions marked."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 3.6), layout="constrained")
    axes = figure.subplots()
    live, shown = start, [start]
    for night in nights:
        live = night.candidate if night.promoted else live
        shown.append(live)
    labels = [0, *(night.labels for night in nights)]
    axes.step(labels, shown, where="post", label="live version, labels from the queue")
    promoted = [night for night in nights if night.promoted]
    axes.plot([n.labels for n in promoted], [n.candidate for n in promoted], "o", color="C0", label="promotion")
    if at_random:
        axes.plot(*zip(*at_random, strict=True), "s--", color="C1", label="labels at random")
    axes.set_xlabel("labelled messages")
    axes.set_ylabel("accuracy, unseen test")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=110)
