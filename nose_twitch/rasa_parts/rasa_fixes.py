"""Repairs of Rasa 3.6.21 that change nothing but time; NOSE_TWITCH_RASA_FIXES=off leaves Rasa as it is.

- The domain is kept as JSON beside its YAML in the model: Rasa's YAML reader takes almost two seconds for ours, and
  checks again what was checked in training.
- What an action server answers is checked against a schema that never changes. Rasa checks the schema itself each time,
  too, which takes 12 times as long as all the rest (63 of 68 ms a call); here it is taken as checked.
- Each event of a talk that is read from the store looks for its class among all subclasses of `Event`; here it is looked for
  once for each kind. That was one eighth of a turn.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa import __version__
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event

MADE_FOR = "3.6.21"
SWITCH = "NOSE_TWITCH_RASA_FIXES"
_JSON = "domain.json"
_load = DomainProvider.load.__func__
_persist = DomainProvider._persist
_validate = RemoteAction._validate_action_result
_resolve_by_type = Event.resolve_by_type


def apply() -> None:
    """Applies the repairs, unless they are switched off or this is another Rasa than the one they were made for."""
    if __version__ == MADE_FOR and os.environ.get(SWITCH) != "off":
        DomainProvider._persist = _persist_as_json_too
        DomainProvider.load = classmethod(_load_from_json)
        RemoteAction._validate_action_result = _validate_by_known_schema
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(_resolve_by_type))


def _validate_by_known_schema(self: RemoteAction, result: dict[str, Any]) -> bool:
    # What is wrong is told by Rasa's own check.
    return _response_schema().is_valid(result) or _validate(self, result)


@lru_cache(maxsize=1)
def _response_schema() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


def _persist_as_json_too(self: DomainProvider, domain: Domain) -> None:
    _persist(self, domain)
    with self._model_storage.write_to(self._resource) as folder:
        (folder / _JSON).write_text(json.dumps(domain.as_dict()), encoding="utf-8")


def _load_from_json(
    cls: type[DomainProvider],
    /,
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    with model_storage.read_from(resource) as folder:
        if (folder / _JSON).exists():
            domain = Domain.from_dict(json.loads((folder / _JSON).read_text(encoding="utf-8")))
            return cls(model_storage, resource, domain)
    provider: DomainProvider = _load(cls, config, model_storage, resource, execution_context, **kwargs)
    return provider
