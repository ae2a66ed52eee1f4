#include "store/call_tail.h"

#include <algorithm>

namespace weir {
namespace {
constexpr std::size_t kChunkBytes = 64U << 10;
constexpr std::size_t kChunksKept = 4;  // what a full block's texts take, mostly
}  // namespace

std::string_view CallTail::keep(std::string_view text) {
  if (text.empty()) return {};
  const auto fits = [&](const std::vector<char>& chunk) {
    return chunk.capacity() - chunk.size() >= text.size();
  };
  while (chunk_ < chunks_.size() && !fits(chunks_[chunk_])) ++chunk_;
  if (chunk_ == chunks_.size()) chunks_.emplace_back().reserve(std::max(kChunkBytes, text.size()));
  std::vector<char>& chunk = chunks_[chunk_];
  const std::size_t start = chunk.size();
  chunk.insert(chunk.end(), text.begin(), text.end());  // within capacity: nothing moves
  text_bytes_ += text.size();
  return {chunk.data() + start, text.size()};
}

void CallTail::push(const CallEntry& call) {
  Call copy{.record = *call.record,
            .refused_window = keep(call.refused_window),
            .endpoint = keep(call.endpoint),
            .journal = call.journal,
            .next = call.next};
  copy.record.path = keep(copy.record.path);
  copy.record.method_text = keep(copy.record.method_text);
  copy.record.request_id_text = keep(copy.record.request_id_text);
  calls_.push_back(copy);
}

void CallTail::clear() {
  calls_.clear();
  stored_ = 0;
  text_bytes_ = 0;
  chunk_ = 0;
  chunks_.resize(std::min(chunks_.size(), kChunksKept));
  for (auto& chunk : chunks_) chunk.clear();
}

void CallTail::view(std::size_t first, std::vector<CallInput>& out) const {
  out.clear();
  for (std::size_t i = first; i < calls_.size(); ++i) {
    const Call& call = calls_[i];
    out.push_back({&call.record, call.refused_window, call.endpoint});
  }
}

std::vector<CallEntry> CallTail::unstored() const {
  std::vector<CallEntry> entries;
  for (std::size_t i = stored_; i < calls_.size(); ++i) {
    const Call& call = calls_[i];
    entries.push_back({.journal = call.journal,
                       .next = call.next,
                       .record = &call.record,
                       .refused_window = call.refused_window,
                       .endpoint = call.endpoint});
  }
  return entries;
}

}  // namespace weir
