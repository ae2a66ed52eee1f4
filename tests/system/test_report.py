"""weir report and GET /api/v1/report on real traffic: the same sums in every format, one self-contained page."""
import csv
import html.parser
import io
import json

import pytest

from tests.harness.weir import eventually

NAME = "<b>batch</b> & \"co\"\u00e9"
VOID = {"meta"}


class Page(html.parser.HTMLParser):
    """Reads a page strictly: every element is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.attributes, self.words = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def used(guarded, connect):
    weir = guarded({"limits": {"windows": [{"name": "minute", "seconds": 60, "limit": 30}]}})
    weir.busy = weir.create_key(name=NAME, user="ada")
    weir.expiring = weir.api("POST", "/keys", json={"name": "=cmd()", "user": "bob", "expires_in_seconds": 86400})
    client = connect(weir)
    for path, count in (("/status/200", 20), ("/sleep/0.1", 5), ("/status/503", 5), ("/status/200", 7)):
        for _ in range(count):
            client.exchange("GET", path, [("X-API-Key", weir.busy["key"])])
    eventually(lambda: weir.api("GET", "/usage/summary")["total"]["requests"] == 37, 10)
    return weir


def test_every_format_tells_the_same(used):
    report = used.command("report", "--from", "1h")
    assert report["total"]["requests"] == 37 and report["total"]["errors"] == 5 and report["total"]["limited"] == 7
    assert sum(point["requests"] for point in report["timeline"]["points"]) == 37
    assert report["top_keys"][0]["name"] == NAME and report["limited_keys"][0]["limited"] == 7
    assert report["slowest_endpoints"][0]["response_time"]["p50"] >= 0.099
    assert {item["id"]: item["requests"] for item in report["error_statuses"]} == {429: 7, 503: 5}
    assert report["failing_endpoints"][0]["errors"] == 5
    assert [key["name"] for key in report["expiring_keys"]["items"]] == ["=cmd()"]
    rows = list(csv.DictReader(io.StringIO(used.run_command("report", "--from", "1h", "--format", "csv").stdout)))
    of = lambda section: [row for row in rows if row["section"] == section]
    assert of("total")[0]["requests"] == "37" and sum(int(row["requests"]) for row in of("timeline")) == 37
    assert of("top_keys")[0]["name"] == NAME and of("limited_keys")[0]["limited"] == "7"
    assert of("expiring_keys")[0]["name"] == "'=cmd()", "no spreadsheet runs it"


def test_the_page_is_one_file_that_runs_and_loads_nothing(used, folder):
    done = used.run_command("report", "--from", "1h", "--output", str(folder / "report.html"))
    assert done.returncode == 0 and not done.stdout, done.stderr
    text = (folder / "report.html").read_text()
    page = Page(text)
    assert "script" not in page.elements and not {"src", "href", "onload", "onclick"} & {name for name, _ in page.attributes}
    assert "url(" not in text and "@import" not in text and "http" not in text
    assert page.elements.count("svg") == 2
    assert any(NAME in words for words in page.words), "names are text"
    assert "<b>batch" not in text and not (folder / "report.html.partial").exists()
    answer = used.admin("GET", "/api/v1/report", params={"format": "html"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_empty_time_has_a_report_too(guarded):
    weir = guarded()
    Page(weir.run_command("report", "--from", "2020-01-01", "--to", "2020-02-01").stdout)
    assert weir.command("report", "--from", "2020-01-01", "--to", "2020-02-01")["total"]["requests"] == 0


def test_wrong_parameters_and_files_are_named(guarded):
    weir = guarded()
    answer = weir.admin("GET", "/api/v1/report", params={"format": "pdf"})
    assert answer.status_code == 422 and "format" in answer.json()["detail"] and "pdf" in answer.json()["detail"]
    done = weir.run_command("report", "--output", "/nowhere/report.html")
    assert done.returncode != 0 and "/nowhere/report.html" in done.stderr
    assert json.loads(weir.run_command("report", "--json").stdout)["total"]["requests"] == 0
