// What is sent to a channel, and what came of it: between rendering and the network.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "model/notification.h"
#include "notify/settings.h"

namespace weir {

struct HttpPost {
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::vector<std::string>
      secrets;  // beside the URL; never repeated, should the other side's answer hold them
  std::string ca_file;
};

struct Mail {
  std::string host;
  std::uint16_t port = 0;
  MailTls tls = MailTls::kStartTls;
  std::string username;
  std::string password;
  std::string from;
  std::vector<std::string> recipients;
  std::string text;  // headers and body, lines end with CRLF
  std::string ca_file;
};

using Outgoing = std::variant<HttpPost, Mail>;

/// What one attempt came to. `status_code` 0: there was no answer, and `error` says why.
struct AttemptOutcome {
  std::uint16_t status_code = 0;  // of HTTP or SMTP
  bool sent = false;              // SMTP took the whole mail; HTTP answered
  Seconds retry_after{0};         // as the other side asked; 0: it did not
  Micros took{0};
  std::string error;   // for people; no URL, no secret
  std::string answer;  // the answer's first bytes, printable, secrets blotted out
};

}  // namespace weir
