// Tokens and sessions for tests of who may do what.
#pragma once

#include "admin/admin_fixture.h"

namespace weir::test {

class AccessTest : public AdminTest {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  struct MadeToken {
    std::uint32_t id = 0;
    std::string secret;
  };
  MadeToken make_token(const std::string& name, const std::string& role, const std::string& fields = "") {
    const auto reply =
        call("POST", "/api/v1/tokens", R"({"name":")" + name + R"(","role":")" + role + "\"" + fields + "}");
    EXPECT_EQ(reply.status, 201) << reply.body;
    if (reply.status != 201) return {};
    return {reply.json.at("id").to_number<std::uint32_t>(), std::string(reply.json.at("token").as_string())};
  }

  Reply send_with(const Headers& credentials, const std::string& method, const std::string& target,
                  const std::string& body = "", const std::string& source = "192.0.2.1") {
    Headers headers = credentials;
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    return send({method, target, headers, body, *IpAddress::parse(source)});
  }
  static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

  struct SignedIn {
    Headers cookie;
    Headers cookie_and_csrf;
    std::string set_cookie;
  };
  Reply sign_in_reply(const std::string& token, const Headers& headers = {},
                      const std::string& source = "192.0.2.1") {
    return send_with(headers, "POST", "/api/v1/session", R"({"token":")" + token + "\"}", source);
  }
  SignedIn sign_in(const std::string& token, const Headers& headers = {}) {
    const auto reply = sign_in_reply(token, headers);
    EXPECT_EQ(reply.status, 201) << reply.body;
    if (reply.status != 201) return {};
    const auto set = reply.header("Set-Cookie");
    SignedIn out{headers, headers, set};
    out.cookie.emplace_back("Cookie", set.substr(0, set.find(';')));
    out.cookie_and_csrf = out.cookie;
    out.cookie_and_csrf.emplace_back("X-CSRF-Token", std::string(reply.json.at("csrf_token").as_string()));
    return out;
  }

  /// How often the audit log tells of `action`.
  std::size_t audited(const std::string& action) {
    return call("GET", "/api/v1/audit?limit=1000&action=" + action).json.at("items").as_array().size();
  }
};

}  // namespace weir::test
