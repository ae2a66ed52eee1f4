"""Wrong input for any operation of api/openapi.yaml, made from its own description."""
import json

# Values no field takes all of: types, ranges, lengths, characters.
VALUES = [None, True, -1, 0, 1.5, 2**63, 10**30, "", "x" * 5000, "\u0000", "a\nb", "💥" * 150, "9999-99-99T99:99:99Z",
          "2026-11-23", "NaN", [], [[]], {}, {"x": {"y": 1}}, [None] * 3]

TEXTS = ["", "0", "-1", "1.5", "99999999999999999999", "x" * 9000, "%00", "%zz", "%ff", "%", "true'--", "%F0%9F%92%A5",
         "9999-99-99T99:99:99Z", "2026-11-23T10:00:00", "null", "[]", "AAAAAAAAAAAAAAAAAAAA", "../../etc/passwd"]

IDS = ["0", "-1", "x", "1x", "4294967296", "99999999999999999999", "%31", "%00", "1%2F2", "%2e%2e", "1;x=1", "%F0%9F%92%A5"]

# Bodies that are no JSON object of anybody's, with the headers they come with.
JSON = {"Content-Type": "application/json"}
RAW_BODIES = [
    (b"", JSON), (b"{", JSON), (b"nope", JSON), (b"{} {}", JSON), (b"{'a': 1}", JSON), (b'{"a": 1,}', JSON),
    (b"[" * 100_000, JSON), (b'{"a":' * 50_000, JSON), (b'{"name": "\xff\xfe"}', JSON), (b'{"name": "\\ud800"}', JSON),
    (b'{"name": 1e999}', JSON), (b'{"name": "a", "name": "b"}', JSON), (b"\xef\xbb\xbf{}", JSON), (b"\x00", JSON),
    (b"null", JSON), (b"[]", JSON), (b"7", JSON), (b'"text"', JSON), (b'{"nonsense": 1}', JSON),
    (b"{}", {}), (b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}), (b"{}", {"Content-Type": "text/plain"}),
    (b"{}", {"Content-Type": "application/json; charset=latin1"}),
    (b"\x1f\x8b\x08\x00", {**JSON, "Content-Encoding": "gzip"}), (b"{}", {**JSON, "Content-Encoding": "br"}),
    (b'{"name": "' + b"x" * (9 << 20) + b'"}', JSON),
]


class Schemas:
    """Follows the references of one document."""

    def __init__(self, resolver):
        self.resolver = resolver

    def follow(self, schema):
        while "$ref" in schema:
            schema = self.resolver.resolve(schema["$ref"])[1]
        if "properties" not in schema:
            for each in schema.get("allOf", []) + schema.get("oneOf", []) + schema.get("anyOf", []):
                found = self.follow(each)
                if found.get("type") != "null":
                    return found
        return schema

    def sample(self, schema):
        """A value that a schema allows, as small as it may be."""
        schema = self.follow(schema)
        if "example" in schema or "default" in schema:
            return schema.get("example", schema.get("default"))
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("examples"):
            return schema["examples"][0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "string":
            return "sample"[:schema.get("maxLength", 6)].ljust(schema.get("minLength", 0), "e")
        if kind in ("integer", "number"):
            return max(1, schema.get("minimum", 1))
        if kind == "boolean":
            return True
        if kind == "array":
            return [self.sample(schema["items"])] if schema.get("minItems") else []
        needed = list(schema.get("required", []))
        needed += schema.get("oneOf", [{}])[0].get("required", [])
        return {name: self.sample(schema["properties"][name]) for name in needed}

    def bodies(self, schema, depth=3):
        """Values near to what a schema allows, most of them wrong in one place."""
        schema = self.follow(schema)
        yield from VALUES
        if schema.get("type") == "array" or "items" in schema:
            for item in self.bodies(schema["items"], depth - 1) if depth else []:
                yield [item]
            return
        properties = schema.get("properties", {})
        whole = self.sample(schema) if properties else {}
        if not isinstance(whole, dict):
            return
        yield {**whole, "nonsense": 1}
        for name in whole:
            yield {field: value for field, value in whole.items() if field != name}
        for name, inner in properties.items():
            for value in self.bodies(inner, depth - 1) if depth else VALUES:
                yield {**whole, name: value}
        inner = schema.get("additionalProperties")
        if isinstance(inner, dict) and depth:
            for value in self.bodies(inner, depth - 1):
                yield {"sample": value}


def as_json(value):
    return json.dumps(value).encode()
