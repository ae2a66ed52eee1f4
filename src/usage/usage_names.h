// What ids of a roll-up are called, and what names of a filter stand for.
//
// Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"
#include "usage/endpoint_names.h"
#include "usage/key_owners.h"
#include "usage/usage_queries.h"
#include "usage/usage_scan.h"

namespace weir {

class UsageNames {
 public:
  UsageNames(Store& store, std::function<SharedEndpointNames()> endpoints)
      : store_(store), endpoints_(std::move(endpoints)), owners_(store.keys()) {}

  /// Nothing: no call can match.
  [[nodiscard]] Result<std::optional<ScanFilter>> look_up(const UsageFilter& filter);

  /// As UsageGroup::name, of each id.
  [[nodiscard]] Result<std::vector<std::string>> names(GroupBy group_by, std::span<const std::uint32_t> ids);

  [[nodiscard]] std::size_t endpoint_count() const { return endpoints_()->size(); }

  /// KeyOwners::user_of.
  [[nodiscard]] Result<std::uint32_t> user_of(std::uint32_t key) { return owners_.user_of(key); }

 private:
  Result<std::vector<std::uint32_t>> keys_of(UserId user);

  Store& store_;
  std::function<SharedEndpointNames()> endpoints_;
  KeyOwners owners_;
};

}  // namespace weir
