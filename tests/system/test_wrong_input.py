"""Wrong input to every operation of api/openapi.yaml: 4xx with a sentence, never 5xx, and never a way past the token.

What is tried is made from the description, so an operation added to it is covered without a word here.
"""
import http.client
import itertools
import json
import urllib.parse

import pytest
import requests

from tests.harness import garbage
from tests.harness.api_description import description
from tests.harness.raw import Client

# A session's calls are noted by the next tick, the lines of an import with the import; taking up an import again
# changes nothing, nor does judging a call.
NOT_AUDITED = {"/api/v1/session", "/api/v1/imports", "/api/v1/imports/{id}/lines", "/api/v1/alerts/check",
               "/api/v1/alerts/replay"}
METHODS = ("get", "post", "put", "patch", "delete")


def operations():
    """(method, path, operation, its parameters) of every operation."""
    for path, item in description().document["paths"].items():
        for method in METHODS:
            if method in item:
                operation, parameters = description().operation(path, method.upper())
                yield pytest.param(method.upper(), path, operation, parameters, id=f"{method} {path}")


every_operation = pytest.mark.parametrize("method, path, operation, parameters", list(operations()))


def filled(path, value="1"):
    return path.replace("{id}", value) if "{id}" in path else path.replace("{name}", value)


class Caller:
    """Calls with the token, past the tidying that `requests` does, and judges the answers."""

    def __init__(self, weir):
        self.token = {"Authorization": f"Bearer {weir.token}"}
        self.connection = http.client.HTTPConnection("127.0.0.1", weir.admin_port, timeout=60)

    def __call__(self, method, target, body=None, headers=None):
        self.connection.request(method, target, body, {**self.token, **(headers or {})})
        try:
            answer = self.connection.getresponse()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise AssertionError(f"{method} {target[:200]}: no answer: {error}") from None
        streamed = "event-stream" in answer.headers.get("Content-Type", "")
        content = b"" if streamed else answer.read()
        if streamed or answer.will_close:
            self.connection.close()
        what = f"{method} {target[:200]} {str(body)[:200]} -> {answer.status}"
        path = target.partition("?")[0]
        assert answer.status < 500, f"{what}: {content[:300]}"
        assert answer.status not in (401, 403) or path == "/api/v1/session", what
        if not streamed:
            description().check_answer(method, path, answer.status, answer.headers, content)
        if answer.status >= 400:
            self.sentence = sentence = json.loads(content)["detail"]
            assert len(sentence) > 8 and " " in sentence, f"{what}: {sentence!r} is no sentence"
            for word in ("std::", "boost", "SQL", "exception", "terminate"):
                assert word not in sentence, f"{what}: {sentence}"
        if answer.status < 300 and method not in ("GET", "HEAD"):
            self.check_audited(method, path, answer)
        return answer

    def check_audited(self, method, path, answer):
        """The newest entry of the audit log is the one of the change that was just made."""
        if description().path_of(path) in NOT_AUDITED:
            return
        self.connection.request("GET", "/api/v1/audit?limit=1", None, self.token)
        items = json.loads(self.connection.getresponse().read())["items"]
        assert items and items[0]["request_id"] == answer.headers["X-Request-Id"], f"{method} {path} left no entry in the audit log"

    def refused(self, *arguments, naming=None, **options):
        """`naming`: what the sentence must name when it is the input that is refused."""
        answer = self(*arguments, **options)
        assert 400 <= answer.status < 500, f"{arguments[:2]} {str(arguments[2:])[:300]}: took it: {answer.status}"
        assert not naming or answer.status != 422 or naming in self.sentence, f"{arguments[:2]}: {self.sentence!r} names no {naming}"
        return answer


@pytest.fixture
def call(shared_weir):
    caller = Caller(shared_weir)
    yield caller
    assert requests.get(f"{shared_weir.admin_url}/healthz", timeout=5).status_code == 200


