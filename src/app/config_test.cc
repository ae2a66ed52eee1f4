#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config_show.h"

namespace weir {
namespace {

using testing::HasSubstr;

Result<Config> parse(std::string_view text) {
  return parse_config(text, "weir.yaml", [](const std::string& name) -> std::optional<std::string> {
    if (name == "UPSTREAM") return "http://10.0.0.5:8000";
    if (name == "LIMIT") return "7";
    return std::nullopt;
  });
}

std::string problem_of(std::string_view text) {
  const auto config = parse(text);
  return config ? "no problem" : config.error().detail;
}

TEST(Config, AnEmptyFileGivesTheDefaults) {
  const auto config = parse("");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->gateway.listen.to_string(), "0.0.0.0:8080");
  EXPECT_EQ(config->admin_listen.to_string(), "127.0.0.1:8081");
  EXPECT_EQ(config->limits.windows.size(), 3U);
  EXPECT_EQ(config->journal.sync, Millis(50));
}

TEST(Config, ReadsEverySection) {
  const auto config = parse(R"(environment: staging
data_dir: /var/lib/weir
gateway:
  listen: 127.0.0.1:9000
  upstream: http://127.0.0.1:8000
  routes:
    - {path: /v1/reports, upstreams: [http://10.0.0.5:8000, http://10.0.0.6:8000], timeout: 120s, cost: 5}
  trusted_proxies: [10.0.0.0/8]
  forward_api_key: true
  bounds: {head_bytes: 16KiB, connections: 100, idle_timeout: 5m}
  drain_timeout: 5s
  threads: 2
admin: {listen: 127.0.0.1:9001}
limits:
  algorithm: sliding
  shadow: true
  windows:
    - {name: second, seconds: 1, limit: null}
    - {name: minute, seconds: 60, limit: 100}
  plans: {partner: {minute: 1000}}
journal: {sync: always, max_bytes: 1GiB, segment_bytes: 1MiB}
log: {format: json, level: debug}
)");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->environment, "staging");
  ASSERT_EQ(config->gateway.routes.size(), 2U);
  EXPECT_EQ(config->gateway.routes[0].path, "/");
  EXPECT_EQ(config->gateway.routes[1].upstreams.size(), 2U);
  EXPECT_EQ(config->gateway.routes[1].timeout, Seconds(120));
  EXPECT_EQ(config->gateway.routes[1].cost, 5U);
  EXPECT_TRUE(config->gateway.forward_api_key);
  EXPECT_EQ(config->gateway.bounds.head_bytes, 16U << 10);
  EXPECT_EQ(config->gateway.bounds.idle_timeout, Seconds(300));
  EXPECT_EQ(config->threads, 2U);
  EXPECT_EQ(config->limits.algorithm, LimitAlgorithm::kSliding);
  EXPECT_TRUE(config->limits.shadow);
  EXPECT_EQ(config->limits.windows[0].limit, kUnlimited);
  EXPECT_EQ(config->limits.plans.at("partner").at("minute"), 1000U);
  EXPECT_TRUE(config->journal.sync_always);
  EXPECT_EQ(config->log.level, log::Level::kDebug);
}

TEST(Config, AnUnknownSettingNamesItsLineAndTheNearestKnownOne) {
  EXPECT_EQ(problem_of("gateway:\n  lisetn: 0.0.0.0:80\n"),
            "weir.yaml:2: gateway.lisetn: unknown setting; did you mean listen?");
  EXPECT_EQ(problem_of("colour: red\n"), "weir.yaml:1: colour: unknown setting");
}

TEST(Config, AlertSettingsAreTheApisAndProblemsNameTheirLine) {
  const auto config = parse_config(
      "alerts:\n  thresholds:\n    response_time: {warning: 0.5, critical: 1.5}\n"
      "    error_rate: {statuses: [5xx, 429], warning: null}\n"
      "  overrides:\n    - {type: response_time, endpoint: /reports/*, warning: 5, critical: 9}\n",
      "weir.yaml", [](const std::string&) { return std::nullopt; });
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->alerts.rule(AlertType::kResponseTime).warning, 0.5);
  EXPECT_EQ(config->alerts.error_statuses.size(), 2U);
  EXPECT_FALSE(config->alerts.rule(AlertType::kErrorRate).warning);
  EXPECT_EQ(config->alerts.overrides.at(0).critical, 9);
  EXPECT_EQ(problem_of("\nalerts:\n  thresholds:\n    response_time:\n      warning: fast\n"),
            "weir.yaml:5: alerts.thresholds.response_time.warning: must be a number, but is a string");
  EXPECT_EQ(problem_of("alerts:\n  threshold: {}\n").substr(0, 12), "weir.yaml:2:");
  EXPECT_EQ(problem_of("alerts:\n  overrides:\n  - {type: error_rate, plan: p, warning: 0.1}\n  - {type: "
                       "error_rate, plan: p,\n"
                       "     warning: 2}\n")
                .substr(0, 40),
            "weir.yaml:5: alerts.overrides[1].warning");
  EXPECT_EQ(problem_of("alerts: loud\n").substr(0, 12), "weir.yaml:1:");
}

TEST(Config, ADuplicateKeyNamesItsLine) {
  EXPECT_EQ(problem_of("gateway:\n  threads: 1\n  threads: 2\n"), "weir.yaml:3: 'threads' is given twice");
}

TEST(Config, AWrongTypeSaysWhatWasFound) {
  EXPECT_EQ(problem_of("gateway: [1]\n"), "weir.yaml:1: gateway: is a mapping, not a list");
  EXPECT_EQ(problem_of("gateway:\n  listen: {a: b}\n"),
            "weir.yaml:2: gateway.listen: is a single value, not a mapping");
  EXPECT_EQ(problem_of("limits:\n  shadow: maybe\n"),
            "weir.yaml:2: limits.shadow: is true or false, not 'maybe'");
  EXPECT_THAT(problem_of("limits: {windows: 5}\n"),
              HasSubstr("limits.windows: is a list, not a single value"));
  EXPECT_EQ(problem_of("- a\n"), "weir.yaml:1: a configuration is a mapping of settings, not a list");
}

TEST(Config, ANumberInQuotesIsNoNumber) {
  EXPECT_THAT(problem_of("gateway: {threads: \"2\"}\n"), HasSubstr("not '2' in quotes"));
}

TEST(Config, ANumberOutOfRangeNamesFieldBoundAndValue) {
  EXPECT_EQ(problem_of("gateway:\n  bounds:\n    header_count: 5\n"),
            "weir.yaml:3: gateway.bounds.header_count: is a whole number from 10 to 1000, not '5'");
  EXPECT_EQ(problem_of("gateway:\n  bounds:\n    head_bytes: 4GiB\n"),
            "weir.yaml:3: gateway.bounds.head_bytes: is 1KiB to 1MiB, not '4GiB'");
  EXPECT_EQ(problem_of("gateway:\n  bounds:\n    idle_timeout: 0s\n"),
            "weir.yaml:3: gateway.bounds.idle_timeout: is 1s to 1d, not '0s'");
}

TEST(Config, SecondsAreWhole) {
  EXPECT_EQ(problem_of("gateway:\n  drain_timeout: 1500ms\n"),
            "weir.yaml:2: gateway.drain_timeout: is whole seconds, not '1500ms'");
}

TEST(Config, AllProblemsAreReportedAtOnce) {
  EXPECT_EQ(problem_of("environment: a b\nlog: {level: loud}\n"),
            "weir.yaml:1: environment: is 1 to 64 letters, digits, - and _, not 'a b'\n"
            "weir.yaml:2: log.level: is debug, info, warning or error, not 'loud'");
}

TEST(Config, EndlessProblemsAreCut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "unknown_setting_number_" + std::to_string(i) + ": 1\n";
  EXPECT_THAT(problem_of(text), HasSubstr("and 80 more"));
}

TEST(Config, ARouteNeedsPathAndUpstream) {
  EXPECT_THAT(problem_of("gateway:\n  routes:\n    - {upstream: \"http://a:1\"}\n"),
              HasSubstr("weir.yaml:3: gateway.routes: a route needs its path"));
  EXPECT_THAT(problem_of("gateway:\n  routes:\n    - {path: /a}\n"),
              HasSubstr("weir.yaml:3: gateway.routes: a route needs either upstream or upstreams"));
  EXPECT_THAT(problem_of("gateway:\n  routes:\n    - {path: a, upstream: \"http://a:1\"}\n"),
              HasSubstr("weir.yaml:3: gateway.routes[0].path: is a path that starts with /"));
}

TEST(Config, TwoRoutesForOnePathAreRefused) {
  EXPECT_THAT(
      problem_of("gateway:\n  upstream: http://a:1\n  routes:\n    - {path: /, upstream: \"http://b:1\"}\n"),
      HasSubstr("weir.yaml:4: gateway.routes: there is a route for / already"));
}

TEST(Config, AWindowErrorHasTheLineOfItsWindow) {
  EXPECT_THAT(problem_of("limits:\n  windows:\n    - {name: minute, seconds: 60, limit: 1}\n"
                         "    - {name: minute, seconds: 61, limit: 1}\n"),
              HasSubstr("weir.yaml:4: limits.windows: 'minute' is given twice"));
  EXPECT_THAT(problem_of("limits:\n  windows:\n    - {name: minute, seconds: 0, limit: 1}\n"),
              HasSubstr("weir.yaml:3: limits.windows[0].seconds: is a whole number from 1 to"));
  EXPECT_THAT(problem_of("limits:\n  windows:\n    - {name: minute, seconds: 60}\n"),
              HasSubstr("weir.yaml:3: limits.windows: a window needs its limit"));
}

TEST(Config, AProblemOfAChannelHasItsPathAndItsName) {
  const std::string before =
      "notify:\n  channels:\n    - {name: chat, type: slack, url: \"https://a.example/x\"}\n";
  EXPECT_THAT(
      problem_of(before + "    - {name: ops, type: webhook, url: \"https://a.example/x\"}\n"),
      HasSubstr(
          "weir.yaml:4: notify.channels[1].secret: a channel of type webhook needs it (channel 'ops')"));
  EXPECT_THAT(
      problem_of(before + "    - {name: ops, type: email, smtp_port: 0}\n"),
      HasSubstr("weir.yaml:4: notify.channels[1].smtp_port: is a whole number from 1 to 65535, not '0' "
                "(channel 'ops')"));
  EXPECT_THAT(problem_of(before + "    - {name: chat, type: slack, url: \"https://a.example/x\"}\n"),
              HasSubstr("notify.channels[1].name: there are two of that name (channel 'chat')"));
}

TEST(Config, APlanThatNamesNoWindowIsRefusedWithItsLine) {
  EXPECT_THAT(problem_of("limits:\n  plans:\n    partner:\n      minute: 5\n      year: 5\n"),
              HasSubstr("weir.yaml:5: limits.plans: plan 'partner' names 'year', which is no window"));
}

TEST(Config, TheJournalHoldsAtLeastTwoSegments) {
  EXPECT_THAT(problem_of("journal:\n  segment_bytes: 16MiB\n  max_bytes: 16MiB\n"),
              HasSubstr("weir.yaml:3: journal.max_bytes: is at least two segments (32MiB), not 16MiB"));
  EXPECT_THAT(problem_of("journal: {segment_bytes: 100000}\n"), HasSubstr("is a multiple of 4KiB"));
  EXPECT_THAT(problem_of("journal: {sync: 1ms}\n"),
              HasSubstr("journal.sync: is always, or 10ms to 1s, not '1ms'"));
}

TEST(Config, EnvironmentVariablesAreFilledIn) {
  const auto config = parse(
      "gateway: {upstream: \"${UPSTREAM}\"}\nlimits:\n  windows:\n"
      "    - {name: minute, seconds: 60, limit: \"${LIMIT}\"}\n");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->gateway.routes[0].upstreams[0].to_string(), "http://10.0.0.5:8000");
  EXPECT_EQ(config->limits.windows[0].limit, 7U);
}

TEST(Config, AnUnsetVariableNamesItselfAndItsLine) {
  EXPECT_EQ(problem_of("data_dir: \"/srv${NOT_THERE}\"\n"),
            "weir.yaml:1: data_dir: the environment variable NOT_THERE is not set");
}

TEST(Config, TwoDollarSignsAreOne) {
  const auto config = parse("data_dir: /srv/$${x}\n");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->data_dir, "/srv/${x}");
}

