#include "usage/access_log.h"

#include <gtest/gtest.h>

#include "usage/access_log_time.h"

namespace weir {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

constexpr UtcTime kFirstOfAugust{sys_days{year{1995} / 8 / 1}};

Result<AccessLogLine> read(std::string_view line, AccessLogFormat format, std::string key_field = {}) {
  static std::unique_ptr<AccessLogParser> parser;  // the views point into it
  parser = make_access_log_parser({.format = format, .key_field = std::move(key_field), .names = {}});
  return parser->parse(line);
}
Result<AccessLogLine> common(std::string_view line, std::string key_field = {}) {
  return read(line, AccessLogFormat::kCommon, std::move(key_field));
}
Result<AccessLogLine> combined(std::string_view line, std::string key_field = {}) {
  return read(line, AccessLogFormat::kCombined, std::move(key_field));
}
Result<AccessLogLine> json(std::string_view line, std::string key_field = {}) {
  return read(line, AccessLogFormat::kJson, std::move(key_field));
}

TEST(AccessLog, ReadsTheCommonLogFormat) {
  const auto line = common(
      R"(uplherc.upl.com - - [01/Aug/1995:00:00:07 -0400] "GET /shuttle/a.html?x=1 HTTP/1.0" 304 1839)");
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(line->at, kFirstOfAugust + std::chrono::hours(4) + Seconds(7));
  EXPECT_EQ(line->client, "uplherc.upl.com");
  EXPECT_EQ(line->method, "GET");
  EXPECT_EQ(line->path, "/shuttle/a.html");
  EXPECT_EQ(line->status, 304);
  EXPECT_EQ(line->bytes_out, 1839U);
  EXPECT_EQ(line->response_time, Micros(0));
  EXPECT_EQ(line->key, "");
}

TEST(AccessLog, TakesASizeThatIsADashForNone) {
  EXPECT_EQ(common(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET / HTTP/1.0" 404 -)")->bytes_out, 0U);
}

TEST(AccessLog, ReadsARequestLineWithoutVersion) {
  const auto line = common(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET /ksc.html" 404 7280)");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->path, "/ksc.html");
}

TEST(AccessLog, KeepsALineWhoseRequestTheServerCouldNotRead) {
  const auto line = common(R"(a - - [01/Aug/1995:00:00:07 +0000] "-" 400 0)");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->method, "");
  EXPECT_EQ(line->path, "");
  EXPECT_EQ(line->status, 400);
}

TEST(AccessLog, AQuoteBehindABackslashEndsNothing) {
  const auto line =
      combined(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET /a\"b HTTP/1.1" 200 5 "-" "agent \"x\"" 0.250)");
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(line->path, R"(/a\"b)");
  EXPECT_EQ(line->response_time, Millis(250));
}