@every_operation
def test_identifiers_that_are_none(call, method, path, operation, parameters):
    if "{" not in path:
        pytest.skip("the path has no identifier")
    for value in garbage.IDS:
        call.refused(method, filled(path, value), b"{}" if "requestBody" in operation else None, garbage.JSON)


def is_wrong(schema, text):
    """Whether a query's text breaks the described schema in a way all readers agree on."""
    try:
        value = urllib.parse.unquote(text, errors="strict")
    except UnicodeDecodeError:
        return True
    if text.count("%") and not all(part[:2].isalnum() and len(part) > 1 for part in text.split("%")[1:]) or "%z" in text:
        return True
    kind = schema.get("type")
    if kind in ("integer", "number"):
        try:
            value = int(value) if kind == "integer" else float(value)
        except ValueError:
            return True
    if kind == "boolean":
        return value not in ("true", "false")
    return bool(description().problems(schema, value))


@every_operation
def test_parameters(call, method, path, operation, parameters):
    target, body = filled(path), b"{}" if "requestBody" in operation else None
    if operation.get("security") != [] or "/api/" in path:
        needs_more = any(parameter["in"] == "query" and parameter.get("required") for parameter in parameters)
        call.refused(method, f"{target}?nonsense=1", body, garbage.JSON, naming=None if needs_more else "nonsense")
        call.refused(method, f"{target}?%ff=1", body, garbage.JSON)
    for parameter in parameters:
        if parameter["in"] != "query":
            continue
        name, schema = parameter["name"], description()._follow(parameter["schema"])
        for text in garbage.TEXTS:
            if is_wrong(schema, text) or name == "cursor":
                call.refused(method, f"{target}?{name}={text}", body, garbage.JSON, naming=name)
            else:
                call(method, f"{target}?{name}={text}", body, garbage.JSON)
        value = urllib.parse.quote(str(garbage.Schemas(description().resolver).sample(schema)))
        call.refused(method, f"{target}?{name}={value}&{name}={value}", body, garbage.JSON, naming=name)


@every_operation
def test_cursors_of_other_lists(call, shared_weir, method, path, operation, parameters):
    if not any(parameter["name"] == "cursor" for parameter in parameters):
        pytest.skip("no list")
    for name in "abc":
        shared_weir.admin("POST", "/api/v1/users", json={"name": name})
    foreign = shared_weir.api("GET", "/users", params={"limit": 1})["next_cursor"]
    assert foreign
    if path != "/api/v1/users":
        call.refused(method, f"{path}?cursor={foreign}")
    for position in range(len(foreign)):
        damaged = foreign[:position] + ("A" if foreign[position] != "A" else "B") + foreign[position + 1:]
        call.refused(method, f"{path}?cursor={damaged}")


@every_operation
def test_bodies_that_are_no_json_of_ours(call, method, path, operation, parameters):
    if "application/json" not in operation.get("requestBody", {}).get("content", {}):
        pytest.skip("takes no JSON")
    for body, headers in garbage.RAW_BODIES:
        if not body and not operation["requestBody"].get("required"):
            continue
        if body == b"{}" and headers == {**garbage.JSON}:
            continue
        call.refused(method, filled(path), body, headers)


@every_operation
def test_fields(call, method, path, operation, parameters):
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        pytest.skip("takes no JSON")
    schema = content["application/json"]["schema"]
    tried = 0
    for value in garbage.Schemas(description().resolver).bodies(schema):
        body = garbage.as_json(value)
        if description().problems(schema, value):
            call.refused(method, filled(path), body, garbage.JSON)
        else:
            call(method, filled(path), body, garbage.JSON)
        tried += 1
    assert tried > len(garbage.VALUES)


@pytest.mark.parametrize("path", description().document["paths"])
def test_methods_a_path_does_not_have(call, path):
    item = description().document["paths"][path]
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        if method.lower() not in item:
            answer = call.refused(method, filled(path))
            assert answer.status in (400, 404, 405, 501), (method, path, answer.status)


