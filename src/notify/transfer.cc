#include "notify/transfer.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "notify/blotted.h"
#include "notify/special_address.h"

namespace weir {
namespace {

constexpr std::size_t kAnswerKept = 512;
constexpr long kConnectMillis = 10'000;

/// The address, and whether it is IPv4 dressed up as IPv6: that is refused whatever it carries.
struct SocketAddress {
  IpAddress address;
  bool mapped = false;
};

bool read_address(const curl_sockaddr& from, SocketAddress& out) {
  if (from.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from.addr, sizeof v4);
    out.address = IpAddress::v4(ntohl(v4.sin_addr.s_addr));
    return true;
  }
  if (from.family != AF_INET6 || from.addrlen < sizeof(sockaddr_in6)) return false;
  // libcurl's own struct is larger than sockaddr_in6 (Curl_sockaddr_ex): addr is where it begins.
  sockaddr_in6 v6{};
  std::memcpy(&v6, reinterpret_cast<const char*>(&from) + offsetof(curl_sockaddr, addr), sizeof v6);
  std::memcpy(out.address.bytes.data(), &v6.sin6_addr, out.address.bytes.size());
  out.mapped = out.address.is_v4();
  return true;
}

}  // namespace

Transfer::~Transfer() {
  if (handle_ != nullptr) curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(recipients_);
}

Result<std::unique_ptr<Transfer>> Transfer::create(std::uint64_t tag, Outgoing outgoing,
                                                   const SenderOptions& options) {
  std::unique_ptr<Transfer> transfer(new Transfer(tag, std::move(outgoing), options.allow_private_targets));
  transfer->handle_ = curl_easy_init();
  if (transfer->handle_ == nullptr) return fail(ErrorCode::kInternal, "libcurl has no handle left", true);
  if (const auto* post = std::get_if<HttpPost>(&transfer->outgoing_)) {
    transfer->set_common(options, post->ca_file);
    transfer->set_http(*post);
  } else {
    const Mail& mail = std::get<Mail>(transfer->outgoing_);
    transfer->set_common(options, mail.ca_file);
    transfer->set_mail(mail);
  }
  return transfer;
}

void Transfer::set_common(const SenderOptions& options, const std::string& ca_file) {
  curl_easy_setopt(handle_, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs holds up nobody
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");       // whatever the environment says
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle_, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, kConnectMillis);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(Millis(kAttemptTimeout).count()));
  curl_easy_setopt(handle_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Transfer::receive);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
  if (!ca_file.empty()) curl_easy_setopt(handle_, CURLOPT_CAINFO, ca_file.c_str());
}

void Transfer::set_http(const HttpPost& post) {
  for (const std::string& header : post.headers) headers_ = curl_slist_append(headers_, header.c_str());
  headers_ = curl_slist_append(headers_, "Expect:");
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle_, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, post.body.data());
}

void Transfer::set_mail(const Mail& mail) {
  const bool v6 = mail.host.find(':') != std::string::npos;
  const std::string url = fmt::format("{}://{}{}{}:{}", mail.tls == MailTls::kTls ? "smtps" : "smtp",
                                      v6 ? "[" : "", mail.host, v6 ? "]" : "", mail.port);
  for (const std::string& recipient : mail.recipients) {
    recipients_ = curl_slist_append(recipients_, fmt::format("<{}>", recipient).c_str());
  }
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle_, CURLOPT_USE_SSL,
                   static_cast<long>(mail.tls == MailTls::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!mail.username.empty()) {
    curl_easy_setopt(handle_, CURLOPT_USERNAME, mail.username.c_str());
    curl_easy_setopt(handle_, CURLOPT_PASSWORD, mail.password.c_str());
  }
  curl_easy_setopt(handle_, CURLOPT_MAIL_FROM, fmt::format("<{}>", mail.from).c_str());
  curl_easy_setopt(handle_, CURLOPT_MAIL_RCPT, recipients_);
  curl_easy_setopt(handle_, CURLOPT_READFUNCTION, &Transfer::give);
  curl_easy_setopt(handle_, CURLOPT_READDATA, this);
  curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.text.size()));
}

std::size_t Transfer::receive(char* data, std::size_t size, std::size_t count, void* self) {
  std::string& answer = static_cast<Transfer*>(self)->answer_;
  answer.append(data, std::min(size * count, kAnswerKept - std::min(kAnswerKept, answer.size())));
  return size * count;
}

std::size_t Transfer::give(char* target, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string& text = std::get<Mail>(transfer.outgoing_).text;
  const std::size_t bytes = std::min(size * count, text.size() - transfer.given_);
  std::memcpy(target, text.data() + transfer.given_, bytes);
  transfer.given_ += bytes;
  return bytes;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  SocketAddress target;
  if (purpose != CURLSOCKTYPE_IPCXN || !read_address(*address, target)) return CURL_SOCKET_BAD;
  if (!transfer.allow_private_) {
    const std::string_view range = target.mapped ? "IPv4 mapped into IPv6" : special_range(target.address);
    if (!range.empty()) {
      transfer.refused_ = fmt::format("{} is {}", target.address.to_string(), range);
      return CURL_SOCKET_BAD;
    }
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string Transfer::explain(CURLcode result) const {
  if (!refused_.empty()) {
    return fmt::format("the target is refused: {}; only notify.allow_private_targets lets messages go there",
                       refused_);
  }
  long os_error = 0;
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the host's name does not resolve";
    case CURLE_COULDNT_CONNECT:
      curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &os_error);
      return os_error == 0
                 ? "the host cannot be reached"
                 : fmt::format("the host cannot be reached: {}", std::strerror(static_cast<int>(os_error)));
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("no answer within {} s", kAttemptTimeout.count());
    case CURLE_LOGIN_DENIED:
      return "the server refuses the user name or the password";
    case CURLE_USE_SSL_FAILED:
      return "the server does not offer STARTTLS";
    default:
      return curl_easy_strerror(result);
  }
}

/// Without control characters, and without what was secret in the request.
std::string Transfer::shown_answer() const {
  std::string shown = answer_;
  if (const auto* post = std::get_if<HttpPost>(&outgoing_)) {
    std::vector<std::string> secrets = secrets_of_url(post->url);
    secrets.insert(secrets.end(), post->secrets.begin(), post->secrets.end());
    shown = blotted(std::move(shown), std::move(secrets), answer_.size() >= kAnswerKept);
  }
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  const auto end = shown.find_last_not_of(' ');
  shown.resize(end == std::string::npos ? 0 : end + 1);
  return shown;
}

AttemptOutcome Transfer::outcome(CURLcode result) const {
  AttemptOutcome outcome;
  long status = 0;
  curl_off_t retry_after = 0;
  curl_off_t took = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after);
  curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME_T, &took);
  outcome.status_code = static_cast<std::uint16_t>(std::clamp(status, 0L, 999L));
  outcome.retry_after = Seconds(std::max<curl_off_t>(0, retry_after));
  outcome.took = Micros(took);
  outcome.answer = shown_answer();
  const bool http = std::holds_alternative<HttpPost>(outgoing_);
  // A final status is the answer, even when the rest of it never came.
  outcome.sent = http ? status >= 200 : result == CURLE_OK;
  if (http && status < 200) outcome.status_code = 0;
  // What SMTP refuses, its status says better than libcurl does.
  const bool status_says = !http && status >= 400 && result != CURLE_LOGIN_DENIED && refused_.empty();
  if (!outcome.sent && !status_says) outcome.error = explain(result);
  return outcome;
}

}  // namespace weir
