"""The schemas of bodies and answers, as pydantic knows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from api.openapi.operation import JSON

PLACE = "#/components/schemas/{model}"


class _Untitled(GenerateJsonSchema):
    """Without titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def schemas_of(types: Iterable[Any], limits: Mapping[str, int]) -> tuple[Mapping[Any, JSON], JSON]:
    """The reference to each type, and the schemas by name; a limit by its name is what `limits` says."""
    adapters = {kind: TypeAdapter(kind) for kind in types}
    made, rest = TypeAdapter.json_schemas(
        [(kind, "validation", adapter) for kind, adapter in adapters.items()],
        schema_generator=_Untitled,
        ref_template=PLACE,
    )
    schemas = rest["$defs"]
    for field in _fields(schemas):
        if isinstance(limit := field.get("maxLength"), str):
            field["maxLength"] = limits[limit]
    return {kind: schema for (kind, _), schema in made.items()}, schemas


def _fields(schemas: JSON) -> Iterable[JSON]:
    return (field for schema in schemas.values() for field in schema.get("properties", {}).values())
