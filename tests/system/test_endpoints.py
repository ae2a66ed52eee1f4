"""Endpoints: names of calls by detection, by templates and by an OpenAPI document, over a reload and a restart; exports."""
import csv
import io
import json
import subprocess

import requests

from tests.harness import places
from tests.harness.weir import eventually


def names(weir, count):
    return [call["endpoint"] for call in reversed(weir.wait_calls(count))]


def test_identifiers_are_taken_out_and_kept_over_a_kill(guarded, connect):
    weir = guarded()
    client = connect(weir)
    for path in ("/v1/orders/17", "/v1/orders/550e8400-e29b-41d4-a716-446655440000/items?page=2", "/v1/orders"):
        assert client.exchange("GET", path, [("X-API-Key", weir.key)]).status == 200
    client.exchange("GET", "/wp-login.php")  # no key: 401
    assert names(weir, 4) == ["/v1/orders/{id}", "/v1/orders/{id}/items", "/v1/orders", "(other)"]
    weir.kill()
    weir.start()
    client = connect(weir)

    def named():  # as soon as what was there before the kill is stored
        client.exchange("GET", "/v1/orders/18")
        return weir.calls(endpoint="/v1/orders/{id}", status="401")

    assert eventually(named)[0]["path"] == "/v1/orders/18"
    assert len(weir.calls(endpoint="/v1/orders/{id}", status="200")) == 1


def test_templates_hold_from_a_reload_on(guarded, connect):
    weir = guarded()
    client = connect(weir)
    client.exchange("GET", "/users/joe", [("X-API-Key", weir.key)])
    weir.wait_calls(1)  # what is not stored yet is of the new templates
    document = weir.folder / "api.yaml"
    document.write_text("openapi: 3.1.0\nservers: [{url: 'https://api.example.com/v2'}]\npaths:\n  /teams/{team}: {}\n")
    after = len(weir.log())
    weir.configure({"usage": {"endpoints": ["/users/{name}"], "openapi": str(document)}})
    weir.reload()
    weir.wait_log("reloaded", after=after)
    for path in ("/users/joe", "/v2/teams/blue"):
        client.exchange("GET", path, [("X-API-Key", weir.key)])
    assert names(weir, 3) == ["/users/joe", "/users/{name}", "/v2/teams/{team}"]


def test_a_document_that_is_wrong_is_refused_with_its_line(guarded):
    weir = guarded()
    document = weir.folder / "api.yaml"
    document.write_text("openapi: 3.1.0\npaths:\n  teams: {}\n")
    weir.configure({"usage": {"openapi": str(document)}})
    checked = subprocess.run([places.binary("weir"), "config", "check", str(weir.config_file)], capture_output=True, text=True)
    assert checked.returncode == 2 and f"{document}:3:" in checked.stderr
    after = len(weir.log())
    weir.reload()
    weir.wait_log(f"{document}:3:", after=after)


def test_an_export_has_every_call_and_reads_back(guarded, connect):
    weir = guarded()
    client = connect(weir)
    for number in range(1200):
        client.exchange("GET", f"/v1/things/{number}", [("X-API-Key", weir.key), ("X-Request-Id", f"=1+{number}")])
    weir.wait_calls(1200)
    text = requests.get(f"{weir.admin_url}/api/v1/usage/export", timeout=20,
                        headers={"Authorization": f"Bearer {weir.token}"}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["path"] for row in rows] == [f"/v1/things/{number}" for number in reversed(range(1200))]
    assert {row["endpoint"] for row in rows} == {"/v1/things/{id}"}
    assert rows[0]["request_id"] == "'=1+1199"  # no formula
    lines = weir.run_command("usage", "export", "--format", "ndjson", "--limit", "1100", "--path", "/v1/things/7").stdout
    assert [json.loads(line)["path"] for line in lines.splitlines()] == ["/v1/things/7"]
