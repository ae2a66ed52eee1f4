// What every backend of the store must do: the suites in *_contract_test.cc run once for each backend here.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "store/store.h"

namespace weir::test {

using weir::TemporaryFolder;

struct StoreBackend {
  std::string name;
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path& data_dir)> open;
};

inline auto store_backends() {
  return ::testing::Values(StoreBackend{"sqlite", open_sqlite_store});
}
inline std::string backend_name(const ::testing::TestParamInfo<StoreBackend>& info) {
  return info.param.name;
}

inline User user_named(std::string name) {
  User user;
  user.name = std::move(name);
  return user;
}

class StoreContract : public ::testing::TestWithParam<StoreBackend> {
 protected:
  StoreContract() { reopen(); }

  /// As after a restart.
  void reopen() {
    store_.reset();
    auto opened = GetParam().open(folder_.path() / "data");
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = std::move(*opened);
  }

  Store& store() { return *store_; }
  [[nodiscard]] std::filesystem::path data_dir() const { return folder_.path() / "data"; }

  static constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                std::chrono::hours{10}};

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace weir::test
