// Structured logging: one event, some fields. Text or JSON lines on standard error.
//
//   log::warn("journal is full", {{"dropped", n}, {"folder", folder}});
//
// Thread-safe. A call formats on the calling thread and hands the line to a background writer; when that
// cannot keep up the oldest lines are dropped and counted, so no caller ever waits for the terminal.
// Control characters in messages and values are escaped. Secrets are never handed to a log call.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace weir {
class Clock;
}

namespace weir::log {

enum class Level { kDebug, kInfo, kWarning, kError, kCritical };
enum class Format { kText, kJson };

/// A named value of an event.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  template <class T>
  Field(std::string_view name, const T& from) : key(name), value(convert(from)) {}

  std::string_view key;
  Value value;

 private:
  template <class T>
  static Value convert(const T& from) {
    if constexpr (std::is_same_v<T, bool>) {
      return from;
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<double>(from);
    } else if constexpr (std::is_integral_v<T>) {
      if constexpr (std::is_signed_v<T>)
        return static_cast<std::int64_t>(from);
      else
        return static_cast<std::uint64_t>(from);
    } else {
      return std::string_view(from);
    }
  }
};
using Fields = std::initializer_list<Field>;

/// Before the first event, from one thread; `clock` outlives the process's last event. Without it: text,
/// kInfo, and "-" for the time.
void configure(Format format, Level minimum, const Clock& clock);

/// Writes out what is queued; for the end of the process and for tests.
void flush();

void write(Level level, std::string_view event, Fields fields = {});

inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::kInfo, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  write(Level::kWarning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::kError, event, fields);
}
inline void critical(std::string_view event, Fields fields = {}) {
  write(Level::kCritical, event, fields);
}

/// One line as it would be written, without the newline; `time` is RFC 3339. For tests and the writer.
[[nodiscard]] std::string format_line(Format format, std::string_view time, Level level,
                                      std::string_view event, Fields fields);

}  // namespace weir::log
