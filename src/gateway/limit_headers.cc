#include "gateway/limit_headers.h"

#include <charconv>

namespace weir {
namespace {

void append_number(std::string& out, std::uint32_t value) {
  char digits[10];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void append_line(std::string& out, const std::string& name, std::uint32_t value) {
  out += name;
  append_number(out, value);
  out += "\r\n";
}

void append_parameter(std::string& out, std::string_view name, std::uint32_t value) {
  out += name;
  append_number(out, value);
}

}  // namespace

std::string header_case(std::string_view window_name) {
  std::string text;
  bool word_start = true;
  for (const char c : window_name) {
    const bool lower = c >= 'a' && c <= 'z';
    text += c == '_' ? '-' : (word_start && lower ? static_cast<char>(c - 32) : c);
    word_start = c == '_';
  }
  return text;
}

void LimitHeaders::prepare(const Decision& decision) {
  names_.clear();
  for (const auto& window : decision.settings->windows) {
    const std::string prefix = "X-RateLimit-" + header_case(window.name);
    names_.push_back({prefix + "-Limit: ", prefix + "-Remaining: ", prefix + "-Reset: ",
                      '"' + window.name + '"', window.seconds});
  }
  generation_ = decision.settings_generation;
}

void LimitHeaders::append(std::string& out, const Decision& decision, bool ietf) {
  if (names_.empty() || generation_ != decision.settings_generation) prepare(decision);
  for (std::size_t i = 0; i < decision.window_count; ++i) {
    const auto& state = decision.windows[i];
    if (state.limit == kUnlimited) continue;
    append_line(out, names_[i].limit, state.limit);
    append_line(out, names_[i].remaining, state.remaining);
    append_line(out, names_[i].reset, state.reset_seconds);
  }
  if (!ietf) return;
  std::string policies;
  std::string states;
  for (std::size_t i = 0; i < decision.window_count; ++i) {
    const auto& state = decision.windows[i];
    if (state.limit == kUnlimited) continue;
    const std::string_view separator = policies.empty() ? "" : ", ";
    policies.append(separator).append(names_[i].quoted);
    append_parameter(policies, ";q=", state.limit);
    append_parameter(policies, ";w=", names_[i].seconds);
    states.append(separator).append(names_[i].quoted);
    append_parameter(states, ";r=", state.remaining);
    append_parameter(states, ";t=", state.reset_seconds);
  }
  if (policies.empty()) return;
  out.append("RateLimit-Policy: ").append(policies).append("\r\nRateLimit: ").append(states).append("\r\n");
}

}  // namespace weir
