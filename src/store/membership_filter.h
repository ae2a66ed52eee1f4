// "Is this text surely not in the block?": a Bloom filter whose bits for one text share one 64-bit word
// (Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007), 12 bits a text.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// Appends a filter over the texts with these stable_hash values to `out`.
void encode_filter(std::span<const std::uint64_t> hashes, std::string& out);

/// False: the text is not among those the filter was made of. True: it may be (about 1 % of strangers pass).
/// A filter that is missing or of a strange size passes everything.
[[nodiscard]] bool filter_may_contain(std::string_view filter, std::uint64_t hash);

}  // namespace weir
