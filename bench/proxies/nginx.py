"""nginx at its best: one worker, keep-alive to the upstream, a buffered log."""
import subprocess

from .process import Proxy

LIMIT_HEADERS = [(f"X-RateLimit-{window}-{field}", value)
                 for window, limit, seconds in (("Minute", 100, 60), ("Hour", 1000, 3600), ("Day", 10000, 86400))
                 for field, value in (("Limit", limit), ("Remaining", limit - 5), ("Reset", seconds))]


class Nginx(Proxy):
    name = "nginx"

    def version(self):
        return subprocess.run(["/usr/sbin/nginx", "-v"], capture_output=True, text=True).stderr.strip()

    def command(self):
        headers = "\n".join(f'      add_header {name} "{value}" always;' for name, value in LIMIT_HEADERS)
        (self.folder / "nginx.conf").write_text(f"""
daemon off;
worker_processes 1;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
  access_log {self.folder}/access.log combined buffer=64k flush=1s;
  client_body_temp_path {self.folder}/body;
  proxy_temp_path {self.folder}/proxy;
  fastcgi_temp_path {self.folder}/fastcgi;
  uwsgi_temp_path {self.folder}/uwsgi;
  scgi_temp_path {self.folder}/scgi;
  map_hash_bucket_size 128;
  map $http_x_api_key $known_key {{ default 0; "{self.key}" 1; }}
  limit_req_zone $http_x_api_key zone=minute:10m rate=1000000r/s;
  limit_req_zone $http_x_api_key zone=hour:10m rate=1000000r/s;
  limit_req_zone $http_x_api_key zone=day:10m rate=1000000r/s;
  limit_req_status 429;
  upstream api {{
    server 127.0.0.1:{self.upstream_port};
    keepalive 128;
    keepalive_requests 10000000;
  }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    keepalive_requests 10000000;
    location / {{
      if ($known_key = 0) {{ return 401; }}
      limit_req zone=minute burst=1000000 nodelay;
      limit_req zone=hour burst=1000000 nodelay;
      limit_req zone=day burst=1000000 nodelay;
{headers}
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_pass http://api;
    }}
  }}
}}
""")
        return ["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
