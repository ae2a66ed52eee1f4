#include "base/breath.h"

#include <utility>

namespace weir {
namespace {

thread_local const Breath* current = nullptr;

}  // namespace

BreathScope::BreathScope() : before_(std::exchange(current, nullptr)) {}

BreathScope::BreathScope(const Breath& breath) : before_(std::exchange(current, &breath)) {}

BreathScope::~BreathScope() {
  current = before_;
}

void breathe() {
  if (current != nullptr) (*current)();
}

}  // namespace weir