TEST(Config, TlsNeedsBothFiles) {
  EXPECT_EQ(problem_of("gateway:\n  tls:\n    certificate: a.pem\n"),
            "weir.yaml:3: gateway.tls.key: the path of a PEM file is needed");
}

TEST(Config, TemplatesThatAreWrongOrTheSameAreNamedWithTheirLine) {
  const std::string problem = problem_of(
      "usage:\n"
      "  endpoints:\n"
      "    - /v1/orders/{order}\n"
      "    - orders\n"
      "    - /v1/orders/{id}/\n"
      "    - /v1/{\n"
      "  max_endpoints: 50001\n");
  EXPECT_THAT(problem, HasSubstr("weir.yaml:4: usage.endpoints: 'orders' must begin with '/'"));
  EXPECT_THAT(problem,
              HasSubstr("weir.yaml:5: usage.endpoints: '/v1/orders/{id}/' matches the same as one before"));
  EXPECT_THAT(problem, HasSubstr("weir.yaml:6: usage.endpoints: '/v1/{' has a '{' without a '}'"));
  EXPECT_THAT(problem, HasSubstr("weir.yaml:7: usage.max_endpoints:"));
}

TEST(Config, EndpointRulesAreTheTemplatesInTheirOrder) {
  const auto config = parse("usage: {endpoints: [/b, \"/a/{x}\"], max_endpoints: 7}\n");
  ASSERT_TRUE(config) << config.error().detail;
  const auto rules = make_endpoint_rules(config->usage);
  ASSERT_TRUE(rules) << rules.error().detail;
  EXPECT_EQ((*rules)->detected_max, 7U);
  EXPECT_THAT((*rules)->templates.names(), testing::ElementsAre("/b", "/a/{x}"));
}

