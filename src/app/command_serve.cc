#include "app/command.h"
#include "app/config.h"
#include "app/serve.h"

namespace weir {

void add_serve_command(CLI::App& app, Commands& commands) {
  auto flags = std::make_shared<ServeFlags>();
  auto& command =
      add_command(app, commands, "serve", "Run the gateway and the admin API",
                  "weir serve --upstream http://127.0.0.1:8000\n"
                  "weir serve --config /etc/weir/weir.yaml\n"
                  "weir serve --upstream http://127.0.0.1:8000 --listen 127.0.0.1:9000 --data-dir /tmp/try\n"
                  "SIGTERM ends it after the requests in flight; SIGHUP reads the configuration again.",
                  [flags] { return serve(*flags); });
  command.add_option("-c,--config", flags->config_file, "The configuration file")->type_name("FILE");
  command.add_option("--upstream", flags->upstream, "The API behind weir: http://host:port")
      ->type_name("URL");
  command.add_option("--listen", flags->listen, "Where clients connect (0.0.0.0:8080)")->type_name("ADDR");
  command.add_option("--admin-listen", flags->admin_listen, "Where the admin API is (127.0.0.1:8081)")
      ->type_name("ADDR");
  command.add_option("--data-dir", flags->data_dir, "The data folder, made when missing (./weir-data)")
      ->type_name("DIR")
      ->envname("WEIR_DATA_DIR");
  command.add_option("--threads", flags->threads, "Threads of the gateway (one a core)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command.add_option("--log-format", flags->log_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("--log-level", flags->log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
}

}  // namespace weir
