#include "store/store_contract.h"

namespace weir {
namespace {

using ImportStoreContract = test::StoreContract;
INSTANTIATE_TEST_SUITE_P(Backends, ImportStoreContract, test::store_backends(), test::backend_name);

LogImport import_named(std::string name, char digit) {
  return {.id = {},
          .name = std::move(name),
          .head_bytes = 4096,
          .head_sha256 = std::string(64, digit),
          .options = R"({"format": "common"})",
          .created_at = {}};
}

TEST_P(ImportStoreContract, GivesBackWhatWasInserted) {
  LogImport import = import_named("it's.log", 'a');
  ASSERT_TRUE(store().imports().insert(import, kNow));
  reopen();
  const auto found = store().imports().get(import.id);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->name, "it's.log");
  EXPECT_EQ(found->head_bytes, 4096U);
  EXPECT_EQ(found->head_sha256, std::string(64, 'a'));
  EXPECT_EQ(found->options, R"({"format": "common"})");
  EXPECT_EQ(found->created_at, kNow);
}

TEST_P(ImportStoreContract, FindsAFileByItsBeginning) {
  LogImport import = import_named("a.log", 'a');
  ASSERT_TRUE(store().imports().insert(import, kNow));
  EXPECT_EQ((*store().imports().find(4096, std::string(64, 'a')))->id, import.id);
  EXPECT_FALSE(*store().imports().find(4095, std::string(64, 'a')));
  EXPECT_FALSE(*store().imports().find(4096, std::string(64, 'b')));
}

TEST_P(ImportStoreContract, RefusesABeginningThatIsKnown) {
  LogImport first = import_named("a.log", 'a');
  LogImport second = import_named("b.log", 'a');
  ASSERT_TRUE(store().imports().insert(first, kNow));
  EXPECT_EQ(store().imports().insert(second, kNow).error().code, ErrorCode::kConflict);
}

TEST_P(ImportStoreContract, ListsInPagesByAscendingId) {
  for (const char digit : {'a', 'b', 'c'}) {
    LogImport import = import_named(std::string(1, digit), digit);
    ASSERT_TRUE(store().imports().insert(import, kNow));
  }
  const auto first = store().imports().list(ImportId(), 2);
  ASSERT_EQ(first->size(), 2U);
  const auto second = store().imports().list(first->back().id, 2);
  ASSERT_EQ(second->size(), 1U);
  EXPECT_EQ(second->front().name, "c");
}

TEST_P(ImportStoreContract, OptionsCanBeReplaced) {
  LogImport import = import_named("a.log", 'a');
  ASSERT_TRUE(store().imports().insert(import, kNow));
  ASSERT_TRUE(store().imports().set_options(import.id, R"({"format": "json"})"));
  reopen();
  EXPECT_EQ(store().imports().get(import.id)->options, R"({"format": "json"})");
}

TEST_P(ImportStoreContract, SaysWhenThereIsNoSuchImport) {
  EXPECT_EQ(store().imports().set_options(ImportId(7), "{}").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().imports().get(ImportId(7)).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace weir