# -- past the token

SECRETS = ["", "null", "undefined", "admin", "admin.token", "weiradm_" + "0" * 49, "' OR 1=1 --", "\xff\xfe", "a" * 8000]


def credentials(token):
    """Header sets that name the right token in wrong places, or a wrong one in the right place."""
    for secret in SECRETS:
        yield {"Authorization": f"Bearer {secret}".encode("latin-1").strip()}
    for value in (token, f"Basic {token}", f"Bearer{token}", f"Bearer {token} x", f"Bearer {token}, Bearer {token}",
                  f"Bearer {token[:-1]}", f"Bearer {token}0", f"Bearer {token.upper()}", f"Token {token}"):
        yield {"Authorization": value}
    for name in ("X-API-Key", "X-Auth-Token", "X-CSRF-Token", "Proxy-Authorization"):
        yield {name: token}
    for cookie in (token, f'"{token}"', "", "weirses_" + "0" * 49):
        yield {"Cookie": f"weir_session={cookie}", "X-CSRF-Token": cookie}
        yield {"Cookie": f"__Host-weir_session={cookie}"}
    yield {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
    yield {"X-Original-URL": "/healthz", "X-Rewrite-URL": "/healthz"}
    yield {"X-HTTP-Method-Override": "GET"}
    yield {}


@every_operation
def test_no_credentials_but_the_right_ones_open_anything(shared_weir, method, path, operation, parameters):
    if operation.get("security") == []:
        pytest.skip("open")
    session = requests.Session()
    for headers in credentials(shared_weir.token):
        answer = session.request(method, shared_weir.admin_url + filled(path), headers={**garbage.JSON, **headers}, data=b"{}",
                                 timeout=30)
        assert answer.status_code in (400, 401, 429), (headers, answer.status_code, answer.text[:300])
    for query in ("token", "access_token", "key"):
        answer = session.request(method, f"{shared_weir.admin_url}{filled(path)}?{query}={shared_weir.token}", timeout=30)
        assert answer.status_code in (401, 429)


@pytest.mark.parametrize("target", [
    "//api/v1/keys", "/./api/v1/keys", "/healthz/../api/v1/keys", "/healthz/%2e%2e/api/v1/keys", "/%61pi/v1/keys", "/API/V1/keys",
    "/api/v1/keys;x=1", "/api/v1/keys/", "/api/v1/keys%00", "/api/v1/keys%2f", "/api/v1/keys#x", "/healthz?/api/v1/keys",
    "/api\\v1\\keys", "http://127.0.0.1/api/v1/keys", "/healthz/api/v1/keys", "/api/v1/session/../keys",
])
def test_no_spelling_of_a_path_goes_round_the_token(shared_weir, target):
    client = Client(("127.0.0.1", shared_weir.admin_port))
    client.send(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = client.answer()
    client.close()
    assert answer.status in (400, 401, 404, 429) or target.startswith("/healthz?"), answer.status
    assert b"items" not in answer.body


def test_a_viewer_changes_nothing(shared_weir):
    made = shared_weir.api("POST", "/tokens", json={"name": "looker", "role": "viewer"})
    audit = lambda: shared_weir.api("GET", "/audit", params={"limit": 1})["items"][0]["id"]
    before = audit()
    for parameter in operations():
        method, path, operation, _ = parameter.values
        if method == "GET" or path == "/api/v1/session":
            continue
        for body in itertools.chain([b"{}", b"nope"], map(garbage.as_json, ({"name": "x"}, {"is_active": False}))):
            answer = requests.request(method, shared_weir.admin_url + filled(path), data=body, timeout=30,
                                      headers={**garbage.JSON, "Authorization": f"Bearer {made['token']}"})
            assert answer.status_code == 403, (method, path, answer.status_code)
            assert "looker" in answer.json()["detail"]
    assert audit() == before
