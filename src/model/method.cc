#include "model/method.h"

#include <array>

namespace weir {
namespace {

constexpr std::array<std::string_view, 10> kNames = {"OTHER",  "GET",     "HEAD",    "POST",  "PUT",
                                                     "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

}  // namespace

std::string_view to_string(Method method) {
  const auto index = static_cast<std::size_t>(method);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

Method parse_method(std::string_view token) {
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    if (kNames[i] == token) return static_cast<Method>(i);
  }
  return Method::kOther;
}

bool is_idempotent(Method method) {
  switch (method) {
    case Method::kGet:
    case Method::kHead:
    case Method::kPut:
    case Method::kDelete:
    case Method::kOptions:
    case Method::kTrace:
      return true;
    default:
      return false;
  }
}

}  // namespace weir
