"""kill -9 under load, again and again: every answered request is in the call log, once."""
import collections
import random
import time

from tests.harness.load import finish_load, start_load
from tests.harness.weir import eventually


def test_every_answered_request_is_in_the_call_log_exactly_once(start_weir, fast_upstream, high_limits, folder, long_form):
    weir = start_weir({"gateway": {"upstream": fast_upstream, "threads": 2}, "limits": high_limits})
    key = weir.create_key()
    answered = {}
    chance = random.Random(20261123)
    for number in range(200 if long_form else 10):
        answers = folder / f"answers-{number}"
        load = start_load(weir, key["key"], seconds=10, connections=16, path=f"/round/{number}", ids=f"r{number}-",
                          answers=answers, stop_on_failure=True)
        time.sleep(0.03 + chance.random() * 0.1)
        weir.kill()
        finish_load(load)
        for line in answers.read_text().splitlines():
            request_id, status = line.split()
            answered[request_id] = int(status)
        answers.unlink()
        weir.start()
    assert answered, "no request was answered before a kill"
    # At rest first: hundreds of pages of a log that still grows would be read again and again.
    eventually(lambda: weir.metrics()["weir_journal_unread_bytes"] == 0, 60, lambda: "calls stay in the journal")
    stored = weir.calls(key_id=key["id"])
    times = collections.Counter(call["request_id"] for call in stored)
    status = {call["request_id"]: call["status_code"] for call in stored}
    assert [request for request, count in times.items() if count != 1] == []
    assert [request for request in answered if request not in times] == []
    assert [request for request, code in answered.items() if status[request] != code] == []
    assert weir.api("GET", f"/keys/{key['id']}")["usage_count"] == len(stored)
    print(f"{len(answered)} answered, {len(stored)} in the call log")
