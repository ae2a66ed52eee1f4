#include "keys/pepper.h"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include "base/file.h"

namespace weir {
namespace {

constexpr std::size_t kPepperBytes = 32;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

Result<std::string> parse(std::string_view text, const std::filesystem::path& file) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string pepper;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) break;
    pepper.push_back(static_cast<char>(high * 16 + low));
  }
  if (pepper.size() == kPepperBytes && text.size() == 2 * kPepperBytes) return pepper;
  return fail(
      ErrorCode::kCorrupt,
      fmt::format("'{}' is damaged: it must hold 64 hexadecimal digits. Restore it from a backup; without it "
                  "no existing key works",
                  file.string()));
}

Result<std::string> create(const std::filesystem::path& file) {
  std::array<unsigned char, kPepperBytes> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorCode::kUnavailable, "the system's random source gives no bytes for a pepper", true);
  }
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  WEIR_TRY(write_file_atomic(file, text + "\n", 0600));
  return std::string(bytes.begin(), bytes.end());
}

/// What to do about a pepper that keys were made with and that is gone.
tl::unexpected<Error> refuse_missing(const std::filesystem::path& file, std::uint64_t stored_keys) {
  return fail(
      ErrorCode::kNotFound,
      fmt::format("'{}' is missing, and without it none of the {} stored keys works. Restore it from a "
                  "backup of this data folder, with mode 0600; to begin anew without any key, start with "
                  "an empty data folder",
                  file.string(), stored_keys));
}

}  // namespace

Result<std::string> load_or_create_pepper(const std::filesystem::path& folder, std::uint64_t stored_keys) {
  const auto file = folder / "pepper";
  auto fd = open_file(file, O_RDONLY);
  if (!fd && fd.error().code == ErrorCode::kNotFound) {
    if (stored_keys > 0) return refuse_missing(file, stored_keys);
    return create(file);
  }
  if (!fd) return tl::unexpected<Error>(std::move(fd).error());
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) return fail_errno(fmt::format("stat '{}'", file.string()), errno);
  if ((status.st_mode & 0077) != 0) {
    return fail(ErrorCode::kInvalid,
                fmt::format("others than its owner may use '{}' (mode {:04o}). Run: chmod 600 '{}'",
                            file.string(), status.st_mode & 07777, file.string()));
  }
  WEIR_TRY_ASSIGN(text, read_file(file, 4096));
  return parse(text, file);
}

}  // namespace weir
