"""config.toml as a JSON schema, for editors: they complete keys, show what they mean, and mark what
cannot be. Made from the models; what an editor cannot know, such as whether a time zone exists,
`load_config` says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.config.models import Config

FILE = "config.schema.json"
"""Its usual name, beside the file that it describes."""
DIRECTIVE = f"#:schema ./{FILE}"
"""The first line of a TOML file by which Taplo and Even Better TOML find its schema. They take a
path from the file's own folder, or a URL; an absolute path they do not."""


def config_schema() -> dict[str, Any]:
    """The schema: draft 7, every table in its place, since not every editor follows references."""
    made = Config.model_json_schema(schema_generator=_ForToml)
    named = made.pop("$defs")
    tables = {name: _resolved(table, named) for name, table in made["properties"].items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Pledgewatch: config.toml",
        "type": "object",
        "properties": {name: _without_defaults(table) for name, table in tables.items()},
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The file's text."""
    return json.dumps(config_schema(), ensure_ascii=False, indent=2) + "\n"


class _ForToml(GenerateJsonSchema):
    """Without null, which TOML has not, and without titles that repeat the key."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {k: v for k, v in made.items() if k != "default" or v is not None}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _resolved(node: Any, named: Mapping[str, Any]) -> Any:
    """What a reference leads to, in its place; what stands beside it goes first."""
    if isinstance(node, list):
        return [_resolved(each, named) for each in node]
    if not isinstance(node, dict):
        return node
    whole = {k: _resolved(v, named) for k, v in node.items() if k != "$ref"}
    if "$ref" in node:
        meant = _resolved(named[node["$ref"].rpartition("/")[2]], named)
        whole = {k: v for k, v in meant.items() if k != "title"} | whole
    return whole


def _without_defaults(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table's keys have defaults of their own."""
    return {k: v for k, v in table.items() if k != "default"}
