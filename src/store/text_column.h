// Texts of one column of a block: the distinct ones once, and for each row which of them it is.
//
// Not thread-safe: an encoder or decoder keeps its buffers and its zstd context. Layout: docs/call-log.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace weir {

/// Most bytes the texts of one block may have together; a decoder refuses what claims more.
inline constexpr std::size_t kTextBytesMax = 256U << 20;

class TextColumnEncoder {
 public:
  TextColumnEncoder();
  ~TextColumnEncoder();

  /// Appends the distinct texts to `dictionary`, each row's position among them to `index` (int_column.h).
  /// Nothing at all when every text is empty. Compressed where that saves an eighth.
  void encode(std::span<const std::string_view> texts, std::string& dictionary, std::string& index);

  /// stable_hash of each distinct text of the last encode.
  [[nodiscard]] std::span<const std::uint64_t> hashes() const { return hashes_; }

 private:
  void write_dictionary(std::string& out);

  struct FreeContext {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, FreeContext> context_;
  std::vector<std::uint32_t> slots_;  // open addressing: position in distinct_ + 1
  std::vector<std::string_view> distinct_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint64_t> rows_;
  std::string plain_;
};

class TextColumnDecoder {
 public:
  TextColumnDecoder();
  ~TextColumnDecoder();

  /// The distinct texts, in order; one empty text for an empty `dictionary`. The views point into this object
  /// or into `dictionary` and are valid until either changes. kCorrupt for anything encode did not write.
  [[nodiscard]] Result<std::span<const std::string_view>> decode(std::string_view dictionary);

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
  std::vector<std::string_view> distinct_;
  std::string plain_;
};

}  // namespace weir
