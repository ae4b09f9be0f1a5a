"""What the demo office tells of a case agrees with itself: reasons with facts, what is refused with what is missing."""

import pytest
import time_machine

from admin_app.applications import rules
from admin_app.demo import operations
from tests.demo.size import SEED, quiet


@pytest.fixture
def cases(office):
    """Six hundred cases as they would be loaded on one day."""
    with time_machine.travel("2026-11-25T06:00+00:00", tick=False):
        loader = operations.Loader(600, seed=SEED, first=0, report=quiet)
        return [loader.case(index) for index in range(600)]


def said(case):
    """The coded reasons of the decisions of a case."""
    story = case.story
    return {story.asked_for if story.asked_at else "", story.rejected_for if story.decided_at or story.recommended else ""}


def test_no_formal_report_is_said_only_where_one_is_needed_and_missing(cases):
    found = [case for case in cases if said(case) & rules.SAYS_NO_FORMAL_REPORT]
    assert {code for case in found for code in said(case)} >= rules.SAYS_NO_FORMAL_REPORT
    assert {case.story.reason for case in found} <= rules.NEEDS_FORMAL_LOSS_REPORT
    assert [case.reference for case in found if case.loss.is_formal or case.story.stage == rules.Status.APPROVED] == []


def test_nothing_is_accepted_of_what_a_waiting_or_rejected_case_was_refused_for(cases):
    ended = [case for case in cases if case.story.stage in (rules.Status.NEEDS_INFORMATION, rules.Status.REJECTED)]
    refused = {(case.reference, paper.material) for case in ended for paper in case.papers if paper.refused_for}
    both = {
        key for case in ended for paper in case.papers if (key := (case.reference, paper.material)) in refused and not paper.refused_for
    }
    assert len(refused) > 10
    assert {reference for reference, _material in both} <= {case.reference for case in ended if case.story.resumed_at}


def test_what_was_refused_comes_again_whole(cases):
    again = [case for case in cases if case.story.resumed_at and any(paper.refused_for for paper in case.papers)]
    assert again
    for case in again:
        refused = [paper for paper in case.papers if paper.refused_for and paper.added_at < case.story.asked_at]
        fresh = [paper for paper in case.papers if paper.added_at > case.story.asked_at]
        assert len(fresh) >= len([paper for paper in refused if paper.material == fresh[0].material])
