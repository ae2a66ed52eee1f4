#include "usage/template_detection.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace weir {
namespace {

constexpr std::string_view kId = "{id}";

// What characters are; several at once.
constexpr std::uint8_t kDigit = 1;
constexpr std::uint8_t kLower = 2;
constexpr std::uint8_t kUpper = 4;
constexpr std::uint8_t kHexLetter = 8;
constexpr std::uint8_t kWordSign = 16;     // "-" and "_"
constexpr std::uint8_t kNumberSign = 32;   // in numbers, dates and times
constexpr std::uint8_t kAddressSign = 64;  // "@" and ":"; "%" may be an escaped one
constexpr std::uint8_t kDot = 128;
constexpr std::uint8_t kLetter = kLower | kUpper;

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = kLower | (c <= 'f' ? kHexLetter : 0);
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = kUpper | (c <= 'F' ? kHexLetter : 0);
  for (const char c : std::string_view("-_")) classes[static_cast<unsigned char>(c)] |= kWordSign;
  for (const char c : std::string_view("-_.:,+~TZW")) classes[static_cast<unsigned char>(c)] |= kNumberSign;
  for (const char c : std::string_view("@:%")) classes[static_cast<unsigned char>(c)] |= kAddressSign;
  classes[static_cast<unsigned char>('.')] |= kDot;
  return classes;
}
constexpr auto kClasses = make_classes();

std::uint8_t class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}

template <class Test>
bool all(std::string_view text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (class_of(c) & kDigit) != 0; });
}
bool is_digits(std::string_view text) {
  return all(text, [](char c) { return (class_of(c) & kDigit) != 0; });
}

/// "v1", "v2.1", "v1beta2"; "1.1", the older style.
bool is_version(std::string_view segment) {
  constexpr std::size_t kVersionMax = 8;
  if (segment.size() > kVersionMax || segment.size() < 2) return false;
  if (segment[0] == 'v') return (class_of(segment[1]) & kDigit) != 0;
  return (segment.size() == 3 || segment.size() == 4) && segment[1] == '.' &&
         is_digits(segment.substr(0, 1)) && is_digits(segment.substr(2));
}

/// Numbers, signed or with a fraction, lists of them, dates, times.
bool is_number_like(std::string_view segment) {
  const char first = segment.front();
  return ((class_of(first) & kDigit) != 0 || first == '-' || first == '+') && has_digit(segment) &&
         all(segment, [](char c) { return (class_of(c) & (kDigit | kNumberSign)) != 0; });
}

bool is_uuid(std::string_view segment) {
  if (segment.size() != 36) return false;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? segment[i] != '-' : (class_of(segment[i]) & (kDigit | kHexLetter)) == 0) return false;
  }
  return true;
}

/// IPv6 and MAC addresses.
bool is_colon_hex(std::string_view segment) {
  return std::count(segment.begin(), segment.end(), ':') >= 2 && has_digit(segment) &&
         all(segment, [](char c) { return c == ':' || (class_of(c) & (kDigit | kHexLetter)) != 0; });
}

bool is_email_like(std::string_view segment) {
  std::size_t at = segment.find('@');
  if (at == std::string_view::npos) at = segment.find("%40");
  return at != std::string_view::npos && at > 0 && segment.find('.', at) != std::string_view::npos;
}

/// A run of letters and digits, and what tells random ones from words.
struct Run {
  std::size_t size = 0;
  std::size_t digits = 0;
  std::size_t lower = 0;
  std::size_t upper = 0;
  std::size_t turns = 0;  // from letters to digits or back
  bool hex = true;
  bool last_digit = false;

  void add(std::uint8_t kind) {
    const bool digit = (kind & kDigit) != 0;
    if (size > 0 && digit != last_digit) ++turns;
    last_digit = digit;
    ++size;
    digits += digit ? 1 : 0;
    lower += (kind & kLower) != 0 ? 1 : 0;
    upper += (kind & kUpper) != 0 ? 1 : 0;
    hex = hex && (kind & (kDigit | kHexLetter)) != 0;
  }