TEST(Config, RetentionIsATimeOrForever) {
  const auto config = parse("usage: {retention: {calls: 30d, minutes: forever, max_bytes: 5GiB}}\n");
  ASSERT_TRUE(config);
  const UsageConfig& usage = config->usage;
  EXPECT_EQ(usage.call_retention.calls, std::chrono::days(30));
  EXPECT_EQ(usage.call_retention.max_bytes, 5ULL << 30);
  EXPECT_EQ(usage.rollup_retention.minutes, std::nullopt);
  EXPECT_EQ(usage.rollup_retention.hours, std::chrono::days(90));
  EXPECT_EQ(usage.rollup_retention.days, std::chrono::days(730));
}

TEST(Config, ARetentionThatIsTooShortIsNamedWithItsLine) {
  const std::string problem =
      problem_of("usage:\n  retention:\n    calls: 1m\n    hours: 2h\n    days: soon\n");
  EXPECT_THAT(problem, HasSubstr("weir.yaml:3: usage.retention.calls: is forever, or 1h to 3660d, not '1m'"));
  EXPECT_THAT(problem, HasSubstr("weir.yaml:4: usage.retention.hours: is forever, or 1d to 3660d, not '2h'"));
  EXPECT_THAT(problem, HasSubstr("weir.yaml:5: usage.retention.days:"));
}

