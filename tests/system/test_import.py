"""Access logs of other servers taken over: sums equal to awk's, resumed, counted once."""
import collections
import subprocess

from tests.harness import places

LOG = places.ROOT / "tests" / "data" / "nasa_aug95.log"


def awk(program, path=LOG):
    """{key: number} of an awk program that prints both a line."""
    text = subprocess.run(["awk", program, str(path)], check=True, capture_output=True, text=True).stdout
    return {key: int(number) for key, number in (line.rsplit(" ", 1) for line in text.splitlines())}


def import_log(weir, path, *flags, **options):
    return weir.command("usage", "import", str(path), *flags, **options)


def test_sums_of_real_traffic_equal_awks(guarded):
    weir = guarded()
    report = import_log(weir, LOG, "--key", str(weir.api("GET", "/keys")["items"][0]["id"]))
    assert report["calls"] == 5000 and report["unreadable"] == 0

    found = collections.Counter()
    for call in weir.calls():
        found["status", str(call["status_code"])] += 1
        found["path", call["path"]] += 1
        found["method", call["method"]] += 1
        found["bytes", ""] += call["bytes_out"]
    of = lambda kind: {name: count for (known, name), count in found.items() if known == kind}
    assert of("status") == awk('{ n[$(NF-1)]++ } END { for (k in n) print k, n[k] }')
    assert of("path") == awk('{ split($7, p, "[?\\"]"); n[p[1]]++ } END { for (k in n) print k, n[k] }')
    assert of("method") == awk('{ sub(/"/, "", $6); n[$6]++ } END { for (k in n) print k, n[k] }')
    assert of("bytes") == awk('{ n += $NF } END { print "", n }')
    assert weir.api("GET", "/keys")["items"][0]["usage_count"] == 5000


def test_a_log_that_has_grown_goes_on_where_it_ended(guarded, folder):
    weir = guarded()
    lines = LOG.read_text().splitlines(keepends=True)
    grown = folder / "access.log"
    grown.write_text("".join(lines[:10]))
    assert import_log(weir, grown)["calls"] == 10
    assert import_log(weir, grown)["calls"] == 0
    grown.write_text("".join(lines))
    report = import_log(weir, grown)
    assert report["calls"] == 4990 and report["resumed_at"] == sum(map(len, lines[:10]))
    assert len(weir.calls()) == 5000


