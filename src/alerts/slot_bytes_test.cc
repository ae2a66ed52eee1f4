#include "alerts/slot_bytes.h"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

using Model = std::map<std::int64_t, std::string>;

SlotBytes::Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(SlotBytes::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Model contents(const SlotBytes& slots) {
  Model found;
  std::int64_t before = -1;
  slots.each([&](std::int64_t slot, SlotBytes::Bytes bytes) {
    EXPECT_LT(before, slot);
    before = slot;
    found[slot] = text_of(bytes);
  });
  return found;
}

TEST(SlotBytes, HoldsWhatAMapHolds) {
  std::mt19937_64 random(11);
  std::int64_t now = 179'000'000;
  SlotBytes slots;
  Model model;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 4 == 0) now += static_cast<std::int64_t>(random() % (step % 500 == 0 ? 60 : 3));
    const std::int64_t from = now - 30;
    std::string dropped;
    std::string wanted;
    for (auto at = model.begin(); at != model.end() && at->first < from; at = model.erase(at))
      wanted += at->second;
    slots.expire(from, [&dropped](SlotBytes::Bytes bytes) { dropped += text_of(bytes); });
    ASSERT_EQ(dropped, wanted);
    const std::int64_t slot = random() % 3 == 0 ? now - static_cast<std::int64_t>(random() % 31) : now;
    const std::string text(random() % (random() % 50 == 0 ? 251 : 12),
                           static_cast<char>('a' + random() % 26));
    slots.put(slot, bytes_of(text));
    model[slot] = text;
    ASSERT_EQ(contents(slots), model);
    ASSERT_EQ(slots.oldest(), model.begin()->first);
    ASSERT_EQ(slots.newest(), model.rbegin()->first);
    ASSERT_EQ(text_of(slots.find(slot)), text);
    const auto other = model.find(now - 15);
    ASSERT_EQ(text_of(slots.find(now - 15)), other == model.end() ? "" : other->second);
  }
}

TEST(SlotBytes, GivesItsBlockBackWithItsLastSlot) {
  SlotBytes slots;
  slots.put(100, bytes_of(std::string(200, 'x')));
  EXPECT_GE(slots.heap_bytes(), 200U);
  slots.put(101, bytes_of("y"));
  slots.expire(101, [](SlotBytes::Bytes) {});
  EXPECT_LE(slots.heap_bytes(), 32U);
  slots.expire(102, [](SlotBytes::Bytes) {});
  EXPECT_TRUE(slots.empty());
  EXPECT_EQ(slots.heap_bytes(), 0U);
}

}  // namespace
}  // namespace weir
