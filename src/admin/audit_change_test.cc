#include "admin/audit_change.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(AuditChange, AnUpdateTellsTheFieldsThatDiffer) {
  const auto change = audit_update("key", "7", {{"name", "old"}, {"plan", nullptr}, {"gone", 1}},
                                   {{"name", "new"}, {"plan", nullptr}, {"added", 2}});
  EXPECT_EQ(change.action, "key.update");
  EXPECT_EQ(change.subject_type, "key");
  EXPECT_EQ(change.subject_id, "7");
  EXPECT_EQ(change.before, R"({"name":"old","gone":1})");
  EXPECT_EQ(change.after, R"({"name":"new","added":2})");
}

TEST(AuditChange, AnUpdateThatChangesNothingTellsThat) {
  const auto change = audit_update("key", "7", {{"name", "x"}}, {{"name", "x"}});
  EXPECT_EQ(change.before, "{}");
  EXPECT_EQ(change.after, "{}");
}

TEST(AuditChange, CreationAndDeletionHaveOneSide) {
  EXPECT_EQ(audit_create("user", "1", {{"name", "ada"}}).after, R"({"name":"ada"})");
  EXPECT_EQ(audit_create("user", "1", {{"name", "ada"}}).before, "");
  EXPECT_EQ(audit_delete("user", "1", {{"name", "ada"}}).before, R"({"name":"ada"})");
  EXPECT_EQ(audit_delete("user", "1", {{"name", "ada"}}).action, "user.delete");
}

TEST(AuditChange, ASideOverTheBoundIsReplacedByItsSize) {
  const std::string long_text(kAuditJsonMax, 'x');
  const auto change = audit_create("key", "7", {{"name", long_text}});
  EXPECT_EQ(change.after, "{\"omitted_bytes\":" + std::to_string(long_text.size() + 11) + "}");
}

}  // namespace
}  // namespace weir