TEST(Config, AnOpenApiFileThatIsNotThereIsNamed) {
  UsageConfig usage;
  usage.openapi = "/nowhere/api.yaml";
  const auto rules = make_endpoint_rules(usage);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().detail, HasSubstr("usage.openapi: "));
  EXPECT_THAT(rules.error().detail, HasSubstr("/nowhere/api.yaml"));
}

TEST(Config, WithoutUpstreamItSaysHowToNameOne) {
  EXPECT_THAT(check_servable(*parse("")).error().detail, HasSubstr("--upstream http://127.0.0.1:8000"));
}

TEST(Config, WhatIsShownReadsBackTheSame) {
  const auto config = parse(
      "environment: staging\ndata_dir: \"/srv/$$x y\"\ngateway:\n  upstream: http://127.0.0.1:8000\n"
      "  tls: {certificate: a.pem, key: b.pem}\n  trusted_proxies: [10.0.0.0/8]\n"
      "limits:\n  plans: {partner: {minute: null, hour: 5}}\njournal: {sync: always}\n"
      "usage: {endpoints: [\"/v1/orders/{order}\"], openapi: api.yaml, max_endpoints: 5, "
      "retention: {calls: forever, hours: 30d}}\n");
  ASSERT_TRUE(config) << config.error().detail;
  const std::string shown = config_to_yaml(*config);
  const auto again = parse(shown);
  ASSERT_TRUE(again) << again.error().detail << "\n" << shown;
  EXPECT_EQ(config_to_yaml(*again), shown);
  EXPECT_EQ(again->data_dir, "/srv/$x y");
  EXPECT_EQ(again->limits.plans.at("partner").at("minute"), kUnlimited);
}

TEST(Config, NamesWhatNeedsARestart) {
  const auto running = parse("gateway: {threads: 1}\n");
  const auto wanted = parse("gateway: {threads: 2, listen: \"127.0.0.1:1\"}\nlimits: {shadow: true}\n");
  EXPECT_THAT(restart_differences(*running, *wanted),
              testing::ElementsAre("gateway.listen", "gateway.threads"));
}

}  // namespace
}  // namespace weir
