"""A day of real traffic with incidents put into it: what the alerts find of them, and what else they say.

The traffic is that of tests/data/nasa_aug95.log, over and over for two weeks and a day, spread over twenty keys by host. The
log has no response times: those are made up, and below a second. Its 503s are left out: an incident of their own.
"""
import random
import time

from tests.harness import places

LOG = places.ROOT / "tests" / "data" / "nasa_aug95.log"
DAYS = 15
KEYS = 20
SLOW, ERRORS, SPIKE, SCAN = 8 * 3600, 10 * 3600, 15 * 3600, 18 * 3600  # seconds of the last day
QUARTER = 900
AFTER = 600  # an alert may begin so long after its incident


def real_calls():
    """(second, host, path, status) of the log, from its first second on."""
    calls = []
    for line in LOG.read_text(errors="replace").splitlines():
        clock = line.split("[", 1)[1].split()[0].split(":")
        second = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
        request = line.split('"')[1].split(" ")
        status = int(line.rsplit(" ", 2)[1])
        if status < 500 and len(request) == 3:
            calls.append((second, line.split(" ", 1)[0], request[1].split("?")[0], status))
    return sorted(calls)


def write_log(path, first_day):
    calls, chance = real_calls(), random.Random(1995)
    length = calls[-1][0] + 1
    last_day = first_day + (DAYS - 1) * 86400
    lines = []

    def add(at, key, path, status, seconds):
        lines.append((at, f'- - - [{time.strftime("%d/%b/%Y:%H:%M:%S", time.gmtime(at))} +0000] "GET {path} HTTP/1.0" {status} 100 '
                          f'rt={seconds:.3f} key={key}\n'))

    for begin in range(first_day, first_day + DAYS * 86400, length):
        for second, host, path_, status in calls:
            at = begin + second
            if at >= first_day + DAYS * 86400:
                break
            seconds = min(0.9, chance.expovariate(12))
            if last_day + SLOW <= at < last_day + SLOW + QUARTER and path_.startswith("/shuttle/countdown"):
                seconds = 2.5
            if last_day + ERRORS <= at < last_day + ERRORS + QUARTER and chance.random() < 0.2:
                status = 500
            add(at, 1 + sum(host.encode()) % KEYS, path_, status, seconds)
    for number in range(3000):
        add(last_day + SPIKE + number * QUARTER // 3000, 5, "/images/ksclogo-medium.gif", 200, 0.02)
    for number in range(200):
        add(last_day + SCAN + number * QUARTER // 200, 7, f"/admin/{chr(97 + number % 26)}/{number:x}.php", 404, 0.02)
    lines.sort(key=lambda line: line[0])
    path.write_text("".join(line for _, line in lines))
    return last_day


def test_incidents_in_a_day_of_real_traffic_are_found(guarded, folder):
    weir = guarded()
    for number in range(2, KEYS + 1):
        weir.create_key(name=f"key {number}")
    midnight = int(time.time()) // 86400 * 86400
    day = write_log(folder / "days.log", midnight - DAYS * 86400)
    report = weir.command("usage", "import", str(folder / "days.log"), "--key-field", "key", timeout=120)
    assert report["unreadable"] == 0 and report["without_key"] == 0
    at = lambda second: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
    found = weir.command("alerts", "replay", "--from", at(day), "--to", at(day + 86400), timeout=120)["result"]["alerts"]["items"]

    began = {}  # by type and kind of subject: seconds of the day
    for item in found:
        started = time.strptime(item["in_force"]["started_at"][:19], "%Y-%m-%dT%H:%M:%S")
        second = started.tm_hour * 3600 + started.tm_min * 60 + started.tm_sec
        began.setdefault((item["type"], item["subject"]["kind"], item["subject"]["id"] or 0), []).append(second)

    def during(kind, incident):
        return [second for key, seconds in began.items() if key[:len(kind)] == kind for second in seconds
                if incident <= second < incident + QUARTER + AFTER]

    assert during(("response_time", "endpoint"), SLOW)
    assert during(("error_rate", "overall"), ERRORS)
    assert during(("usage_spike", "key", 5), SPIKE)
    assert during(("key_abuse", "key", 7), SCAN)
    caused = {SLOW: ("response_time",), ERRORS: ("error_rate",), SPIKE: ("usage_spike",), SCAN: ("key_abuse",)}
    false_alarms = [(*key, second) for key, seconds in began.items() for second in seconds
                    if not any(incident <= second < incident + QUARTER + AFTER and key[0] in types
                               for incident, types in caused.items())]
    print(f"{len(found)} alerts of {report['calls']} calls; false alarms: {len(false_alarms)} {false_alarms}")
    assert len(false_alarms) <= 3
