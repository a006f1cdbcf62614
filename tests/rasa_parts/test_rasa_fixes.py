"""The repairs of Rasa change nothing but time."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import ValidationError
from rasa import __version__
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.utils.common import all_subclasses

from nose_twitch.rasa_parts import rasa_fixes

ROOT = Path(__file__).parents[2]
CONTEXT = ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.from_path(ROOT / "domain.yml")


@pytest.fixture
def kept(tmp_path: Path, domain: Domain) -> tuple[LocalModelStorage, Resource]:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("domain")
    DomainProvider.create({}, storage, resource, CONTEXT)._persist(domain)
    return storage, resource


def test_the_repairs_are_for_the_rasa_that_is_installed() -> None:
    assert __version__ == rasa_fixes.MADE_FOR


def test_the_domain_from_json_is_the_domain_from_yaml(kept: tuple[LocalModelStorage, Resource], domain: Domain) -> None:
    quick = DomainProvider.load({}, *kept, CONTEXT).provide_inference()
    slow = rasa_fixes._load(DomainProvider, {}, *kept, CONTEXT).provide_inference()
    for loaded in (quick, slow):
        assert loaded.fingerprint() == domain.fingerprint()
        assert loaded.as_dict() == domain.as_dict()
        assert loaded.input_states == domain.input_states
        assert [slot.persistence_info() for slot in loaded.slots] == [slot.persistence_info() for slot in domain.slots]


def test_a_model_without_the_json_still_loads(kept: tuple[LocalModelStorage, Resource], domain: Domain) -> None:
    storage, resource = kept
    with storage.write_to(resource) as folder:
        (folder / "domain.json").unlink()
    assert DomainProvider.load({}, storage, resource, CONTEXT).provide_inference().fingerprint() == domain.fingerprint()


EVENT = {"event": "slot", "timestamp": None, "name": "side", "value": "left"}


@pytest.mark.parametrize(
    ("answer", "is_valid"),
    [
        ({}, True),
        ({"events": [EVENT], "responses": [{"response": "utter_ask_side"}]}, True),
        ({"events": [{"event": "slot"}]}, False),
        ({"events": [{**EVENT, "event": "no_such_event"}]}, False),
        ({"events": "none"}, False),
        ({"responses": ["utter_ask_side"]}, False),
        ([], False),
    ],
)
def test_an_answer_of_the_action_server_is_judged_as_rasa_judges_it(answer: Any, is_valid: bool) -> None:
    assert RemoteAction._validate_action_result is rasa_fixes._validate_by_known_schema
    action = RemoteAction("action_x", None)
    for check in (rasa_fixes._validate_by_known_schema, rasa_fixes._validate):
        if is_valid:
            assert check(action, answer) is True
        else:
            with pytest.raises(ValidationError, match="Failed to validate Action server response"):
                check(action, answer)


def test_events_are_of_the_class_that_rasa_finds() -> None:
    kinds = {kind.type_name for kind in all_subclasses(Event)} - {None}
    assert len(kinds) > 20
    for _ in range(2):  # found, and known
        for kind in kinds:
            assert Event.resolve_by_type(kind) is rasa_fixes._resolve_by_type(kind)
        assert Event.resolve_by_type("no_such_event", UserUttered) is UserUttered
        with pytest.raises(ValueError, match="no_such_event"):
            Event.resolve_by_type("no_such_event")


def test_the_switch_leaves_rasa_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DomainProvider, "_persist", rasa_fixes._persist)
    monkeypatch.setenv(rasa_fixes.SWITCH, "off")
    rasa_fixes.apply()
    assert DomainProvider._persist is rasa_fixes._persist
    monkeypatch.delenv(rasa_fixes.SWITCH)
    rasa_fixes.apply()
    assert DomainProvider._persist is not rasa_fixes._persist