TEST(AccessLog, AnAbsoluteTargetLosesSchemeAndHost) {
  EXPECT_EQ(common(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET http://x.example/p?q HTTP/1.1" 200 5)")->path,
            "/p");
  EXPECT_EQ(common(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET http://x.example HTTP/1.1" 200 5)")->path, "/");
  EXPECT_EQ(common(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET /to/http://x HTTP/1.1" 200 5)")->path,
            "/to/http://x");
}

TEST(AccessLog, TakesTheKeyFromTheUserFieldOrFromANamedOne) {
  EXPECT_EQ(common(R"(a - 17 [01/Aug/1995:00:00:07 +0000] "GET / HTTP/1.0" 200 -)", "user")->key, "17");
  EXPECT_EQ(common(R"(a - - [01/Aug/1995:00:00:07 +0000] "GET / HTTP/1.0" 200 -)", "user")->key, "");
  const auto named = combined(
      R"(a - - [01/Aug/1995:00:00:07 +0000] "GET / HTTP/1.0" 200 1 "-" "ua" rt=0.5 urt=0.25 key="12" other=x)",
      "key");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->key, "12");
  EXPECT_EQ(named->response_time, Millis(500));
  EXPECT_EQ(named->upstream_time, Millis(250));
}

TEST(AccessLog, SaysWhatALineLacks) {
  EXPECT_EQ(common("").error().detail, "there is no [time]");
  EXPECT_EQ(common("a - - [yesterday] \"GET / HTTP/1.0\" 200 -").error().detail,
            "the time is not like 01/Aug/1995:00:00:01 -0400");
  EXPECT_EQ(common("a - - [31/Feb/1995:00:00:07 +0000] \"GET / HTTP/1.0\" 200 -").error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(common("a - - [01/Aug/1995:00:00:07 +0000] \"GET / HTTP/1.0 200 -").error().detail,
            "there is no \"request\"");
  EXPECT_EQ(common("a - - [01/Aug/1995:00:00:07 +0000] \"GET / HTTP/1.0\" 2000 -").error().detail,
            "the status is not a number from 100 to 999");
  EXPECT_EQ(common("a - - [01/Aug/1995:00:00:07 +0000] \"GET / HTTP/1.0\" 200 many").error().detail,
            "the size is neither a number nor -");
  EXPECT_EQ(combined("a - - [01/Aug/1995:00:00:07 +0000] \"GET / HTTP/1.0\" 200 1").error().detail,
            "there is no \"referer\" (is it --format common?)");
}

TEST(AccessLog, EveryCutOfALineIsReadOrRefusedWithoutHarm) {
  const std::string_view whole =
      R"(a - b [01/Aug/1995:00:00:07 +0000] "GET /a\"b HTTP/1.1" 200 5 "-" "agent \"x\"" rt=0.250 key="1\"2" 3.5)";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    (void)combined(whole.substr(0, size), "key");
    (void)json(whole.substr(0, size), "key");
  }
  EXPECT_TRUE(combined(whole, "key"));
}

TEST(AccessLog, ReadsWhatCaddyWrites) {
  const auto line = json(
      R"({"level":"info","ts":1646861401.5,"logger":"http.log.access","msg":"handled request","request":{)"
      R"("remote_ip":"127.0.0.1","client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"localhost",)"
      R"("uri":"/v1/things?x=1","headers":{"X-Api-Key":["12"]}},"bytes_read":0,"duration":0.000929675,"size":10900,"status":200})",
      "request.headers.X-Api-Key");
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(line->at, UtcTime(Micros(1646861401500000)));
  EXPECT_EQ(line->method, "GET");
  EXPECT_EQ(line->path, "/v1/things");
  EXPECT_EQ(line->client, "192.0.2.7");
  EXPECT_EQ(line->response_time, Micros(930));
  EXPECT_EQ(line->bytes_out, 10900U);
  EXPECT_EQ(line->key, "12");
}

TEST(AccessLog, ReadsWhatNginxIsToldToWrite) {
  const auto line = json(
      R"({"time_iso8601":"2026-11-23T10:00:00+01:00","remote_addr":"192.0.2.1","request":"POST /orders HTTP/1.1",)"
      R"("status":"201","body_bytes_sent":"17","request_time":"0.120","upstream_response_time":"0.118"})");
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(to_rfc3339(line->at), "2026-11-23T09:00:00.000000Z");
  EXPECT_EQ(line->method, "POST");
  EXPECT_EQ(line->path, "/orders");
  EXPECT_EQ(line->status, 201);
  EXPECT_EQ(line->bytes_out, 17U);
  EXPECT_EQ(line->response_time, Millis(120));
  EXPECT_EQ(line->upstream_time, Millis(118));
}

TEST(AccessLog, ReadsWhatWeirExports) {
  const auto line = json(
      R"({"id":9,"user_id":1,"api_key_id":12,"endpoint":"/v1/{id}","method":"POST","status_code":429,)"
      R"("response_time":0.000031,"created_at":"2026-11-23T10:00:00.000005Z","path":"/v1/7","request_id":"r-1",)"
      R"("outcome":"limited","upstream_time":0,"source":"192.0.2.7","bytes_in":17,"bytes_out":40,)"
      R"("refused_window":"minute","shadow_limited":true})",
      "api_key_id");
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(to_rfc3339(line->at), "2026-11-23T10:00:00.000005Z");
  EXPECT_EQ(line->key, "12");
  EXPECT_EQ(line->path, "/v1/7");
  EXPECT_EQ(line->client, "192.0.2.7");
  EXPECT_EQ(line->outcome, Outcome::kLimited);
  EXPECT_EQ(line->response_time, Micros(31));
  EXPECT_EQ(line->upstream_time, Micros(0));
  EXPECT_EQ(line->bytes_in, 17U);
  EXPECT_EQ(line->bytes_out, 40U);
  EXPECT_EQ(line->refused_window, "minute");
  EXPECT_TRUE(line->shadow_limited);
  EXPECT_EQ(line->request_id, "r-1");
}

TEST(AccessLog, KeepsAJsonLineWhoseRequestTheServerCouldNotRead) {
  const auto own = json(
      R"({"created_at":"2026-11-23T10:00:00Z","status_code":400,"method":"","path":"","outcome":"bad_request"})");
  ASSERT_TRUE(own) << own.error().detail;
  EXPECT_EQ(own->path, "");
  EXPECT_EQ(own->outcome, Outcome::kBadRequest);
  EXPECT_TRUE(json(R"({"ts":1,"status":400,"request":"-"})"));
  EXPECT_FALSE(json(R"({"ts":1,"status":400,"request":{}})"));
}

TEST(AccessLog, AnOutcomeWeirDoesNotKnowIsAnothersWord) {
  const auto line = json(R"({"ts":1,"status":200,"uri":"/","outcome":"ok","duration":0})");
  EXPECT_EQ(line->outcome, Outcome::kForwarded);
  EXPECT_EQ(line->response_time, Micros(1));
}

TEST(AccessLog, OwnNamesWinInJson) {
  const auto parser = make_access_log_parser({.format = AccessLogFormat::kJson,
                                              .key_field = "who.id",
                                              .names = {{AccessLogField::kTime, "at"},
                                                        {AccessLogField::kStatus, "result.code"},
                                                        {AccessLogField::kUri, "u"}}});
  const auto line =
      parser->parse(R"({"at": 1, "result": {"code": 503}, "u": "/x", "who": {"id": 7}, "status": 200})");
  ASSERT_TRUE(line) << line.error().detail;
  EXPECT_EQ(line->status, 503);
  EXPECT_EQ(line->key, "7");
}

TEST(AccessLog, SaysWhatAJsonLineLacks) {
  EXPECT_EQ(json("{").error().detail, "it is not JSON");
  EXPECT_EQ(json("[1]").error().detail, "it is not a JSON object");
  EXPECT_EQ(json(R"({"status":200,"uri":"/"})").error().detail, "there is no time (--field time=NAME)");
  EXPECT_EQ(json(R"({"ts":1,"uri":"/","status":"x"})").error().detail,
            "there is no status from 100 to 999 (--field status=NAME)");
  EXPECT_EQ(json(R"({"ts":1,"status":200})").error().detail, "there is no path (--field uri=NAME)");
  EXPECT_EQ(json(std::string(100, '[')).error().detail, "it is not JSON");
}

TEST(AccessLog, RefusesTimesBeforeWhatIsStoredAndBeyondTomorrow) {
  const UtcTime now{sys_days{year{2026} / 11 / 23}};
  const auto problem = [now](const Result<AccessLogLine>& line) {
    const auto checked = check_log_time(line->at, now);
    return checked ? std::string() : checked.error().detail;
  };
  const auto at = [](const std::string& time) {
    return common("a - - [" + time + R"(] "GET / HTTP/1.0" 200 5)");
  };
  EXPECT_EQ(problem(at("01/Jan/1970:00:00:00 +0000")), "");
  EXPECT_EQ(problem(at("01/Jan/1970:00:00:00 +0001")), "its time is before 1970");
  EXPECT_EQ(problem(at("31/Dec/1969:23:59:59 +0000")), "its time is before 1970");
  EXPECT_EQ(problem(at("24/Nov/2026:00:00:00 +0000")), "");
  EXPECT_EQ(problem(at("24/Nov/2026:00:00:01 +0000")),
            "its time is more than a day ahead of now, 2026-11-23T00:00:00.000000Z");
  EXPECT_EQ(problem(json(R"({"ts":-1,"status":200,"uri":"/"})")), "its time is before 1970");
  EXPECT_EQ(problem(json(R"({"ts":"1969-12-31T23:59:59Z","status":200,"uri":"/"})")),
            "its time is before 1970");
  EXPECT_EQ(problem(json(R"({"ts":1e300,"status":200,"uri":"/"})")),
            problem(at("31/Dec/9999:23:59:59 +0000")));
}

TEST(AccessLog, DurationsThatCannotBeAreLeftOut) {
  EXPECT_EQ(json(R"({"ts":1,"status":200,"uri":"/","duration":-1})")->response_time, Micros(0));
  EXPECT_EQ(json(R"({"ts":1,"status":200,"uri":"/","duration":0})")->response_time, Micros(1));
  EXPECT_EQ(json(R"({"ts":1,"status":200,"uri":"/","duration":1e300})")->response_time, Micros(0));
}

TEST(AccessLog, KnowsItsFormatsByName) {
  EXPECT_EQ(*parse_access_log_format("json"), AccessLogFormat::kJson);
  EXPECT_EQ(parse_access_log_format("xml").error().detail, "must be common, combined or json, but is 'xml'");
  EXPECT_EQ(parse_access_log_field("duration"), AccessLogField::kDuration);
  EXPECT_FALSE(parse_access_log_field("durations"));
}

}  // namespace
}  // namespace weir
