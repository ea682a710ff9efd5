"""Names that look like the two ends of a region."""

from __future__ import annotations

import pytest

from minekvm.core.region.marker_pairs import marker_pairs, opposite


@pytest.mark.parametrize(
    ("enter", "exit_"),
    [
        ("guest_enter_irqoff", "guest_exit_irqoff"),
        ("srcu_read_lock", "srcu_read_unlock"),
        ("local_irq_disable", "local_irq_enable"),
        ("local_irq_save", "local_irq_restore"),
        ("write_seqcount_begin", "write_seqcount_end"),
        ("kvm_get_kvm", "kvm_put_kvm"),
        ("prepare_to_wait", "finish_to_wait"),
        ("lockdep_hardirqs_on", "lockdep_hardirqs_off"),
        ("hold_lock_file", "commit_lock_file"),
        ("preempt_pin", "preempt_unpin"),
    ],
)
def test_one_word_is_the_other_way_round(enter: str, exit_: str) -> None:
    assert opposite(enter, exit_)


@pytest.mark.parametrize(
    ("enter", "exit_"),
    [
        ("guest_exit_irqoff", "guest_enter_irqoff"),  # the wrong way round
        ("guest_enter_irqoff", "guest_exit"),  # other words
        ("read_lock", "write_unlock"),  # two words differ
        ("lock", "lock"),
        ("", ""),
    ],
)
def test_all_else_is_no_pair(enter: str, exit_: str) -> None:
    assert not opposite(enter, exit_)


def test_pairs_are_told_in_order() -> None:
    calls = "preempt_disable irq_disable run irq_enable preempt_enable"
    assert marker_pairs(calls.split()) == [
        ("preempt_disable", "preempt_enable"),
        ("irq_disable", "irq_enable"),
    ]


def test_what_stands_first_opens() -> None:
    """Such as the time without a lock that the caller holds."""
    assert marker_pairs(["read_unlock", "wait", "read_lock"]) == [("read_unlock", "read_lock")]
    assert marker_pairs(["read_lock", "wait", "read_unlock"]) == [("read_lock", "read_unlock")]


def test_what_never_closes_is_no_pair() -> None:
    assert marker_pairs(["lock", "run"]) == []
    assert marker_pairs([]) == []
