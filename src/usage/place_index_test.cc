#include "usage/place_index.h"

#include <gtest/gtest.h>

namespace weir::test {
namespace {

TEST(PlaceIndex, AnIdIsUnknownUntilItsPlaceIsSet) {
  PlaceIndex places;
  EXPECT_EQ(places[7], PlaceIndex::kUnknown);
  places[7] = 3;
  EXPECT_EQ(places[7], 3U);
  EXPECT_EQ(places[8], PlaceIndex::kUnknown);
}

TEST(PlaceIndex, PlacesOfLargeIdsStayWhenSmallOnesGrow) {
  PlaceIndex places;
  constexpr std::uint32_t kIds[] = {
      200'000, 600'000, 1'100'000, 700'000, PlaceIndex::kSmall - 1, PlaceIndex::kSmall, UINT32_MAX};
  for (const std::uint32_t id : kIds) places[id] = id / 2;
  for (const std::uint32_t id : kIds) EXPECT_EQ(places[id], id / 2) << id;
}

}  // namespace
}  // namespace weir::test
