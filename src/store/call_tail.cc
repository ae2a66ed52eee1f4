#include "store/call_tail.h"

#include <algorithm>

namespace weir {
namespace {
constexpr std::size_t kChunkBytes = 64U << 10;
}

std::string_view CallTail::keep(std::string_view text) {
  if (text.empty()) return {};
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < text.size()) {
    chunks_.emplace_back();
    chunks_.back().reserve(std::max(kChunkBytes, text.size()));
  }
  std::vector<char>& chunk = chunks_.back();
  const std::size_t start = chunk.size();
  chunk.insert(chunk.end(), text.begin(), text.end());  // within capacity: nothing moves
  text_bytes_ += text.size();
  return {chunk.data() + start, text.size()};
}

void CallTail::push(const CallInput& call) {
  Call copy{*call.record, keep(call.refused_window), keep(call.endpoint)};
  copy.record.path = keep(copy.record.path);
  copy.record.method_text = keep(copy.record.method_text);
  copy.record.request_id_text = keep(copy.record.request_id_text);
  calls_.push_back(copy);
}

void CallTail::clear() {
  calls_.clear();
  text_bytes_ = 0;
  if (chunks_.empty()) return;
  chunks_.resize(1);
  chunks_.front().clear();
}

std::size_t CallTail::bytes_of(const CallInput& call) const {
  return call.refused_window.size() + call.endpoint.size() + call.record->path.size() +
         call.record->method_text.size() + call.record->request_id_text.size();
}

void CallTail::view(std::vector<CallInput>& out) const {
  for (const Call& call : calls_) out.push_back({&call.record, call.refused_window, call.endpoint});
}

}  // namespace weir
