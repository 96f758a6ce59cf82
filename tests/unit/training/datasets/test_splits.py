"""Honest splits."""

from __future__ import annotations

import numpy as np

from training.datasets.splits import label_groups, near_duplicate_groups, stratified_folds, stratified_sample


def test_same_words_in_another_order_and_other_numbers_are_near_duplicates() -> None:
    groups = near_duplicate_groups(
        ["Cancel order 123!", "order 99 cancel", "cancel my order", "取消订单", "取消订单。"]
    )
    assert groups[0] == groups[1]
    assert groups[3] == groups[4]
    assert len(set(groups.tolist())) == 3


def test_texts_without_words_are_their_own_group() -> None:
    groups = near_duplicate_groups(["👍", "?!", "👍"])
    assert groups[0] == groups[2] != groups[1]


def test_near_duplicates_never_straddle_folds() -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 60, 200)
    labels = groups % 4
    folds = stratified_folds(labels, groups, 5, seed=1)
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in set(groups.tolist()))


def test_every_label_is_spread_evenly() -> None:
    labels = np.repeat(np.arange(7), 10)
    folds = stratified_folds(labels, np.arange(70), 5, seed=3)
    for label in range(7):
        assert np.bincount(folds[labels == label], minlength=5).tolist() == [2, 2, 2, 2, 2]


def test_equal_seeds_give_equal_folds_and_others_do_not() -> None:
    labels, groups = np.repeat(np.arange(4), 20), np.arange(80)
    first = stratified_folds(labels, groups, 5, seed=1)
    assert (first == stratified_folds(labels, groups, 5, seed=1)).all()
    assert (first != stratified_folds(labels, groups, 5, seed=2)).any()


def test_a_sample_keeps_every_label() -> None:
    labels = np.repeat([0, 1, 2], [1_000, 50, 2])
    rows = stratified_sample(labels, 100, seed=0)
    counts = np.bincount(labels[rows])
    assert counts.tolist() == [95, 5, 2]
    assert (np.diff(rows) > 0).all()


def test_a_small_set_is_its_own_sample() -> None:
    assert stratified_sample(np.array([0, 1, 0]), 10, seed=0).tolist() == [0, 1, 2]


def test_each_label_is_left_out_once_and_never_all_together() -> None:
    for k in (2, 3, 7, 150):
        groups = label_groups(k, 5, seed=2)
        assert sorted(np.concatenate(groups).tolist()) == list(range(k))
        assert all(0 < len(group) < k for group in groups)
