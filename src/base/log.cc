#include "base/log.h"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/clock.h"
#include "base/json_escape.h"

namespace weir::log {
namespace {

constexpr std::size_t kQueueLines = 8192;
constexpr std::array<std::string_view, 5> kLevelNames = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};

struct State {
  Format format = Format::kText;
  Level minimum = Level::kInfo;
  const Clock* clock = nullptr;
  std::shared_ptr<spdlog::logger> logger;

  State() {
    spdlog::init_thread_pool(kQueueLines, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    logger = std::make_shared<spdlog::async_logger>("weir", std::move(sink), spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
  }
};

State& state() {
  static State instance;
  return instance;
}

bool is_bare_word(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7F) return false;
  }
  return true;
}

void append_value(std::string& out, const Field::Value& value, bool bare_words) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (bare_words && is_bare_word(*text))
      out += *text;
    else
      append_json_string(out, *text);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
  } else if (const auto* real = std::get_if<double>(&value)) {
    out += fmt::format("{}", *real);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out += std::to_string(*integer);
  } else {
    out += std::to_string(std::get<std::uint64_t>(value));
  }
}

}  // namespace

std::string format_line(Format format, std::string_view time, Level level, std::string_view event,
                        Fields fields) {
  const auto level_name = kLevelNames[static_cast<std::size_t>(level)];
  std::string line;
  if (format == Format::kJson) {
    line += fmt::format(R"({{"time":"{}","level":"{}","event":)", time, level_name);
    append_json_string(line, event);
    for (const auto& field : fields) {
      line += ',';
      append_json_string(line, field.key);
      line += ':';
      append_value(line, field.value, false);
    }
    line += '}';
  } else {
    line += fmt::format("{} {:<8} ", time, level_name);
    append_json_escaped(line, event);  // no bytes from outside break a line in two or drive a terminal
    for (const auto& field : fields) {
      line += ' ';
      line += field.key;
      line += '=';
      append_value(line, field.value, true);
    }
  }
  return line;
}

void configure(Format format, Level minimum, const Clock& clock) {
  state().format = format;
  state().minimum = minimum;
  state().clock = &clock;
}

void flush() {
  state().logger->flush();
}

void write(Level level, std::string_view event, Fields fields) {
  State& s = state();
  if (level < s.minimum) return;
  const std::string time = s.clock != nullptr ? to_rfc3339(s.clock->utc()) : "-";
  s.logger->log(spdlog::level::info, format_line(s.format, time, level, event, fields));
}

}  // namespace weir::log
