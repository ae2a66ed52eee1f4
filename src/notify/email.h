// A message as a mail: plain text and HTML, one thread an incident. Pure.
//
// Sources: RFC 5322 (headers, Message-ID, References), RFC 2046 (multipart/alternative), RFC 2047 (encoded
// words).
#pragma once

#include <string>
#include <string_view>

#include "notify/outgoing.h"

namespace weir {

/// A header's value: as it is when printable ASCII, else as encoded words of at most 75 bytes, folded.
/// Control characters become blanks first, so that no text can begin a header of its own.
[[nodiscard]] std::string encoded_header(std::string_view text);

/// Message-ID is made of the message's id, and so the same over all attempts.
[[nodiscard]] Mail render_email(const ChannelSettings& channel, const Message& message);

}  // namespace weir
