#include "admin/query_params.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "admin/utf8.h"
#include "base/joined.h"
#include "base/quantity.h"

namespace weir {
namespace {

constexpr std::size_t kShownMax = 64;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Result<UtcTime> parse_time(std::string text) {
  // "…+01:00" typed into a URL arrives as "… 01:00": what was meant is clear.
  if (text.size() > 6 && text[text.size() - 6] == ' ') text[text.size() - 6] = '+';
  return parse_rfc3339(text);
}

}  // namespace

std::optional<std::string> decode_query_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      out += static_cast<char>(*high << 4 | *low);
      i += 2;
    }
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

QueryParams QueryParams::parse(std::string_view query) {
  QueryParams params;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode_query_text(pair.substr(0, equals));
    auto value =
        decode_query_text(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!name || !value) {
      params.problem(name ? *name : "query", "has a broken percent-escape or is not UTF-8");
      continue;
    }
    for (const auto& known : params.values_) {
      if (known.first == *name) params.problem(*name, "is given twice");
    }
    params.values_.emplace_back(std::move(*name), std::move(*value));
  }
  return params;
}

void QueryParams::problem(std::string_view name, std::string_view sentence) {
  if (!problem_) problem_ = fmt::format("{}: {}", name.substr(0, kShownMax), sentence);
}

const std::string* QueryParams::find(std::string_view name) {
  asked_.emplace_back(name);
  const auto it =
      std::find_if(values_.begin(), values_.end(), [&](const auto& value) { return value.first == name; });
  return it == values_.end() ? nullptr : &it->second;
}

std::optional<std::string> QueryParams::text(std::string_view name, std::size_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->empty() && value->size() <= max) return *value;
  problem(name, fmt::format("must be 1 to {} bytes, but has {}", max, value->size()));
  return std::nullopt;
}

std::optional<std::uint64_t> QueryParams::integer(std::string_view name, std::uint64_t min,
                                                  std::uint64_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc{} && end == value->data() + value->size() && number >= min && number <= max)
    return number;
  problem(name, fmt::format("must be a whole number from {} to {}, but is '{}'", min, max,
                            value->substr(0, kShownMax)));
  return std::nullopt;
}

std::optional<Micros> QueryParams::seconds(std::string_view name, Seconds max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(value->data(), value->data() + value->size(), number, std::chars_format::fixed);
  if (error == std::errc{} && end == value->data() + value->size() && number >= 0 &&
      number <= static_cast<double>(max.count())) {
    return Micros(std::llround(number * 1e6));
  }
  problem(name,
          fmt::format("must be seconds from 0 to {}, but is '{}'", max.count(), value->substr(0, kShownMax)));
  return std::nullopt;
}

std::optional<bool> QueryParams::flag(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  problem(name, fmt::format("must be true or false, but is '{}'", value->substr(0, kShownMax)));
  return std::nullopt;
}

std::optional<UtcTime> QueryParams::moment(std::string_view name, UtcTime now) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (*value == "now") return now;
  if (value->starts_with('-')) {
    if (const auto before = parse_duration(std::string_view(*value).substr(1))) return now - *before;
  } else if (const auto time = parse_time(*value)) {
    return *time;
  }
  problem(name,
          fmt::format("must be an RFC 3339 time like 2026-11-23T10:00:00Z, now, or a time before it like "
                      "-24h, but is '{}'",
                      value->substr(0, kShownMax)));
  return std::nullopt;
}

Result<void> QueryParams::result() {
  for (const auto& value : values_) {
    if (std::find(asked_.begin(), asked_.end(), value.first) != asked_.end()) continue;
    if (asked_.empty())
      problem(value.first, "is not a known parameter; there are none here");
    else
      problem(value.first, fmt::format("is not a known parameter; known are {}", joined(asked_, ", ")));
  }
  if (problem_) return fail(ErrorCode::kInvalid, *problem_);
  return {};
}

}  // namespace weir
