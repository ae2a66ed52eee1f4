"""Checks answers of the admin API against api/openapi.yaml: path, method, status, media type, body, headers.

Every answer that any test gets through `requests` from a weir's admin address is checked (see `watch`); a call that
succeeded also has only parameters and a body that the description allows.
"""
import datetime
import functools
import json
import re
import urllib.parse

import jsonschema
import requests
import yaml

from . import places

FILE = places.ROOT / "api" / "openapi.yaml"
# What may answer any request, before its path and method are looked at.
UNROUTED = {400, 401, 403, 408, 413, 414, 429, 431, 503}
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time")
def is_time(value):
    if not isinstance(value, str):
        return True
    if not RFC3339.fullmatch(value):
        return False
    try:
        datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", value.replace("Z", "+00:00")))
        return True
    except ValueError:
        return False


class Undescribed(AssertionError):
    """An answer, or a call that succeeded, is not as api/openapi.yaml says."""


class Description:
    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver("", document)
        # The most literal path wins: /keys/import before /keys/{id}.
        self.paths = sorted(((self._pattern(path), path) for path in document["paths"]), key=lambda pair: pair[1].count("{"))

    @staticmethod
    def _pattern(path):
        parts = re.split(r"\{[^}]+\}", path)
        return re.compile("[^/]+".join(map(re.escape, parts)))

    def _follow(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def path_of(self, path):
        """The described path that `path` is an instance of, or None."""
        return next((name for pattern, name in self.paths if pattern.fullmatch(path)), None)

    def operation(self, path, method):
        """The operation and all its parameters; (None, []) when there is none."""
        item = self.document["paths"][path]
        operation = item.get("get" if method == "HEAD" else method.lower())
        if operation is None:
            return None, []
        return operation, [self._follow(each) for each in item.get("parameters", []) + operation.get("parameters", [])]

    def problems(self, schema, value):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=formats)
        return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]

    # -- answers

    def check_answer(self, method, path, status, headers, body):
        """Raises Undescribed. `headers`: a mapping that ignores letter case; `body`: bytes."""
        what = f"{method} {path} -> {status}"
        template = self.path_of(path)
        operation = self.operation(template, method)[0] if template else None
        if operation is None:
            allowed = UNROUTED | ({405} if template else {404})
            if status not in allowed:
                raise Undescribed(f"{what}: api/openapi.yaml has no such {'method' if template else 'path'}")
            return self._check_body(what, self._error_content(), headers, body, method)
        response = operation["responses"].get(str(status))
        if response is None and status in UNROUTED - {400, 401, 403, 503}:
            return self._check_body(what, self._error_content(), headers, body, method)
        if response is None:
            raise Undescribed(f"{what}: the status is not described; {body[:300]!r}")
        response = self._follow(response)
        for name, header in response.get("headers", {}).items():
            header = self._follow(header)
            if name not in headers and header.get("required"):
                raise Undescribed(f"{what}: without {name}")
            if name in headers and (found := self.problems(header["schema"], headers[name])):
                raise Undescribed(f"{what}: {name}: {found}")
        self._check_body(what, response.get("content"), headers, body, method)

    def _error_content(self):
        return {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

    def _check_body(self, what, content, headers, body, method):
        if method == "HEAD":
            return
        if content is None:
            if body:
                raise Undescribed(f"{what}: a body where none is described: {body[:300]!r}")
            return
        media = headers.get("Content-Type", "").split(";")[0].strip()
        if media not in content:
            raise Undescribed(f"{what}: {media!r} is not described, {list(content)} are")
        if media.endswith("json"):
            try:
                value = json.loads(body)
            except ValueError as error:
                raise Undescribed(f"{what}: {error} in {body[:300]!r}") from None
            if found := self.problems(content[media]["schema"], value):
                raise Undescribed(f"{what}: {'; '.join(found[:5])}")

    # -- calls that succeeded

    def check_call(self, method, path, query, headers, body):
        """What was accepted must be allowed by the description: it hides no parameter and no field."""
        template = self.path_of(path)
        operation, parameters = self.operation(template, method)
        known = {each["name"]: each for each in parameters if each["in"] == "query"}
        what = f"{method} {path}"
        for name, text in urllib.parse.parse_qsl(query, keep_blank_values=True) if operation.get("security") != [] else []:
            if name not in known:
                raise Undescribed(f"{what}: took the undescribed parameter {name}")
            schema = self._follow(known[name]["schema"])
            value = int(text) if schema.get("type") == "integer" and text.isdigit() else text
            if schema.get("type") == "boolean":
                value = {"true": True, "false": False}.get(text, text)
            if found := self.problems(schema, value):
                raise Undescribed(f"{what}: took {name}={text!r}: {found}")
        described = operation.get("requestBody")
        if body and described and "json" in headers.get("Content-Type", ""):
            schema = self._follow(described)["content"]["application/json"]["schema"]
            if found := self.problems(schema, json.loads(body)):
                raise Undescribed(f"{what}: took a body that is not as described: {'; '.join(found[:5])}")


@functools.cache
def description():
    return Description(yaml.load(FILE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def check(response):
    """Checks one requests.Response of an admin address, and what it answered."""
    sent, url = response.request, urllib.parse.urlsplit(response.request.url)
    streamed = not response._content_consumed
    described = description()
    if not streamed:
        described.check_answer(sent.method, url.path, response.status_code, response.headers, response.content)
    if response.ok:
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        described.check_call(sent.method, url.path, url.query, sent.headers, body)


def watch(is_admin_address):
    """From now on checks every answer whose (host, port) `is_admin_address` says yes to."""
    send = requests.Session.send

    def checked(session, request, **options):
        response = send(session, request, **options)
        url = urllib.parse.urlsplit(response.request.url)
        if is_admin_address(url.hostname, url.port):
            check(response)
        return response

    requests.Session.send = checked
