"""The corpus of transcript files: read exactly, or refused with a sentence that says what is wrong."""

from __future__ import annotations

import pytest

from chatbot.errors import ImportDataError
from chatbot.importing.transcripts.reading import TranscriptOptions, read_transcript_file
from support.corpora.transcript_files import Sample, corpus

FILES = list(corpus())


@pytest.mark.parametrize("sample", FILES, ids=lambda sample: sample.name)
def test_a_file_is_read_exactly_or_refused_with_a_sentence(sample: Sample) -> None:
    if sample.turns is None:
        with pytest.raises(ImportDataError, match=sample.said):
            read_transcript_file(sample.raw, sample.name, TranscriptOptions())
        return
    reading = read_transcript_file(sample.raw, sample.name, TranscriptOptions())
    assert tuple((turn.speaker.value, turn.text) for turn in reading.turns) == sample.turns
    report = reading.report
    assert (report.read, report.skipped, report.failed) == (len(sample.turns), 0, 0)


def test_the_corpus_is_large() -> None:
    assert len(FILES) >= 150
    assert len({sample.name for sample in FILES}) == len(FILES)
