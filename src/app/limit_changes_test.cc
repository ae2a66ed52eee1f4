#include "app/limit_changes.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using testing::HasSubstr;

std::string changed(const LimitChanges& changes) {
  auto limits = boost::json::parse(R"({"algorithm":"fixed","shadow":false,"windows":[
      {"name":"minute","seconds":60,"limit":100},{"name":"day","seconds":86400,"limit":null}],
      "plans":{"partner":{"minute":5}}})")
                    .as_object();
  const auto result = apply_limit_changes(std::move(limits), changes);
  return result ? boost::json::serialize(*result) : result.error().detail;
}

TEST(LimitChanges, ALimitOfAWindowChangesAlone) {
  EXPECT_THAT(changed({.limits = {"minute=200"}}),
              HasSubstr(R"({"name":"minute","seconds":60,"limit":200})"));
  EXPECT_THAT(changed({.limits = {"minute=unlimited"}}), HasSubstr(R"("seconds":60,"limit":null})"));
}

TEST(LimitChanges, AWindowThatIsNotThereNamesThoseThatAre) {
  EXPECT_THAT(changed({.limits = {"hour=5"}}), HasSubstr("no window 'hour': there are minute, day"));
}

TEST(LimitChanges, AWindowIsAddedAtTheEndOrChangedInItsPlace) {
  EXPECT_THAT(changed({.windows = {"second=1s:10"}}),
              HasSubstr(R"("limit":null},{"name":"second","seconds":1,"limit":10}])"));
  EXPECT_THAT(changed({.windows = {"minute=2m:10"}}),
              HasSubstr(R"([{"name":"minute","seconds":120,"limit":10},)"));
}

TEST(LimitChanges, AWindowIsRemoved) {
  EXPECT_THAT(changed({.removed_windows = {"day"}}),
              HasSubstr(R"("windows":[{"name":"minute","seconds":60,"limit":100}])"));
}

TEST(LimitChanges, PlansAreSetAndRemoved) {
  EXPECT_THAT(changed({.plans = {"partner:day=9", "gold:minute=unlimited"}}),
              HasSubstr(R"("plans":{"partner":{"minute":5,"day":9},"gold":{"minute":null}})"));
  EXPECT_THAT(changed({.removed_plans = {"partner"}}), HasSubstr(R"("plans":{})"));
  EXPECT_THAT(changed({.removed_plans = {"gold"}}), HasSubstr("no plan 'gold'"));
}

TEST(LimitChanges, BrokenTextsNameThemselves) {
  EXPECT_THAT(changed({.windows = {"second"}}), HasSubstr("not 'second'"));
  EXPECT_THAT(changed({.windows = {"second=50ms:1"}}), HasSubstr("whole seconds"));
  EXPECT_THAT(changed({.plans = {"minute=5"}}), HasSubstr("not 'minute=5'"));
}

}  // namespace
}  // namespace weir
