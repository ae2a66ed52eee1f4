#include "app/admin_client.h"

#include <boost/json.hpp>
#include <curl/curl.h>
#include <fmt/format.h>

#include "app/token_file.h"
#include "app/version.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr long kConnectMillis = 5000;
constexpr long kCallMillis = 120'000;  // a batch of keys on a slow disk
constexpr std::size_t kAnswerMax = 64U << 20;
constexpr std::size_t kRefusalMax = 64U << 10;
constexpr std::string_view kUnixScheme = "http+unix://";

struct Answer {
  std::string body;
  bool too_large = false;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* target) {
  auto& answer = *static_cast<Answer*>(target);
  answer.too_large = answer.body.size() + size * count > kAnswerMax;
  if (answer.too_large) return 0;
  answer.body.append(data, size * count);
  return size * count;
}

long status_of(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/// An answer on its way to whoever takes it part by part.
struct Reading {
  CURL* handle;
  const std::function<bool(std::string_view)>& take;
  std::string refusal;  // the body of an answer that is none
  bool enough = false;
};

std::size_t receive_part(char* data, std::size_t size, std::size_t count, void* target) {
  auto& reading = *static_cast<Reading*>(target);
  const std::string_view part(data, size * count);
  if (const long status = status_of(reading.handle); status < 200 || status > 299) {
    if (reading.refusal.size() + part.size() > kRefusalMax) return 0;
    reading.refusal.append(part);
    return part.size();
  }
  reading.enough = !reading.take(part);
  return reading.enough ? 0 : part.size();
}

Error no_server(const AdminFlags& flags, std::string_view reason) {
  if (!flags.url.empty()) {
    return {ErrorCode::kUnavailable, fmt::format("no weir answers at {}: {}", flags.url, reason), true};
  }
  return {
      ErrorCode::kUnavailable,
      fmt::format(
          "no weir serves the data folder '{}': start it with `weir serve --data-dir {} --upstream URL`, or "
          "name another folder with --data-dir",
          flags.data_dir, flags.data_dir),
      true};
}

/// What the server said of a failed call: its `detail`, or the status.
Error refusal(long status, const std::string& body) {
  json::error_code failure;
  const json::value value = json::parse(body, failure);
  std::string detail = fmt::format("the server answered {}", status);
  if (!failure && value.is_object()) {
    if (const auto* said = value.get_object().if_contains("detail"); said != nullptr && said->is_string()) {
      detail = std::string(said->get_string());
    }
  }
  ErrorCode code = status >= 500 ? ErrorCode::kInternal : ErrorCode::kInvalid;
  if (status == 401) {
    detail =
        fmt::format("the server refuses the admin token ({}): is it that server's? (--token-file)", detail);
  }
  if (status == 404) code = ErrorCode::kNotFound;
  if (status == 409) code = ErrorCode::kConflict;
  return {code, std::move(detail), status >= 500};
}

}  // namespace

struct AdminClient::State {
  AdminFlags flags;
  std::string base;         // URL in front of /api/v1
  std::string unix_socket;  // "": TCP
  curl_slist* headers = nullptr;
  curl_slist* text_headers = nullptr;  // for bodies that are no JSON
  CURL* handle = nullptr;

  ~State() {
    if (handle != nullptr) curl_easy_cleanup(handle);
    curl_slist_free_all(headers);
    curl_slist_free_all(text_headers);
  }
};

AdminClient::AdminClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
AdminClient::AdminClient(AdminClient&&) noexcept = default;
AdminClient& AdminClient::operator=(AdminClient&&) noexcept = default;
AdminClient::~AdminClient() = default;

