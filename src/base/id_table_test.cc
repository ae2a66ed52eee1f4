#include "base/id_table.h"

#include <random>
#include <unordered_map>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(IdTable, HoldsWhatAMapHolds) {
  std::mt19937_64 random(3);
  IdTable<std::uint64_t> table;
  std::unordered_map<std::uint32_t, std::uint64_t> model;
  for (int step = 0; step < 20'000; ++step) {
    const auto id = static_cast<std::uint32_t>(random() % 700 * (step % 3 == 0 ? 1 : 0x10001));
    if (step % 50 == 49) {
      const std::uint64_t odd = random() % 2;
      table.erase_if([odd](std::uint32_t, std::uint64_t value) { return value % 2 == odd; });
      std::erase_if(model, [odd](const auto& entry) { return entry.second % 2 == odd; });
    }
    const std::uint64_t value = random();
    table.at(table.find_or_add(id)) = value;
    model[id] = value;
    const auto probe = static_cast<std::uint32_t>(random() % 700);
    const std::uint64_t* found = table.get(probe);
    ASSERT_EQ(found != nullptr, model.contains(probe)) << step;
    ASSERT_TRUE(found == nullptr || *found == model[probe]);
    ASSERT_EQ(table.size(), model.size());
  }
  for (const auto& [id, value] : table) EXPECT_EQ(model.at(id), value);
}

TEST(IdTable, IsEmptyOnceCleared) {
  IdTable<int> table;
  EXPECT_EQ(table.find(1), table.kNone);
  for (std::uint32_t id = 0; id < 100; ++id) table.at(table.find_or_add(id)) = 1;
  table.clear();
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find(1), table.kNone);
  EXPECT_EQ(table.at(table.find_or_add(1)), 0);
}

}  // namespace
}  // namespace weir
