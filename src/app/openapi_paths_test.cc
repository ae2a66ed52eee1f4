#include "app/openapi_paths.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> paths_of(std::string_view text) {
  const auto read = read_openapi_paths(text, "api.yaml");
  EXPECT_TRUE(read) << read.error().detail;
  std::vector<std::string> paths;
  if (!read) return paths;
  for (const OpenApiPath& one : *read) paths.push_back(one.path);
  return paths;
}

std::string problem_of(std::string_view text) {
  const auto read = read_openapi_paths(text, "api.yaml");
  return read ? "no problem" : read.error().detail;
}

TEST(OpenApiPaths, ReadsYaml) {
  EXPECT_THAT(paths_of("openapi: 3.1.0\n"
                       "paths:\n"
                       "  /orders: {get: {}}\n"
                       "  /orders/{order}:\n"
                       "    get: {}\n"
                       "  x-internal: 7\n"),
              ElementsAre("/orders", "/orders/{order}"));
  EXPECT_THAT(paths_of("openapi: 3.1.0\n"), ElementsAre());
}

TEST(OpenApiPaths, ReadsJsonWithWhateverItEscapes) {
  EXPECT_THAT(
      paths_of(R"({"openapi": "3.0.3", "info": {"title": "\ud83d\ude00"}, "paths": {"\/a\/{b}": {}}})"),
      ElementsAre("/a/{b}"));
}

TEST(OpenApiPaths, PutsTheBasePathsOfServersInFront) {
  EXPECT_THAT(
      paths_of("openapi: 3.0.0\n"
               "servers:\n"
               "  - url: https://api.example.com/v1/\n"
               "  - url: https://eu.example.com/v1\n"
               "  - {url: 'https://{host}:{port}/{base}', variables: {base: {default: beta}, host: {}}}\n"
               "  - url: /relative\n"
               "  - url: https://api.example.com\n"
               "paths: {/a: {}}\n"),
      ElementsAre("/v1/a", "/beta/a", "/relative/a", "/a"));
  EXPECT_THAT(paths_of("swagger: '2.0'\nbasePath: /v2\npaths: {/a: {}}\n"), ElementsAre("/v2/a"));
  EXPECT_THAT(paths_of("swagger: '2.0'\npaths: {/a: {}}\n"), ElementsAre("/a"));
}

TEST(OpenApiPaths, ErrorsNameTheLine) {
  EXPECT_THAT(problem_of("paths: {}\n"),
              HasSubstr("api.yaml:1: an OpenAPI document begins with its version"));
  EXPECT_THAT(problem_of("[]"), HasSubstr("api.yaml:1: an OpenAPI document begins with its version"));
  EXPECT_THAT(problem_of("openapi: 3.1.0\npaths:\n  /a: {}\n  orders: {}\n"),
              HasSubstr("api.yaml:4: paths: a path begins with '/', not 'orders'"));
  EXPECT_THAT(problem_of("openapi: 3.1.0\npaths: [a]\n"),
              HasSubstr("api.yaml:2: paths: is a mapping, not a list"));
  EXPECT_THAT(problem_of("{\"openapi\": "), HasSubstr("api.yaml: not JSON"));
  EXPECT_THAT(problem_of("openapi: 3.1.0\npaths:\n  /a: {\n"), HasSubstr("api.yaml:"));
}

TEST(OpenApiPaths, ReadsMoreThanAConfigurationHolds) {
  std::string text = "openapi: 3.1.0\npaths:\n";
  for (int i = 0; i < 9000; ++i)
    text += fmt::format("  /things{}/{{id}}:\n    get: {{summary: a thing}}\n", i);
  EXPECT_EQ(paths_of(text).size(), 9000U);
}

}  // namespace
}  // namespace weir
