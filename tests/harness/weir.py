"""The real weir as a process: configuration, start, stop, kill, its command line and its admin API."""
import contextlib
import copy
import json
import os
import pathlib
import signal
import subprocess
import time

import requests

from . import api_description, places

START_SECONDS = 20
_admin_ports = set()
# Whatever a test asks an admin API, the answer is as api/openapi.yaml says.
api_description.watch(lambda host, port: host == "127.0.0.1" and port in _admin_ports)


def merge(base, changes):
    """`changes` laid over `base`, mappings field by field; None in changes removes the field."""
    merged = copy.deepcopy(base)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = merge(merged[name], value)
        else:
            merged[name] = value
    return merged


class CommandFailed(Exception):
    def __init__(self, arguments, done):
        super().__init__(f"weir {' '.join(arguments)}: exit {done.returncode}: {done.stderr or done.stdout}")
        self.status, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr


class Weir:
    """One server on its own folder and ports. Its configuration file is JSON, which is YAML."""

    def __init__(self, folder, config=None, prefix=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = places.free_port()
        self.admin_port = places.free_port()
        _admin_ports.add(self.admin_port)
        self.data_dir = self.folder / "data"
        self.config_file = self.folder / "weir.yaml"
        self.log_file = self.folder / "weir.log"
        self.prefix = list(prefix)
        self.process = None
        self.config = {}
        self.configure(merge({
            "data_dir": str(self.data_dir),
            "gateway": {"listen": f"127.0.0.1:{self.port}", "drain_timeout": "5s"},
            "admin": {"listen": f"127.0.0.1:{self.admin_port}"},
            "journal": {"segment_bytes": "1MiB", "max_bytes": "64MiB"},
        }, config or {}))

    # -- configuration

    def configure(self, changes):
        """Lays changes over the configuration and writes the file; a running server sees it on reload()."""
        self.config = merge(self.config, changes)
        self.data_dir = pathlib.Path(self.config["data_dir"])
        self.config_file.write_text(json.dumps(self.config, indent=1))

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_url(self):
        return f"http://127.0.0.1:{self.admin_port}"

    # -- the process

    def launch(self, *flags):
        """Starts the process and returns at once."""
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, places.binary("weir"), "serve", "--config", str(self.config_file), *flags],
                stdout=log, stderr=log, cwd=self.folder)
        return self

    def start(self, *flags):
        self.launch(*flags)
        self.wait_ready()
        return self

    def wait_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"weir ended with {self.process.returncode}:\n{self.log()[-4000:]}")
            with contextlib.suppress(requests.RequestException):
                ready = requests.get(f"{self.admin_url}/readyz", timeout=1).status_code == 200
                if ready and self._commands_find_it():
                    return
            time.sleep(0.01)
        raise RuntimeError(f"weir was not ready in {START_SECONDS} s:\n{self.log()[-4000:]}")

    def _commands_find_it(self):
        """Whether the files by which commands find the server are there: not those of the one before."""
        address = self.data_dir / "admin.address"
        return (self.data_dir / "admin.token").exists() and address.exists() and str(self.admin_port) in address.read_text()

    def stop(self, seconds=15):
        """SIGTERM; the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def wait_log(self, text, seconds=5, after=0):
        """Waits until the log, from byte `after` on, holds `text`."""
        return eventually(lambda: text in self.log()[after:], seconds, lambda: f"no {text!r} in:\n{self.log()[after:]}")

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    # -- command line

    def run_command(self, *arguments, stdin=None, timeout=30, **environment):
        """A weir command against this server; the finished process."""
        return subprocess.run([places.binary("weir"), *arguments, "--data-dir", str(self.data_dir)],
                              input=stdin, capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, **environment}, cwd=self.folder)

    def command(self, *arguments, **options):
        """The same with --json: what it printed, parsed."""
        done = self.run_command(*arguments, "--json", **options)
        if done.returncode != 0:
            raise CommandFailed(arguments, done)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def create_key(self, *flags, name="test", user="tester"):
        """A new key through the command line; its fields, `key` with the secret."""
        return self.command("keys", "create", "--name", name, "--user", user, *flags)

    # -- admin API

    @property
    def token(self):
        return (self.data_dir / "admin.token").read_text().strip()

    def admin(self, method, path, **options):
        """One call of the admin API, with the token; the requests.Response."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return requests.request(method, self.admin_url + path, headers=headers, timeout=30, **options)

    def api(self, method, path, **options):
        """One call of the admin API that succeeds; its JSON."""
        response = self.admin(method, "/api/v1" + path, **options)
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def calls(self, **filters):
        """The whole call log, newest first, through the admin API's pages."""
        items, cursor = [], None
        while True:
            page = self.api("GET", "/usage", params={"limit": 1000, **filters, **({"cursor": cursor} if cursor else {})})
            items += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return items

    def wait_calls(self, count, seconds=10, **filters):
        """The call log once it holds at least `count` calls: the pipeline is a moment behind."""
        calls = []

        def enough():
            calls[:] = self.calls(**filters)
            return len(calls) >= count

        eventually(enough, seconds, lambda: f"{len(calls)} calls instead of {count}: {calls[:5]}")
        return calls

    def metrics(self):
        """Metric samples by name with labels: {'weir_requests_total{outcome="forwarded"}': 3.0}."""
        text = requests.get(f"{self.admin_url}/metrics", timeout=10).text
        samples = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, value in samples}


def eventually(condition, seconds=5, why=lambda: "it did not happen"):
    """Waits until `condition()` is true; its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(why())
        time.sleep(0.02)
