#include "admin/svg_plot.h"

#include <gtest/gtest.h>

#include "admin/html_text.h"

namespace weir {
namespace {

const UtcTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

class SvgPlot : public testing::Test {
 protected:
  const std::vector<UtcTime> starts_{kStart, kStart + Seconds(60), kStart + Seconds(120)};
  const PlotAxis axis_{starts_, Seconds(60),
                       [](double value) { return std::to_string(static_cast<int>(value)); }};
};

TEST_F(SvgPlot, ABarForEveryValueAboveNothing) {
  const std::vector<PlotSeries> series{{"requests", "#123456", {1, 0, 5}}};
  const auto plot = bar_plot(axis_, series);
  EXPECT_EQ(count(plot, "fill=\"#123456\""), 3U) << "two bars and the legend";
  EXPECT_EQ(count(plot, "<title>"), 3U);
  EXPECT_NE(plot.find("<title>11-23 00:02, requests: 5</title>"), std::string::npos) << plot;
}

TEST_F(SvgPlot, ALineIsBrokenWhereThereIsNothing) {
  const std::vector<PlotSeries> series{{"p95", "red", {1, 0, 5}}};
  EXPECT_EQ(count(line_plot(axis_, series, true), "M"), 2U);
  EXPECT_EQ(count(line_plot(axis_, series, false), "M"), 1U);
}

TEST_F(SvgPlot, NothingIsStillAPlot) {
  const std::vector<PlotSeries> series{{"requests", "red", {}}};
  EXPECT_TRUE(bar_plot({{}, Seconds(60), axis_.format}, series).ends_with("</svg>\n"));
}

TEST(RoundUp, AxesEndAtNumbersPeopleRead) {
  EXPECT_DOUBLE_EQ(round_up(0), 1);
  EXPECT_DOUBLE_EQ(round_up(1), 1);
  EXPECT_DOUBLE_EQ(round_up(1.1), 2);
  EXPECT_DOUBLE_EQ(round_up(2.2), 2.5);
  EXPECT_DOUBLE_EQ(round_up(730), 1000);
  EXPECT_DOUBLE_EQ(round_up(0.0031), 0.005);
}

TEST(HtmlText, IsEscapedUtf8) {
  EXPECT_EQ(html_text("\xC3\xA4<\xFF"), "\xC3\xA4&lt;\xEF\xBF\xBD");
}

}  // namespace
}  // namespace weir
