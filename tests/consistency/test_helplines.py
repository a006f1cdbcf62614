"""The telephone numbers are fresh, well formed, sourced, and the same in the wording as in the knowledge."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

DAYS_UNTIL_STALE = 180
CODES = ["US", "CA", "GB", "IE", "EU", "AU", "NZ", "IN", "SG", "ZA", "unknown"]
KINDS = ("emergency", "health_line", "crisis")
TELEPHONE = ("call", "text", "whatsapp")
WAYS = {*TELEPHONE, "chat", "web"}
# Wordings that must hold the emergency number of the country, and those that must hold its crisis line as well.
NEEDS_EMERGENCY_NUMBER = ["utter_emergency", "utter_emergency_again", "utter_crisis", "utter_crisis_again"]
NEEDS_CRISIS_LINE = ["utter_crisis", "utter_crisis_again"]

Responses = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def helplines(knowledge: dict[str, Any]) -> dict[str, Any]:
    return knowledge["helplines"]


@pytest.fixture(scope="module")
def countries(helplines: dict[str, Any]) -> dict[str, Any]:
    return helplines["countries"]


def assert_fresh(checked_on: datetime.date, today: datetime.date) -> None:
    """Refuse numbers that nobody has checked for too long."""
    age = (today - checked_on).days
    assert age >= 0, f"helplines.yml was checked in the future, on {checked_on}"
    assert age <= DAYS_UNTIL_STALE, f"helplines.yml was checked {age} days ago; check every number, then set checked_on"


def entries(country: dict[str, Any]) -> list[dict[str, Any]]:
    """All lines of a country."""
    return [entry for kind in KINDS for entry in country[kind]]


def digits(number: str) -> str:
    """A number without the spaces and dashes for reading."""
    return re.sub(r"\D", "", number)


def numbers_of(country: dict[str, Any]) -> set[str]:
    """Every number of a country that may be called or texted."""
    return {digits(entry[way]) for entry in entries(country) for way in TELEPHONE if way in entry}


def numbers_in(text: str) -> set[str]:
    """Everything in a text that looks like a telephone number: three digits or more, perhaps in groups."""
    found = (digits(group) for group in re.findall(r"\d(?:[\d]|[ -](?=\d))*", text))
    return {number for number in found if len(number) >= 3}


def country_of(variant: dict[str, Any]) -> str | None:
    """The country that a variant of a wording is for."""
    for condition in variant.get("condition") or []:
        if condition.get("name") == "country":
            return condition["value"]
    return None


def test_numbers_were_checked_lately(helplines: dict[str, Any]) -> None:
    assert_fresh(helplines["checked_on"], today=datetime.date.today())


def test_the_check_on_age_can_fail(helplines: dict[str, Any]) -> None:
    checked_on = helplines["checked_on"]
    assert_fresh(checked_on, today=checked_on + datetime.timedelta(days=DAYS_UNTIL_STALE))
    with pytest.raises(AssertionError, match="days ago"):
        assert_fresh(checked_on, today=checked_on + datetime.timedelta(days=DAYS_UNTIL_STALE + 1))
    with pytest.raises(AssertionError, match="future"):
        assert_fresh(checked_on, today=checked_on - datetime.timedelta(days=1))


def test_all_countries_are_there(countries: dict[str, Any]) -> None:
    assert list(countries) == CODES


@pytest.mark.parametrize("code", CODES)
def test_country_is_well_formed(code: str, countries: dict[str, Any]) -> None:
    country = countries[code]
    assert set(country) == {"name", "names", "only_when_asked", *KINDS, "sources"}
    assert country["emergency"], "no emergency number"
    assert country["crisis"], "nobody to talk to"
    assert "call" in country["emergency"][0], "the first emergency number must be one to call"
    for entry in entries(country):
        assert set(entry) <= {"name", "where", "verify", *WAYS}, entry
        assert WAYS & set(entry), f"no way to reach {entry}"
        assert all(re.fullmatch(r"\d[\d -]*", entry[way]) for way in TELEPHONE if way in entry), entry
        assert entry.get("verify", True) is True, entry


@pytest.mark.parametrize("code", CODES)
def test_sources_of_a_country_exist(code: str, countries: dict[str, Any], knowledge: dict[str, Any]) -> None:
    assert countries[code]["sources"]
    assert set(countries[code]["sources"]) <= set(knowledge["sources"])


def test_a_name_means_one_country(countries: dict[str, Any]) -> None:
    names = [name for country in countries.values() for name in country["names"] + country["only_when_asked"]]
    assert len(names) == len(set(names))
    assert all(isinstance(name, str) and name == name.lower().strip() for name in names)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("response", NEEDS_EMERGENCY_NUMBER)
def test_wording_has_the_emergency_number(
    response: str, code: str, countries: dict[str, Any], responses: Responses
) -> None:
    texts = [variant["text"] for variant in responses[response] if (country_of(variant) or "unknown") == code]
    assert len(texts) == 1, f"{response} needs exactly one wording for {code}"
    wanted = [entry["call"] for entry in countries[code]["emergency"] if "call" in entry]
    wanted = wanted if code == "unknown" else wanted[:1]
    missing = {digits(number) for number in wanted} - numbers_in(texts[0])
    assert not missing, f"{response} for {code} does not give {missing}"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("response", NEEDS_CRISIS_LINE)
def test_wording_has_the_crisis_line(response: str, code: str, countries: dict[str, Any], responses: Responses) -> None:
    (text,) = [variant["text"] for variant in responses[response] if (country_of(variant) or "unknown") == code]
    first = countries[code]["crisis"][0]
    reachable = {digits(first[way]) for way in TELEPHONE if way in first} & numbers_in(text)
    assert reachable or first.get("web", "nowhere") in text, f"{response} for {code} does not give {first}"


def test_wording_gives_no_number_that_the_knowledge_does_not_have(
    countries: dict[str, Any], responses: Responses
) -> None:
    everywhere = set().union(*(numbers_of(country) for country in countries.values()))
    astray = []
    for name, variants in responses.items():
        for variant in variants:
            code = country_of(variant)
            allowed = numbers_of(countries[code]) if code else everywhere
            astray += [f"{name} ({code}): {number}" for number in numbers_in(variant.get("text", "")) - allowed]
    assert not astray
