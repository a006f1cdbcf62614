"""The whole conclusion from a case: level, reasons, causes, sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nose_twitch.medical.assessment import assess
from nose_twitch.medical.causes import rank_causes
from nose_twitch.medical.levels import TriageLevel
from nose_twitch.medical.triage import triage
from tests.medical.cases import KNOWLEDGE, STATUSES, case_of, present

ANY_CASE = st.dictionaries(st.sampled_from(sorted(KNOWLEDGE.findings)), st.sampled_from(sorted(STATUSES)), max_size=8)


def test_an_empty_case_is_self_care_without_reasons_or_causes() -> None:
    conclusion = assess(case_of({}), KNOWLEDGE)
    assert conclusion.level is TriageLevel.SELF_CARE
    assert (conclusion.reasons, conclusion.leading_reasons, conclusion.causes, conclusion.sources) == ((), (), (), ())


@given(ANY_CASE)
def test_it_is_what_triage_and_causes_say(given: dict[str, str]) -> None:
    case = case_of(given)
    conclusion = assess(case, KNOWLEDGE)
    rules = triage(case, KNOWLEDGE)
    assert (conclusion.level, conclusion.reasons) == (rules.level, rules.reasons)
    assert conclusion.leading_reasons == rules.leading_reasons
    assert conclusion.causes == rank_causes(case, KNOWLEDGE)


@given(ANY_CASE)
def test_every_source_behind_it_is_named_once(given: dict[str, str]) -> None:
    case = case_of(given)
    conclusion = assess(case, KNOWLEDGE)
    cited = {source for rule in triage(case, KNOWLEDGE).rules for source in rule.sources}
    cited |= {source for cause in conclusion.causes for source in cause.kind.sources}
    assert set(conclusion.sources) == cited <= set(KNOWLEDGE.sources)
    assert len(conclusion.sources) == len(cited)


def test_the_sources_of_the_gravest_reason_come_first() -> None:
    conclusion = assess(case_of(present("seizure", "pain")), KNOWLEDGE)
    (seizure,) = (rule for rule in KNOWLEDGE.rules if rule.id == "seizure")
    assert conclusion.sources[: len(seizure.sources)] == seizure.sources


@pytest.mark.parametrize("level", TriageLevel)
def test_a_level_comes_back_from_its_name(level: TriageLevel) -> None:
    assert TriageLevel.from_name(level.slot_value) is level


def test_an_unknown_level_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(ValueError, match="self_care, see_doctor, urgent, emergency"):
        TriageLevel.from_name("soon")


def test_levels_rise_from_self_care_to_emergency() -> None:
    assert [level.slot_value for level in sorted(TriageLevel)] == ["self_care", "see_doctor", "urgent", "emergency"]
