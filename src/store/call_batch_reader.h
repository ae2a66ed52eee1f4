// Decodes a block of calls into a batch for a stream.
//
// Not thread-safe: keeps the buffers its batch's views point into. Any bytes may come out of the source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/call_block_scan.h"
#include "store/call_stream.h"
#include "store/int_column.h"
#include "store/text_column.h"

namespace weir {

class CallBatchReader {
 public:
  explicit CallBatchReader(StreamedPaths paths) : paths_(paths) {}

  /// Replaces `batch`. kCorrupt.
  [[nodiscard]] Result<void> read(std::size_t rows, CallColumnSource& source, CallBatch& batch);

 private:
  /// A column of texts with the bytes its views may point into.
  struct Texts {
    TextColumnDecoder decoder;
    std::string bytes;
  };
  template <class Put>
  Result<void> numbers(CallColumn column, CallColumnSource& source, std::vector<StreamedCall>& calls,
                       Put put);
  Result<void> texts(CallColumn column, CallColumnSource& source, Texts& texts,
                     std::vector<std::string_view>& out);
  Result<void> sources(CallColumnSource& source, std::vector<StreamedCall>& calls);
  Result<void> endpoints(CallColumnSource& source, CallBatch& batch);

  StreamedPaths paths_;
  IntColumnReader numbers_;
  std::vector<std::uint64_t> decoded_;
  Texts endpoint_texts_;
  Texts path_texts_;
  Texts window_texts_;
  TextColumnDecoder source_texts_;
  std::vector<IpAddress> addresses_;
};

}  // namespace weir
