"""HAProxy at its best: one thread, connections always reused, its log kept in memory."""
import subprocess

from .nginx import LIMIT_HEADERS
from .process import Proxy


class HAProxy(Proxy):
    name = "haproxy"

    def version(self):
        done = subprocess.run(["/usr/sbin/haproxy", "-v"], capture_output=True, text=True)
        return done.stdout.splitlines()[0].strip()

    def command(self):
        headers = "\n".join(f"  http-response set-header {name} {value}" for name, value in LIMIT_HEADERS)
        (self.folder / "keys.map").write_text(f"{self.key} 1\n")
        (self.folder / "haproxy.cfg").write_text(f"""
global
  nbthread 1
  maxconn 4096
  log ring@calls local0 info
ring calls
  format raw
  maxlen 1024
  size 1048576
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 75s
  timeout server 60s
frontend api
  bind 127.0.0.1:{self.port} backlog 4096
  stick-table type string len 64 size 100k expire 1d store http_req_rate(60s)
  http-request return status 401 unless {{ req.hdr(x-api-key),map_str({self.folder}/keys.map) -m found }}
  http-request track-sc0 req.hdr(x-api-key)
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 100000000 }}
{headers}
  default_backend upstream
backend upstream
  http-reuse always
  option forwardfor
  server one 127.0.0.1:{self.upstream_port} pool-max-conn 128
""")
        return ["/usr/sbin/haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")]
