"""Reports on alerts of the real binary: as JSON, CSV and a page, by the API and by the command line."""
import csv
import io
import re

from tests.system.test_alerts import QUICK, get, the_alert


def test_a_report_counts_alerts_and_advises_thresholds(guarded, tmp_path):
    weir = guarded(QUICK)
    get(weir, "/sleep/1.2")
    alert = the_alert(weir, type="response_time", endpoint="/sleep/1.2")
    weir.command("alerts", "ack", str(alert["id"]), "-m", "mine")
    weir.command("alerts", "false-positive", str(alert["id"]), "-m", "an <export>")
    report = weir.api("GET", "/alerts/report")
    assert report["total"]["alerts"] == 2 and report["total"]["false_positives"] == 1  # the endpoint and the key
    assert report["time_to_acknowledge"]["count"] == 1 and not report["is_cut"]
    assert [line["type"] for line in report["types"]] == ["response_time"]
    assert {line["subject"]["kind"] for line in report["noisiest"]} == {"endpoint", "key"}
    advice = report["thresholds"][0]
    assert advice["threshold"] == 1.0 and advice["steps"][-1]["threshold"] == alert["worst"]
    # The key's alert is of the same call: whoever raises the threshold that far misses it too.
    assert advice["steps"][-1]["false_avoided"] == 1 and advice["steps"][-1]["true_missed"] == 1
    rows = list(csv.DictReader(io.StringIO(weir.run_command("alerts", "report", "--format", "csv").stdout)))
    assert rows[0]["section"] == "total" and rows[0]["alerts"] == "2"
    page = tmp_path / "alerts.html"
    assert weir.run_command("alerts", "report", "--output", str(page)).returncode == 0
    text = page.read_text()
    assert text.startswith("<!DOCTYPE html>") and "endpoint /sleep/1.2" in text and "<svg" in text
    assert not re.search(r"<script|https?://(?!www.w3.org)|src=", text)
