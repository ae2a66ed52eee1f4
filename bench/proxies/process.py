"""A proxy under measurement: started pinned to one core, its CPU time read from the kernel."""
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

KEY_HEADER = "X-API-Key"


def children(pid):
    """A process and all below it."""
    pids = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            pids += children(int(child))
    return pids


def cpu_ns_by_thread(pid):
    """Nanoseconds on a CPU so far: {(pid, tid, thread name): ns} of a process and its children."""
    times = {}
    for each in children(pid):
        for task in pathlib.Path(f"/proc/{each}/task").iterdir():
            name = (task / "comm").read_text().strip()
            times[(each, int(task.name), name)] = int((task / "schedstat").read_text().split()[0])
    return times


class Proxy:
    """One of the compared. Subclasses say how it is configured and started."""

    name = ""

    def __init__(self, folder, core, port, upstream_port, key):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.core, self.port, self.upstream_port, self.key = core, port, upstream_port, key
        self.process = None

    def command(self):
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def start(self):
        self.process = subprocess.Popen(["taskset", "-c", str(self.core), *self.command()],
                                        stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "ab"))
        deadline = time.monotonic() + 20
        while True:
            try:
                self.probe()
                return
            except OSError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    log = (self.folder / "log").read_text()
                    raise RuntimeError(f"{self.name} does not answer: {error}\n{log}") from error
                time.sleep(0.02)

    def probe(self):
        """Answers 200 with the nine headers, 401 without the key: all of them do the same job."""
        url = f"http://127.0.0.1:{self.port}/"
        with urllib.request.urlopen(urllib.request.Request(url, headers={KEY_HEADER: self.key}), timeout=5) as answer:
            limits = [name for name in answer.headers if name.lower().startswith("x-ratelimit-")]
            assert len(limits) == 9, f"{self.name} sends {limits}"
        try:
            urllib.request.urlopen(urllib.request.Request(url, headers={KEY_HEADER: "wrong"}), timeout=5)
        except urllib.error.HTTPError as refused:
            assert refused.code == 401, refused
        else:
            raise AssertionError(f"{self.name} lets a wrong key through")

    def cpu_ns_by_thread(self):
        return cpu_ns_by_thread(self.process.pid)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
