#include "app/token_file.h"

#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kTokenSizeMin =
    32;  // characters: a shorter one was not made by weir, and can be guessed

std::string first_line(std::string text) {
  text.resize(std::min(text.size(), text.find_first_of("\r\n")));
  return text;
}

Result<std::string> new_token() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail_errno("getrandom", errno);
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

}  // namespace

Result<std::string> read_token(const fs::path& file) {
  WEIR_TRY_ASSIGN(content, read_file(file, 4096));
  Result<std::string> token = first_line(std::move(content));
  if (token->size() < kTokenSizeMin) {
    token = fail(ErrorCode::kInvalid, fmt::format("'{}' does not hold a token of at least {} characters",
                                                  file.string(), kTokenSizeMin));
  }
  return token;
}

Result<std::string> load_or_create_token(const fs::path& data_dir) {
  const fs::path file = data_dir / "admin.token";
  auto found = read_token(file);
  if (found) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 0077U) != 0) {
      if (::chmod(file.c_str(), 0600) != 0)
        return fail_errno(fmt::format("chmod '{}'", file.string()), errno);
      log::warn("others could read the admin token: its mode is 0600 again", {{"file", file.string()}});
    }
    return found;
  }
  if (found.error().code != ErrorCode::kNotFound) return found;
  WEIR_TRY_ASSIGN(token, new_token());
  WEIR_TRY(write_file_atomic(file, token + "\n", 0600));
  return token;
}

std::string local_url(const net::ListenAddress& address, bool tls) {
  if (address.kind == net::ListenAddress::Kind::kUnix) return "http+unix://" + address.host;
  std::string host = address.host;
  if (host.empty() || host == "0.0.0.0")
    host = "127.0.0.1";
  else if (host == "::" || host == "[::]")
    host = "::1";
  if (host.find(':') != std::string::npos && host[0] != '[') host = fmt::format("[{}]", host);
  return fmt::format("{}://{}:{}", tls ? "https" : "http", host, address.port);
}

Result<void> write_addresses(const fs::path& data_dir, const std::string& admin_url,
                             const std::string& gateway_url) {
  WEIR_TRY(write_file_atomic(data_dir / "gateway.address", gateway_url + "\n"));
  return write_file_atomic(data_dir / "admin.address", admin_url + "\n");
}

void remove_addresses(const fs::path& data_dir) {
  std::error_code ignored;  // a file that is gone already is as good
  fs::remove(data_dir / "admin.address", ignored);
  fs::remove(data_dir / "gateway.address", ignored);
}

Result<std::string> read_admin_address(const fs::path& data_dir) {
  WEIR_TRY_ASSIGN(content, read_file(data_dir / "admin.address", 4096));
  return first_line(std::move(content));
}

}  // namespace weir
