// What ids of a roll-up are called, and what names of a filter stand for.
//
// Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"
#include "usage/endpoint_names.h"
#include "usage/usage_queries.h"
#include "usage/usage_scan.h"

namespace weir {

class UsageNames {
 public:
  UsageNames(Store& store, std::function<SharedEndpointNames()> endpoints)
      : store_(store), endpoints_(std::move(endpoints)) {}

  /// Nothing: no call can match.
  [[nodiscard]] Result<std::optional<ScanFilter>> look_up(const UsageFilter& filter);

  /// As UsageGroup::name, of each id.
  [[nodiscard]] Result<std::vector<std::string>> names(GroupBy group_by, std::span<const std::uint32_t> ids);

  /// The owner of a key; 0 when it is gone or there never was one. From memory but for keys not met before;
  /// an error is the store's, and the next call asks it again.
  [[nodiscard]] Result<std::uint32_t> user_of(std::uint32_t key);

 private:
  Result<std::vector<std::uint32_t>> keys_of(UserId user);

  Store& store_;
  std::function<SharedEndpointNames()> endpoints_;
  std::mutex mutex_;
  bool loaded_ = false;               // guarded by mutex_, as is what follows
  std::vector<std::uint32_t> users_;  // by key; a key never changes hands
};

}  // namespace weir
