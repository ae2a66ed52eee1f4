"""api/openapi.yaml and the server say the same. Answers to all other tests are checked too: tests/harness/api_description.py."""
import json
import subprocess

import pytest

from tests.harness.api_description import Undescribed, check, description

NOWHERE = "There is nothing at this path"


def test_every_described_operation_is_there(guarded):
    weir = guarded()
    for path, item in description().document["paths"].items():
        for method in set(item) - {"parameters"}:
            url = weir.admin_url + path.replace("{id}", "4294967295").replace("{name}", "nobody")
            answer = weir.admin(method.upper(), url.removeprefix(weir.admin_url), headers={"Accept": "*/*"}, stream=True)
            assert answer.status_code != 405, f"{method} {path}"
            if "json" in answer.headers.get("Content-Type", ""):
                assert answer.json().get("detail") != NOWHERE, f"{method} {path}"
            answer.close()


def test_problem_details_are_as_described(guarded):
    weir = guarded()
    for method, path, status in (("GET", "/api/v1/keys/4294967295", 404), ("GET", "/api/v1/keys?limit=0", 422),
                                 ("POST", "/api/v1/keys", 400), ("GET", "/api/v1/nonsense", 404),
                                 ("PUT", "/api/v1/usage", 405)):
        answer = weir.admin(method, path, headers={"Accept": "application/problem+json", "Content-Type": "application/json"})
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json" and answer.json()["status"] == status


@pytest.mark.parametrize("change, complaint", [
    (lambda answer: answer.update(surprise=1), "surprise"),
    (lambda answer: answer["items"][0].pop("usage_count"), "usage_count"),
    (lambda answer: answer["items"][0].update(created_at="yesterday"), "created_at"),
    (lambda answer: answer["items"][0].update(id="1"), "id"),
])
def test_the_check_notices_what_is_not_described(guarded, change, complaint):
    """On a true answer, changed by hand: a check that cannot fail would be none."""
    weir = guarded()
    answer = weir.admin("GET", "/api/v1/keys")
    check(answer)
    body = answer.json()
    change(body)
    with pytest.raises(Undescribed, match=complaint):
        description().check_answer("GET", "/api/v1/keys", 200, answer.headers, json.dumps(body).encode())


def test_the_check_notices_undescribed_paths_statuses_and_parameters(guarded):
    headers = {"Content-Type": "application/json"}
    for method, path, status in (("GET", "/api/v1/secret", 200), ("DELETE", "/api/v1/usage", 204), ("GET", "/api/v1/keys", 500),
                                 ("GET", "/api/v1/keys", 404)):
        with pytest.raises(Undescribed):
            description().check_answer(method, path, status, headers, b'{"detail": "x"}')
    with pytest.raises(Undescribed, match="colour"):
        description().check_call("GET", "/api/v1/keys", "colour=red", {}, b"")
    with pytest.raises(Undescribed, match="colour"):
        description().check_call("POST", "/api/v1/users", "", headers, b'{"name": "ada", "colour": "red"}')


def test_promtool_has_nothing_to_say_about_the_metrics(guarded, connect):
    weir = guarded()
    connect(weir).exchange("GET", "/", [("X-API-Key", weir.key)])
    connect(weir).exchange("GET", "/")
    text = weir.admin("GET", "/metrics").text
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and not done.stdout and not done.stderr, done.stdout + done.stderr