Result<AdminClient> AdminClient::open(const AdminFlags& flags) {
  auto state = std::make_unique<State>();
  state->flags = flags;
  state->base = flags.url;
  if (flags.url.empty()) {
    auto address = read_admin_address(flags.data_dir);
    if (!address && address.error().code == ErrorCode::kNotFound)
      return tl::unexpected<Error>(no_server(flags, ""));
    if (!address) return tl::unexpected<Error>(address.error());
    state->base = *std::move(address);
  }
  const std::string token_file =
      flags.token_file.empty() ? flags.data_dir + "/admin.token" : flags.token_file;
  WEIR_TRY_ASSIGN(token, read_token(token_file));
  if (state->base.starts_with(kUnixScheme)) {
    state->unix_socket = state->base.substr(kUnixScheme.size());
    state->base = "http://localhost";
  }
  while (state->base.ends_with('/')) state->base.pop_back();

  static const bool initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  state->handle = initialized ? curl_easy_init() : nullptr;
  if (state->handle == nullptr) return fail(ErrorCode::kInternal, "libcurl cannot be initialized");
  for (const auto& [list, type] : {std::pair(&state->headers, "Content-Type: application/json"),
                                   std::pair(&state->text_headers, "Content-Type: text/plain")}) {
    for (const std::string& header :
         {fmt::format("Authorization: Bearer {}", token), std::string("Accept: application/json"),
          std::string(type), std::string("Expect:")}) {
      *list = curl_slist_append(*list, header.c_str());
    }
  }
  CURL* handle = state->handle;
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, state->headers);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, fmt::format("weir/{}", version()).c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // the token goes to the server only
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectMillis);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kCallMillis);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
  if (!state->unix_socket.empty())
    curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, state->unix_socket.c_str());
  return AdminClient(std::move(state));
}

Result<json::value> AdminClient::call(std::string_view method, std::string_view path, std::string_view body) {
  CURL* handle = state_->handle;
  Answer answer;
  curl_easy_setopt(handle, CURLOPT_URL, fmt::format("{}/api/v1{}", state_->base, path).c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
  if (method == "GET") {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, nullptr);
  } else {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, std::string(method).c_str());
  }
  const CURLcode code = curl_easy_perform(handle);
  if (answer.too_large)
    return fail(ErrorCode::kFull, fmt::format("the answer is larger than {} bytes", kAnswerMax));
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return fail(ErrorCode::kTimeout, fmt::format("{} did not answer in time", state_->base), true);
  }
  if (code != CURLE_OK) return tl::unexpected<Error>(no_server(state_->flags, curl_easy_strerror(code)));
  const long status = status_of(handle);
  if (status < 200 || status > 299) return tl::unexpected<Error>(refusal(status, answer.body));
  if (answer.body.empty()) return json::value(nullptr);
  json::error_code failure;
  json::value value = json::parse(answer.body, failure);
  if (failure)
    return fail(ErrorCode::kInternal, fmt::format("{} did not answer with JSON: is it weir?", state_->base));
  return value;
}

Result<void> AdminClient::read(std::string_view path, const std::function<bool(std::string_view)>& take) {
  CURL* handle = state_->handle;
  Reading reading{handle, take, {}, false};
  curl_easy_setopt(handle, CURLOPT_URL, fmt::format("{}/api/v1{}", state_->base, path).c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, nullptr);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive_part);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &reading);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 0L);  // a stream has no end
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kCallMillis);
  if (reading.enough) return {};
  if (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR)
    return fail(ErrorCode::kUnavailable, "the server ended in the middle of its answer", true);
  if (code != CURLE_OK) return tl::unexpected<Error>(no_server(state_->flags, curl_easy_strerror(code)));
  const long status = status_of(handle);
  if (status < 200 || status > 299) return tl::unexpected<Error>(refusal(status, reading.refusal));
  return {};
}

Result<json::value> AdminClient::get(std::string_view path) {
  return call("GET", path, "");
}

Result<json::value> AdminClient::send(std::string_view method, std::string_view path,
                                      const json::value& body) {
  return call(method, path, json::serialize(body));
}

Result<json::value> AdminClient::upload(std::string_view path, std::string_view text) {
  curl_easy_setopt(state_->handle, CURLOPT_HTTPHEADER, state_->text_headers);
  auto answer = call("POST", path, text);
  curl_easy_setopt(state_->handle, CURLOPT_HTTPHEADER, state_->headers);
  return answer;
}

Result<json::value> AdminClient::remove(std::string_view path) {
  return call("DELETE", path, "");
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace weir