  /// Cases mixed as chance does it: words in camel case have a capital in five letters or so.
  [[nodiscard]] bool mixes_cases() const {
    return upper * 3 >= upper + lower && lower * 4 >= upper + lower && upper > 0;
  }

  [[nodiscard]] bool is_random() const {
    if (digits == 0) return size >= 20 && mixes_cases();
    return digits >= 5 || (size >= 8 && hex) || (size >= 10 && turns >= 3) || (size >= 12 && mixes_cases()) ||
           (size >= 20 && digits * 8 >= size);
  }
};

/// Whether a run of letters and digits looks random, or all of them together do.
bool looks_random(std::string_view segment) {
  constexpr std::size_t kDigitsOfADate = 8;
  Run all;
  Run run;
  std::size_t turns = 0;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const std::uint8_t kind = class_of(segment[i]);
    if ((kind & (kDigit | kLetter)) != 0) {
      run.add(kind);
      all.add(kind);
      continue;
    }
    if (run.is_random()) return true;
    turns += run.turns;
    run = Run();
    if (segment[i] == '%') i += 2;
  }
  turns += run.turns;
  return run.is_random() || all.digits >= kDigitsOfADate || turns >= 5 ||
         (all.size >= (all.digits > 0 ? 16 : 20) && all.mixes_cases());
}

/// Where an ending begins that says what something is or does: ".json", ":cancel"; the size when there is
/// none.
std::size_t ending_of(std::string_view segment) {
  const auto none = segment.size();
  const std::size_t mark = segment.find_last_of(".:");
  if (mark == std::string_view::npos || mark == 0) return none;
  const std::string_view ending = segment.substr(mark + 1);
  if (ending.empty() || (class_of(ending.front()) & kLetter) == 0) return none;
  if (segment[mark] == ':') {
    return ending.size() >= 2 && all(ending, [](char c) { return (class_of(c) & kLetter) != 0; }) ? mark
                                                                                                  : none;
  }
  return ending.size() <= 5 && all(ending, [](char c) { return (class_of(c) & (kLetter | kDigit)) != 0; })
             ? mark
             : none;
}

/// The classes of all its characters.
std::uint8_t classes_of(std::string_view segment) {
  std::uint8_t classes = 0;
  for (const char c : segment) classes |= class_of(c);
  return classes;
}

bool is_address(std::string_view segment, std::uint8_t classes) {
  return (classes & kAddressSign) != 0 && (is_email_like(segment) || is_colon_hex(segment));
}

bool is_identifier_of(std::string_view segment, std::uint8_t classes) {
  if (segment.size() > kWordMax) return true;
  if ((classes & (kDigit | kUpper | kAddressSign)) == 0 || is_version(segment)) return false;
  return is_number_like(segment) || is_uuid(segment) || is_address(segment, classes) || looks_random(segment);
}

void append_segment(std::string_view segment, std::string& out) {
  const std::uint8_t classes = classes_of(segment);
  const bool may_end =
      (classes & (kDot | kAddressSign)) != 0 && segment.size() <= kWordMax && !is_address(segment, classes);
  const std::size_t ending = may_end ? ending_of(segment) : segment.size();
  if (is_identifier_of(segment.substr(0, ending), classes)) {
    out += kId;
    out += segment.substr(ending);
  } else {
    out += segment;
  }
}

}  // namespace

bool is_identifier(std::string_view segment) {
  return is_identifier_of(segment, classes_of(segment));
}

std::string_view detect_template(std::string_view path, std::string& buffer) {
  buffer.clear();
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t start = at + 1;
    at = std::min(path.find('/', start), path.size());
    buffer += '/';
    append_segment(path.substr(start, at - start), buffer);
    if (buffer.size() > kTemplateMax) return {};
  }
  return buffer;
}

}  // namespace weir
