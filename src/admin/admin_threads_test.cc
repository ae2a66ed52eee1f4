// The admin side on several threads at once, while requests look keys up.
#include <atomic>
#include <thread>

#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

using AdminThreads = AdminTest;

TEST_F(AdminThreads, ChangesAndLookUpsGoTogether) {
  const auto key = make_key();
  const auto rotating = make_key();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread reader([&] {
    while (!done.load()) {
      if (status_of(key.secret) != KeyStatus::kValid) ++wrong;
      admin_->tick();
    }
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < 3; ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const auto limit = std::to_string(10 + t * 100 + i);
        if (call("PATCH", key_path(key.id), R"({"limits":{"minute":)" + limit + "}}").status != 200) ++wrong;
        if (call("POST", key_path(rotating.id, "/rotate"), R"({"end_on_first_use":true})").status != 200)
          ++wrong;
        if (call("POST", "/api/v1/keys", R"({"name":"n","user":"u)" + std::to_string(i) + "\"}").status !=
            201)
          ++wrong;
        if (call("PUT", "/api/v1/limits",
                 R"({"windows":[{"name":"minute","seconds":60,"limit":)" + limit + "}]}")
                .status != 200)
          ++wrong;
        if (call("GET", "/api/v1/keys?limit=5").status != 200) ++wrong;
        if (call("GET", "/metrics").status != 200) ++wrong;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  done = true;
  reader.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(call("GET", "/api/v1/users").json.at("items").as_array().size(), 21U);
}

}  // namespace
}  // namespace weir::test
