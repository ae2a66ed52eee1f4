#include "base/radix_sort.h"

#include <random>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(RadixSort, SortsByTheUpperBitsAndKeepsTheOrderOfThoseAlike) {
  std::mt19937_64 random(11);
  std::vector<std::uint64_t> room;
  for (const std::size_t size : {0U, 1U, 2U, 30U, 256U, 257U, 5000U}) {
    for (const unsigned upper : {1U, 10U, 11U, 12U, 42U}) {
      constexpr unsigned kLow = 22;
      std::vector<std::uint64_t> words;
      for (std::size_t i = 0; i < size; ++i)
        words.push_back((random() >> (64 - upper)) << kLow | (random() >> (64 - kLow)));
      std::vector<std::uint64_t> expected = words;
      std::stable_sort(expected.begin(), expected.end(),
                       [](std::uint64_t a, std::uint64_t b) { return a >> kLow < b >> kLow; });
      radix_sort(words, kLow, room);
      ASSERT_EQ(words, expected) << size << ", " << upper;
    }
  }
}

}  // namespace
}  // namespace weir
