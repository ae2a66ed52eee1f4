// `weir usage watch`: what happens now, a line or a redrawn view each second.
#include <cstdio>
#include <deque>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/human.h"
#include "app/output.h"
#include "app/plot.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kSecondsShown = 60;
constexpr std::size_t kLinesOfView = 5;

struct WatchFlags {
  unsigned count = 0;
};

double seconds_at(const json::object& data, std::string_view name) {
  const auto* times = data.if_contains("response_time");
  if (times == nullptr || !times->is_object()) return 0;
  const auto* value = times->get_object().if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

/// Takes the stream's bytes, shows each "totals" event.
class WatchView {
 public:
  WatchView(bool as_json, unsigned count) : as_json_(as_json), left_(count) {}

  /// False when enough was shown.
  bool take(std::string_view bytes) {
    text_ += bytes;
    for (auto end = text_.find("\n\n"); end != std::string::npos; end = text_.find("\n\n")) {
      const std::string block = text_.substr(0, end);
      text_.erase(0, end + 2);
      if (!show(block)) return false;
    }
    return true;
  }

 private:
  bool show(std::string_view block) {
    const auto at = block.find("data: ");
    if (block.find("event: totals") == std::string_view::npos || at == std::string_view::npos) return true;
    const std::string_view line = block.substr(at + 6, block.find('\n', at) - at - 6);
    json::error_code failure;
    const json::value value = json::parse(line, failure);
    if (failure || !value.is_object()) return true;
    if (as_json_)
      print(fmt::format("{}\n", line));
    else if (terminal_width() > 0)
      draw(value.get_object());
    else
      print_line(value.get_object());
    std::fflush(stdout);
    return left_ == 0 || --left_ > 0;
  }

  static void print_line(const json::object& data) {
    print(fmt::format("{}  {} requests/s  {} errors  {} limited  p50 {}  p95 {}  p99 {}\n",
                      plain_time(text_of(data, "at")), number_of(data, "requests"), number_of(data, "errors"),
                      number_of(data, "limited"), human_seconds(seconds_at(data, "p50")),
                      human_seconds(seconds_at(data, "p95")), human_seconds(seconds_at(data, "p99"))));
  }

  void draw(const json::object& data) {
    keep(requests_, static_cast<double>(number_of(data, "requests")));
    keep(errors_, static_cast<double>(number_of(data, "errors")));
    keep(limited_, static_cast<double>(number_of(data, "limited")));
    keep(p95_, seconds_at(data, "p95"));
    if (drawn_) print(fmt::format("\x1b[{}A", kLinesOfView));
    drawn_ = true;
    print(fmt::format("\x1b[K{} UTC   in {}   out {}   Ctrl-C ends\n", plain_time(text_of(data, "at")),
                      human_bytes(number_of(data, "bytes_in")), human_bytes(number_of(data, "bytes_out"))));
    line("requests/s", requests_, grouped(number_of(data, "requests")));
    line("errors", errors_, grouped(number_of(data, "errors")));
    line("limited", limited_, grouped(number_of(data, "limited")));
    line("p95", p95_, human_seconds(seconds_at(data, "p95")));
  }

  static void keep(std::deque<double>& values, double value) {
    values.push_back(value);
    if (values.size() > kSecondsShown) values.pop_front();
  }

  static void line(std::string_view name, const std::deque<double>& values, const std::string& now) {
    const std::vector<double> shown(values.begin(), values.end());
    print(fmt::format("\x1b[K{:<11} {:>10}  {}\n", name, now, sparkline(shown)));
  }

  const bool as_json_;
  unsigned left_;  // 0: no end
  std::string text_;
  bool drawn_ = false;
  std::deque<double> requests_, errors_, limited_, p95_;  // at most kSecondsShown each
};

}  // namespace

void add_watch_command(CLI::App& usage, Commands& commands) {
  auto flags = std::make_shared<WatchFlags>();
  auto& command = add_client_command(
      usage, commands, "watch", "Watch requests, errors and response times live",
      "weir usage watch\nweir usage watch --count 10 --json | jq .requests",
      [flags](AdminClient& client, bool as_json) -> Result<void> {
        WatchView view(as_json, flags->count);
        return client.read("/stream", [&view](std::string_view bytes) { return view.take(bytes); });
      });
  command.add_option("--count", flags->count, "End after so many seconds")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("SECONDS");
}

}  // namespace weir
