// The small readers and writers behind the routes.
#include <limits>

#include <gtest/gtest.h>

#include "admin/cursor.h"
#include "admin/json_text.h"
#include "admin/metric_families.h"
#include "admin/query_params.h"
#include "admin/usage_routes.h"
#include "admin/utf8.h"

namespace weir {
namespace {

TEST(Cursor, ComesBackAsItWent) {
  for (const std::uint64_t position : {std::uint64_t{1}, std::uint64_t{12'345'678'901}, ~std::uint64_t{0}}) {
    EXPECT_EQ(decode_cursor(CursorKind::kKeys, encode_cursor(CursorKind::kKeys, position)).value(), position);
  }
}

TEST(Cursor, IsRefusedWhenAnythingInItChanges) {
  const auto cursor = encode_cursor(CursorKind::kCalls, 77);
  EXPECT_FALSE(decode_cursor(CursorKind::kKeys, cursor));
  EXPECT_FALSE(decode_cursor(CursorKind::kCalls, cursor.substr(1)));
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    auto changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode_cursor(CursorKind::kCalls, changed)) << i;
  }
}

TEST(QueryParams, DecodesEscapesAndBlanks) {
  auto params = QueryParams::parse("a=%C3%A4+b&&empty=&flag");
  EXPECT_EQ(params.text("a", 10), "\xC3\xA4 b");
  EXPECT_EQ(params.text("empty", 10), std::nullopt);
}

TEST(QueryParams, RefusesBrokenEscapesAndWrongUtf8) {
  for (const auto* query : {"a=%", "a=%4", "a=%zz", "a=%FF", "%FF=a"}) {
    auto params = QueryParams::parse(query);
    static_cast<void>(params.text("a", 10));
    EXPECT_FALSE(params.result()) << query;
  }
}

TEST(Utf8, ReplacesOnlyWhatIsWrong) {
  EXPECT_EQ(to_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(to_utf8("\x80x\xC3"), "\xEF\xBF\xBDx\xEF\xBF\xBD");
  for (const auto* wrong :
       {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(wrong));
  }
}

TEST(JsonText, WritesNumbersInPlainDecimals) {
  EXPECT_EQ(to_json_text({0.015, 1.0, 0.000001, -2.5, 12345678.25, 7}),
            "[0.015,1,0.000001,-2.5,12345678.25,7]");
  EXPECT_EQ(to_json_text(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(to_json_text({{"a\"b", "\n"}}), R"({"a\"b":"\n"})");
}

TEST(StatusFilter, TakesAStatusOrAClass) {
  CallFilter filter;
  ASSERT_TRUE(read_status_filter("4xx", filter));
  EXPECT_EQ(filter.status_min, 400);
  EXPECT_EQ(filter.status_max, 499);
  ASSERT_TRUE(read_status_filter("503", filter));
  EXPECT_EQ(filter.status_min, 503);
  EXPECT_EQ(filter.status_max, 503);
  for (const auto* wrong : {"", "5", "5x", "xxx", "5XX", "600", "099", "5000", "+50"}) {
    EXPECT_FALSE(read_status_filter(wrong, filter)) << wrong;
  }
}

TEST(MetricFamilies, AHistogramIsCumulativeAndEndsInInfinity) {
  const double bounds[] = {0.1, 1};
  const std::uint64_t counts[] = {2, 0, 3};
  EXPECT_EQ(to_metrics_text({histogram_family("h", "Help.", {{{}, bounds, counts, 9.5}})}),
            "# HELP h Help.\n# TYPE h histogram\nh_count 5\nh_sum 9.5\nh_bucket{le=\"0.1\"} "
            "2\nh_bucket{le=\"1\"} 2\n"
            "h_bucket{le=\"+Inf\"} 5\n");
}

TEST(MetricFamilies, LabelValuesAreEscaped) {
  EXPECT_EQ(to_metrics_text({counter_family("c_total", "Help.", {{{{"l", "a\"b\n"}}, 3}})}),
            "# HELP c_total Help.\n# TYPE c_total counter\nc_total{l=\"a\\\"b\\n\"} 3\n");
}

}  // namespace
}  // namespace weir
