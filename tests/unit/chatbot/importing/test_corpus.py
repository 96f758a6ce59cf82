"""Files as tools write them: each is read exactly, or refused with a sentence that names the place."""

from __future__ import annotations

import pytest

from chatbot.errors import ImportDataError
from chatbot.importing.faq_csv import open_faq
from chatbot.text import clean
from support.corpora.faq_files import Sample, corpus

LARGE = 20_000
SAMPLES = list(corpus(largest=LARGE))


def test_the_corpus_is_large_and_its_names_differ() -> None:
    assert len(SAMPLES) >= 150
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
    print(f"{len(SAMPLES)} files, {sum(sample.rows is None for sample in SAMPLES)} of them to be refused")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_file_is_imported_exactly_or_refused_with_its_place(sample: Sample) -> None:
    try:
        with open_faq(sample.raw, sample.name) as rows:
            found = [(entry.question, entry.answer, ",".join(entry.tags)) for entry in rows]
            report = rows.report()
    except ImportDataError as error:
        assert sample.rows is None, error
        assert sample.said in str(error)
        assert "\n" not in str(error)
        return
    assert sample.rows is not None, "it was to be refused"
    assert found == [(clean(question), answer, tags) for question, answer, tags in sample.rows]
    assert (report.read, report.failed, report.skipped) == (len(sample.rows), 0, 0)
