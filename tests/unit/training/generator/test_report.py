"""What the report of a generator says of it."""

from __future__ import annotations

from training.generator.report import weakness


def test_a_model_that_counting_words_beats_is_called_weak() -> None:
    said = weakness({"held_out_perplexity": 13.1, "trigram_perplexity": 9.9})
    assert "13.1" in said and "9.9" in said and "--base" in said


def test_a_model_that_beats_counting_words_is_not() -> None:
    assert weakness({"held_out_perplexity": 4.7, "trigram_perplexity": 9.9}) == ""
    assert weakness({"held_out_perplexity": 4.7}) == ""
