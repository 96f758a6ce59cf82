"""What all vectors share is taken away before they are compared."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.vectors.centring import centred


def test_centred_vectors_are_of_unit_length_and_without_their_mean() -> None:
    vectors = np.array([[3.0, 4.0], [3.0, 2.0], [0.0, 3.0]], dtype=np.float32)
    found = centred(vectors)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0, 1.0, 1.0])
    assert found[0] == pytest.approx([0.7071, 0.7071], abs=1e-3)


def test_equal_vectors_have_nothing_left_and_a_single_one_stays() -> None:
    same = np.full((3, 2), 0.6, dtype=np.float32)
    assert not centred(same).any()
    assert centred(same[:1]) == pytest.approx(same[:1])
