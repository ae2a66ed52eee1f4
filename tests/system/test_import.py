"""Access logs of other servers taken over: sums equal to awk's, resumed, counted once."""
import collections
import subprocess

from tests.harness import places

LOG = places.ROOT / "tests" / "data" / "nasa_aug95.log"


def awk(program, path=LOG):
    """{key: number} of an awk program that prints both a line."""
    text = subprocess.run(["awk", program, str(path)], check=True, capture_output=True, text=True).stdout
    return {key: int(number) for key, number in (line.rsplit(" ", 1) for line in text.splitlines())}


def import_log(weir, path, *flags):
    return weir.command("usage", "import", str(path), *flags)


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
    assert "1 calls are imported" in done.stdout
    assert "1 lines could not be read" in done.stdout and "there is no [time]" in done.stdout


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
