"""The specification's own Python and JavaScript clients, taken from the document, against the real thing."""
import json
import re
import subprocess
import sys

import pytest

from tests.harness import places
from tests.harness.raw import Client
from tests.harness.weir import eventually

SPECIFICATION = (places.ROOT / "docs" / "specification.md").read_text()
EXAMPLE_URL = "https://api.example.com"
WINDOWS = {"Minute": (100, 60), "Hour": (1000, 3600), "Day": (10000, 86400)}


def client_source(title, language):
    """The lines of the code block below a heading of "Integration Examples"."""
    block = re.search(rf"^### {title}\n```{language}\n(.*?)^```$", SPECIFICATION, re.M | re.S)
    return block[1].splitlines()


def indent_again(lines):
    """The document lost its indentation. A line is one deeper after a line that ends with a colon; `def` goes back
    to the class's level, `except` to its `try`'s. Inside brackets Python does not care."""
    level, class_level, try_level, out = 0, 0, 0, []
    for line in lines:
        if line.startswith("class "):
            class_level = level
        elif line.startswith("def "):
            level = class_level + 1
        elif line.startswith("except "):
            level = try_level
        if line.startswith("try:"):
            try_level = level
        out.append("    " * level + line)
        if line.split("#")[0].rstrip().endswith(":"):
            level += 1
    return out


@pytest.fixture
def weir(start_weir, sample_api):
    """As the specification has it: no limits configured, so its own are in force. Somebody else has called the API
    before: refused calls have names of endpoints that are known."""
    weir = start_weir({"gateway": {"upstream": sample_api}})
    somebody = weir.create_key(name="somebody", user="else")
    with Client(("127.0.0.1", weir.port)) as client:
        assert client.exchange("GET", "/items/1", [("X-API-Key", somebody["key"])]).status == 200
    weir.wait_calls(1, key_id=somebody["id"])
    return weir


def check_call_log(weir, key, answered, limited):
    calls = weir.wait_calls(answered + limited, key_id=key["id"])
    assert sorted(call["status_code"] for call in calls) == [200] * answered + [429] * limited
    for call in calls:
        assert call["api_key_id"] == key["id"] and call["user_id"] == key["user_id"]
        assert call["endpoint"] == "/items/{id}" and call["path"] == "/items/7" and call["method"] == "GET"
        assert isinstance(call["id"], int) and call["created_at"].endswith("Z") and call["response_time"] >= 0
    fields = lambda: weir.api("GET", f"/keys/{key['id']}")
    eventually(lambda: fields()["usage_count"] == answered + limited, why=lambda: f"{fields()}")
    assert fields()["last_used"] is not None


def test_python_client_is_limited_and_every_call_is_logged(weir, folder):
    lines = client_source("Python Client", "python")
    indented = indent_again(lines)
    assert [line.strip() for line in indented] == [line.strip() for line in lines], "only indentation may change"
    (folder / "client.py").write_text("\n".join(indented).replace(EXAMPLE_URL, weir.url))
    (folder / "use_client.py").write_text(
        "import json, sys\n"
        "from client import APIClient\n"
        "client = APIClient(sys.argv[1])\n"
        "answers = [client.make_request('/items/7') for _ in range(105)]\n"
        "print(json.dumps(answers))\n")
    key = weir.create_key()
    done = subprocess.run([sys.executable, "use_client.py", key["key"]], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    *warnings, answers = done.stdout.splitlines()
    answers = json.loads(answers)
    assert answers[:100] == [{"id": 7, "name": "Item 7"}] * 100
    for answer in answers[100:]:
        assert re.fullmatch(r"Rate limit exceeded for minute\. Try again in \d+ seconds", answer["detail"]), answer
    assert warnings == [f"Warning: Low minute rate limit remaining: {left}" for left in [*range(9, -1, -1)] + [0] * 5]
    check_call_log(weir, key, 100, 5)


def test_javascript_client_is_limited_and_every_call_is_logged(weir, folder):
    source = "\n".join(client_source("JavaScript Client", "javascript"))
    (folder / "client.js").write_text(source.replace(EXAMPLE_URL, weir.url) + """
(async () => {
  const client = new APIClient(process.argv[2]);
  const answers = [];
  for (let i = 0; i < 103; ++i) answers.push(await client.makeRequest('/items/7').catch(error => error.message));
  console.log(JSON.stringify(answers));
})();
""")
    key = weir.create_key()
    done = subprocess.run(["node", "client.js", key["key"]], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"id": 7, "name": "Item 7"}] * 100 + ["HTTP error! status: 429"] * 3
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning: Low ")]
    assert warnings == [f"Warning: Low minute rate limit remaining: {left}" for left in [*range(9, -1, -1)] + [0] * 3]
    check_call_log(weir, key, 100, 3)


def test_every_answer_to_a_valid_key_carries_the_nine_headers_as_specified(weir):
    key = weir.create_key()["key"]
    with Client(("127.0.0.1", weir.port)) as client:
        for number in range(1, 102):
            answer = client.exchange("GET", "/fast", [("X-API-Key", key)])
            assert answer.status == (200 if number <= 100 else 429)
            for window, (limit, seconds) in WINDOWS.items():
                assert answer[f"X-RateLimit-{window}-Limit"] == str(limit)
                assert answer[f"X-RateLimit-{window}-Remaining"] == str(limit - min(number, 100))
                assert seconds - 30 <= int(answer[f"X-RateLimit-{window}-Reset"]) <= seconds
            if number == 1:  # an idle window opens with its first request
                assert [answer[f"X-RateLimit-{window}-Reset"] for window in WINDOWS] == ["60", "3600", "86400"]


@pytest.mark.parametrize("case, status, detail", [
    ("missing", 401, "Missing API key"),
    ("invalid", 401, "Invalid API key"),
    ("inactive", 403, "API key is inactive"),
    ("limited", 429, None),
])
def test_errors_have_the_specified_status_and_body(weir, case, status, detail):
    key = weir.create_key()
    headers = [] if case == "missing" else [("X-API-Key", key["key"] if case != "invalid" else "nonsense")]
    if case == "inactive":
        weir.command("keys", "deactivate", str(key["id"]))
    with Client(("127.0.0.1", weir.port)) as client:
        if case == "limited":
            for _ in range(100):
                assert client.exchange("GET", "/fast", headers).status == 200
        answer = client.exchange("GET", "/fast", headers)
    assert answer.status == status
    assert answer["Content-Type"] == "application/json"
    body = json.loads(answer.body)
    if case == "limited":
        detail = f"Rate limit exceeded for minute. Try again in {answer['Retry-After']} seconds"
        assert 50 <= int(answer["Retry-After"]) <= 60
    assert body == {"detail": detail}


def test_a_key_has_the_specified_fields(weir):
    created = weir.create_key("--description", "for the test", name="Reports")
    shown = weir.api("GET", f"/keys/{created['id']}")
    for field in ("id", "user_id", "name", "description", "key", "is_active", "usage_count", "last_used", "created_at",
                  "updated_at"):
        assert field in shown, field
    assert shown["name"] == "Reports" and shown["description"] == "for the test"
    assert shown["is_active"] is True and shown["usage_count"] == 0 and shown["last_used"] is None
    assert created["key"].startswith("weir_production_") or created["key"].startswith("weir_")
    assert shown["key"] != created["key"] and created["key"] not in json.dumps(shown)
