"""Load from bench/load_generator: more than Python itself could make."""
import json
import subprocess

from . import places


def start_load(weir, key, seconds=None, requests=None, connections=64, path="/", ids=None, answers=None, stop_on_failure=False):
    """Starts the generator; finish_load() waits for its report."""
    command = [places.binary("bench/load_generator"), "--target", f"127.0.0.1:{weir.port}", "--path", path, "--warmup", "0",
               "--connections", str(connections), "--seconds", str(seconds or 60), "--header", f"X-API-Key: {key}"]
    if requests:
        command += ["--requests", str(requests)]
    if ids:
        command += ["--request-ids", ids, "--answers", str(answers)]
    if stop_on_failure:
        command.append("--stop-on-failure")
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish_load(process, timeout=90):
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err
    report = json.loads(out)
    report["statuses"] = {int(status): count for status, count in report["statuses"].items()}
    return report


def run_load(*arguments, **options):
    return finish_load(start_load(*arguments, **options))
