#include "limits/policy.h"

#include "base/log.h"

namespace weir {

QuotaId QuotaNames::intern(const std::string& plan, const LimitOverrides& own) {
  if (plan.empty() && own.empty()) return {};
  if (const auto found = ids_.find({plan, own}); found != ids_.end()) return QuotaId(found->second);
  if (size() >= QuotaTable::kMax) {
    log::error("all quota ids are given away: a key has the default limits", {{"bound", QuotaTable::kMax}});
    return {};
  }
  const auto [place, inserted] = ids_.emplace(Content{plan, own}, size() + 1);
  by_id_.push_back(&place->first);
  return QuotaId(place->second);
}

QuotaTable::~QuotaTable() {
  for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
}

void QuotaTable::append(const Quota& quota) {
  const std::uint32_t index = size_.load(std::memory_order_relaxed);
  auto& chunk = chunks_[index / kChunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr)
    chunk.store(new Quota[kChunk], std::memory_order_release);
  chunk.load(std::memory_order_relaxed)[index % kChunk] = quota;
  size_.store(index + 1, std::memory_order_release);
}

Policy::Policy(const LimitSettings& from, std::uint32_t generation_number, const WindowColumns& columns,
               const CounterHeader& header)
    : settings(from),
      generation(generation_number),
      count(static_cast<std::uint8_t>(from.windows.size())),
      defaults(resolve_quota(from, {}, {})),
      column(columns) {
  for (std::size_t i = 0; i < count; ++i) {
    tenant[i] = header.columns[column[i]].tenant;
    length_ns[i] = std::int64_t{from.windows[i].seconds} * 1'000'000'000;
  }
}

void Policy::resolve(const QuotaNames& names) {
  for (std::uint32_t id = quotas.size() + 1; id <= names.size(); ++id) {
    const auto& [plan, own] = names.content(id);
    quotas.append(resolve_quota(settings, plan, own));
  }
}

}  // namespace weir
