"""weir with everything on: key, three windows, nine headers, journal, pipeline, SQLite; one data-plane thread."""
import json
import subprocess
import urllib.request

from tests.harness import places

from .process import Proxy

WINDOWS = (("minute", 60), ("hour", 3600), ("day", 86400))


class WeirProxy(Proxy):
    name = "weir"

    def __init__(self, folder, core, port, upstream_port, key):
        super().__init__(folder, core, port, upstream_port, key)
        self.admin_port = places.free_port()
        self.key = None  # made by weir itself

    def version(self):
        return subprocess.run([places.binary("weir"), "version"], capture_output=True, text=True).stdout.strip()

    def command(self):
        (self.folder / "weir.yaml").write_text(json.dumps({
            "data_dir": str(self.folder / "data"),
            "gateway": {"listen": f"127.0.0.1:{self.port}", "upstream": f"http://127.0.0.1:{self.upstream_port}",
                        "threads": 1},
            "admin": {"listen": f"127.0.0.1:{self.admin_port}"},
            "limits": {"windows": [{"name": name, "seconds": seconds, "limit": 1_000_000_000}
                                   for name, seconds in WINDOWS]},
        }, indent=1))
        return [places.binary("weir"), "serve", "--config", str(self.folder / "weir.yaml")]

    def probe(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/readyz", timeout=5):
            pass
        if self.key is None:
            done = subprocess.run([places.binary("weir"), "keys", "create", "--name", "bench", "--user", "bench", "--json",
                                   "--data-dir", str(self.folder / "data")], capture_output=True, text=True, check=True)
            self.key = json.loads(done.stdout)["key"]
        super().probe()
