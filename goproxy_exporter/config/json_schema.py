"""What does the JSON Schema of a configuration file look like?"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from goproxy_exporter.config.schema import Document, Fragment

FILE = Path("config") / "goproxy_exporter.schema.json"
"""Where the repository keeps the schema."""


class _Generator(GenerateJsonSchema):
    """An absent key is absent, never null; and null is no default."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Give the schema of what is there when something is there."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Give the schema without the None that stands for absence in Python."""
        return self.generate_inner(schema["schema"])


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of the main file; fragments fit it too."""
    schema = Document.model_json_schema(schema_generator=_Generator)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "goproxy_exporter configuration",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def fragment_keys() -> tuple[str, ...]:
    """Give the keys that a file in `config_dir` may have."""
    return tuple(Fragment.model_fields)


def text() -> str:
    """Give the schema as it stands in the repository."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    """Write the schema to a file, by default where the repository keeps it."""
    path = Path(arguments[0]) if arguments else FILE
    path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