def test_a_kill_in_the_middle_loses_and_doubles_nothing(guarded, folder):
    weir = guarded()
    lines = LOG.read_text().splitlines(keepends=True)
    big = folder / "big.log"
    big.write_text("".join(lines) * 20)
    for _ in range(3):
        running = subprocess.Popen([places.binary("weir"), "usage", "import", str(big), "--data-dir", str(weir.data_dir)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while running.poll() is None and weir.api("GET", "/imports")["items"] == []:
            pass
        weir.kill()
        running.wait(30)
        weir.start()
    import_log(weir, big)
    assert weir.api("GET", "/imports")["items"][0]["settled"]
    assert len(weir.calls()) == 100_000


def test_lines_that_are_none_are_named_and_passed_over(guarded, folder):
    weir = guarded()
    log = folder / "odd.log"
    log.write_text(LOG.read_text().splitlines()[0] + "\nnot a line\n\n")
    done = weir.run_command("usage", "import", str(log))
    assert "1 call is imported" in done.stdout
    assert "1 line could not be read" in done.stdout and "there is no [time]" in done.stdout


def test_what_cannot_be_imported_is_said(guarded, folder):
    weir = guarded()
    packed = folder / "a.log.gz"
    packed.write_bytes(b"\x1f\x8b\x08\x00 and more")
    refused = weir.run_command("usage", "import", str(packed))
    assert refused.returncode == 1 and f"zcat {packed} | weir usage import -" in refused.stderr
    nothing = weir.run_command("usage", "import", str(folder / "none.log"))
    assert nothing.returncode == 1 and "No such file" in nothing.stderr
    text = folder / "text"
    text.write_text("hello\n")
    assert "of no format that is known" in weir.run_command("usage", "import", str(text)).stderr


def test_a_line_still_being_written_waits_for_its_end(guarded, folder):
    weir = guarded()
    text = LOG.read_text()
    lines = text.splitlines(keepends=True)[:300]
    log = folder / "half.log"
    log.write_text("".join(lines)[: sum(map(len, lines[:150])) - 3])  # "... 200 18" of "... 200 1839"
    first = import_log(weir, log)
    assert first["calls"] == 149 and first["unreadable"] == 0 and first["unfinished_bytes"] == len(lines[149]) - 3
    assert "no line feed yet" in weir.run_command("usage", "import", str(log)).stdout
    log.write_text("".join(lines))
    second = import_log(weir, log)
    assert second["calls"] == 151 and second["unreadable"] == 0 and second["unfinished_bytes"] == 0
    sizes = [int(size) for line in lines if (size := line.split()[-1]) != "-"]
    assert sum(call["bytes_out"] for call in weir.calls()) == sum(sizes)


def test_the_only_line_waits_too(guarded, folder):
    weir = guarded()
    line = LOG.read_text().splitlines()[0]
    log = folder / "one.log"
    log.write_text(line[:40])
    assert import_log(weir, log)["import_id"] is None
    log.write_text(line + "\n")
    assert import_log(weir, log)["calls"] == 1


def test_a_finished_log_may_lack_its_last_line_feed(guarded, folder):
    weir = guarded()
    lines = LOG.read_text().splitlines()[:3]
    log = folder / "finished.log"
    log.write_text("\n".join(lines))
    assert import_log(weir, log)["calls"] == 2
    assert import_log(weir, log, "--whole")["calls"] == 1
    assert import_log(weir, "-", "--whole", stdin="\n".join(lines[1:]))["calls"] == 2


def test_a_mistyped_option_can_be_undone(guarded, folder):
    weir = guarded()
    log = folder / "w.log"
    log.write_text("".join(LOG.read_text().splitlines(keepends=True)[:10]))
    for _ in range(2):
        refused = weir.run_command("usage", "import", str(log), "--format", "json")
        assert refused.returncode == 1 and "not one line could be read as json" in refused.stderr
        assert "10 lines could not be read" in refused.stdout
    assert import_log(weir, log)["calls"] == 10
    refused = weir.run_command("usage", "import", str(log), "--format", "json")
    assert refused.returncode == 1 and "read with other options" in refused.stderr
    assert len(weir.calls()) == 10


def test_calls_that_cannot_have_been_are_passed_over(guarded, folder):
    weir = guarded()
    line = LOG.read_text().splitlines()[0]
    log = folder / "times.log"
    log.write_text("".join(line.replace("01/Aug/1995", day) + "\n" for day in ("31/Dec/9999", "01/Aug/1969", "01/Aug/1995")))
    done = weir.run_command("usage", "import", str(log))
    assert "1 call is imported" in done.stdout and "2 lines could not be read" in done.stdout
    assert "more than a day ahead of now" in done.stdout and "before 1970" in done.stdout
    assert len(weir.calls()) == 1


def test_an_endless_line_is_passed_over(guarded, folder):
    weir = guarded()
    lines = LOG.read_text().splitlines(keepends=True)
    log = folder / "long.log"
    log.write_text("".join(lines[:10]) + "x" * (5 << 20) + "\n" + "".join(lines[10:20]))
    report = import_log(weir, log)
    assert report["calls"] == 20 and report["unreadable"] == 1
    assert import_log(weir, log)["calls"] == 0
    endless = folder / "endless"
    endless.write_text("x" * (3 << 20))
    refused = weir.run_command("usage", "import", str(endless), "--format", "common")
    assert refused.returncode == 1 and "no line feed in its first 2097152 bytes" in refused.stderr


def test_formats_are_told_behind_comments_and_with_carriage_returns(guarded, folder):
    weir = guarded()
    lines = LOG.read_text().splitlines()
    log = folder / "crlf.log"
    log.write_bytes(("# written by a server\r\n" + "\r\n".join(lines[:10]) + "\r\n").encode())
    report = import_log(weir, log)
    assert report["calls"] == 10 and report["unreadable"] == 1


def test_a_second_import_of_a_file_steps_back(guarded, folder):
    weir = guarded()
    lines = LOG.read_text().splitlines(keepends=True)
    log = folder / "twice.log"
    log.write_text("".join(lines) * 40)
    running = [subprocess.Popen([places.binary("weir"), "usage", "import", str(log), "--data-dir", str(weir.data_dir)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
    for said, code in ends:
        assert code == 0 or "another command is importing this file" in said
    assert any(code == 0 for _, code in ends)
    assert len(weir.calls()) == 200_000


def test_an_export_of_weirs_own_survives(guarded, connect, folder):
    limits = {"limits": {"windows": [{"name": "hour", "seconds": 3600, "limit": 3}]}}
    weir = guarded(limits)
    key = weir.api("GET", "/keys")["items"][0]["id"]
    client = connect(weir)
    for i in range(5):
        client.exchange("POST", f"/v1/things/{i}", [("X-API-Key", weir.key)], b"x" * i)
    client.exchange("GET", "/v1/things/9")
    broken = connect(weir)
    broken.send(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    broken.answer()
    calls = weir.wait_calls(7)
    export = folder / "calls.ndjson"
    export.write_text(weir.run_command("usage", "export", "--format", "ndjson").stdout)
    other = guarded(limits)
    assert other.api("GET", "/keys")["items"][0]["id"] == key
    report = import_log(other, export, "--key-field", "api_key_id")
    assert report["calls"] == len(calls) and report["unreadable"] == 0 and report["not_kept"] == 0
    kept = lambda call: {name: value for name, value in call.items() if name not in ("id", "user_id")}
    by_request = lambda calls: sorted(map(kept, calls), key=lambda call: call["request_id"])
    assert {"forwarded", "limited", "missing_key", "bad_request"} <= {call["outcome"] for call in calls}
    assert by_request(other.calls()) == by_request(calls)


def test_calls_older_than_the_call_log_keeps_are_announced(guarded):
    weir = guarded({"usage": {"retention": {"calls": "7d"}}})
    done = weir.run_command("usage", "import", str(LOG))
    assert "5,000 of them are older than usage.retention.calls" in done.stdout
