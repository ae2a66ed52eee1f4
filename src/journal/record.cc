#include "journal/record.h"

#include <algorithm>
#include <cstring>

#include "base/crc32c.h"

namespace weir::journal {
namespace {

/// In place of request_id_text_size, where no record can have it.
constexpr std::uint8_t kEndMarkSize = 0xFF;
static_assert(kRequestIdMax < kEndMarkSize);

constexpr std::uint8_t kShadowFlag = 1;

struct EndMark {
  std::uint32_t crc;
  std::uint16_t tag;
  std::uint8_t request_id_text_size;
  std::uint8_t method_text_size;
};
static_assert(sizeof(EndMark) == kEndMarkBytes);

/// Spread over 16 bits, so that neighbouring positions and those one segment apart differ.
std::uint16_t tag_of(JournalPosition at) noexcept {
  return static_cast<std::uint16_t>((at.bytes * 0x9E37'79B9'7F4A'7C15ULL) >> 48U);
}

std::uint32_t checksum(JournalPosition at, const std::byte* record, std::size_t size) noexcept {
  const std::uint32_t seed = crc32c(&at.bytes, sizeof at.bytes);
  return crc32c(record + sizeof(RecordHead::crc), size - sizeof(RecordHead::crc), seed);
}

struct TextSizes {
  std::size_t path, request_id, method;
  [[nodiscard]] std::size_t record() const noexcept {
    return (kRecordMin + path + request_id + method + kRecordAlign - 1) & ~(kRecordAlign - 1);
  }
};

TextSizes sizes_of(const UsageRecord& record) noexcept {
  return {std::min(record.path.size(), kPathMax), std::min(record.request_id_text.size(), kRequestIdMax),
          std::min(record.method_text.size(), kMethodTextMax)};
}

std::byte* put_text(std::byte* out, std::string_view text, std::size_t size) noexcept {
  if (size != 0) std::memcpy(out, text.data(), size);
  return out + size;
}

std::string_view text_at(const std::byte* at, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(at), size};
}

/// Reads and verifies the head at `at`. True: `head` is a record's, and all of it is within `bytes`.
Probe verify(std::span<const std::byte> bytes, JournalPosition at, RecordHead& head) noexcept {
  if (bytes.size() < kEndMarkBytes) return {};
  EndMark mark;
  std::memcpy(&mark, bytes.data(), sizeof mark);
  if (mark.tag != tag_of(at)) return {};
  if (mark.request_id_text_size == kEndMarkSize) {
    const bool whole = mark.crc == checksum(at, bytes.data(), kEndMarkBytes);
    return {whole ? Found::kEndMark : Found::kNothing, 0};
  }
  if (bytes.size() < kRecordMin) return {};
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.path_size > kPathMax || head.request_id_text_size > kRequestIdMax ||
      head.method_text_size > kMethodTextMax) {
    return {};
  }
  const std::size_t size =
      TextSizes{head.path_size, head.request_id_text_size, head.method_text_size}.record();
  if (size > bytes.size() || head.crc != checksum(at, bytes.data(), size)) return {};
  if (head.method > static_cast<std::uint8_t>(Method::kPatch) || head.outcome >= kOutcomeCount) return {};
  return {Found::kRecord, size};
}

}  // namespace

std::size_t record_size(const UsageRecord& record) noexcept {
  return sizes_of(record).record();
}

void encode_record(const UsageRecord& record, JournalPosition at, std::byte* out, std::size_t size) noexcept {
  const TextSizes texts = sizes_of(record);
  const RecordHead head{
      .crc = 0,
      .tag = tag_of(at),
      .request_id_text_size = static_cast<std::uint8_t>(texts.request_id),
      .method_text_size = static_cast<std::uint8_t>(texts.method),
      .time_us = record.at.time_since_epoch().count(),
      .key = record.key.value(),
      .user = record.user.value(),
      .response_us = record.response_time.count(),
      .upstream_us = record.upstream_time.count(),
      .bytes_in = record.bytes_in,
      .bytes_out = record.bytes_out,
      .source = record.source.bytes,
      .request_id = record.request_id.bytes,
      .status = record.status,
      .path_size = static_cast<std::uint16_t>(texts.path),
      .method = static_cast<std::uint8_t>(record.method),
      .outcome = static_cast<std::uint8_t>(record.outcome),
      .refused_window = record.refused_window,
      .flags = record.shadow_limited ? kShadowFlag : std::uint8_t{0},
  };
  // The padding first, so that the texts may be written over its beginning.
  std::memset(out + size - kRecordAlign, 0, kRecordAlign);
  std::memcpy(out, &head, sizeof head);
  std::byte* text = put_text(out + sizeof head, record.path, texts.path);
  text = put_text(text, record.request_id_text, texts.request_id);
  put_text(text, record.method_text, texts.method);
  const std::uint32_t crc = checksum(at, out, size);
  std::memcpy(out, &crc, sizeof crc);
}

void encode_end_mark(JournalPosition at, std::byte* out) noexcept {
  EndMark mark{.crc = 0, .tag = tag_of(at), .request_id_text_size = kEndMarkSize, .method_text_size = 0};
  std::memcpy(out, &mark, sizeof mark);
  mark.crc = checksum(at, out, kEndMarkBytes);
  std::memcpy(out, &mark, sizeof mark);
}

Probe probe_record(std::span<const std::byte> bytes, JournalPosition at) noexcept {
  RecordHead head;
  return verify(bytes, at, head);
}

Decoded decode_record(std::span<const std::byte> bytes, JournalPosition at) noexcept {
  RecordHead head;
  const Probe probe = verify(bytes, at, head);
  Decoded decoded{.found = probe.found, .size = probe.size, .record = {}};
  if (probe.found != Found::kRecord) return decoded;
  UsageRecord& record = decoded.record;
  record.at = UtcTime(Micros(head.time_us));
  record.key = KeyId(head.key);
  record.user = UserId(head.user);
  record.method = static_cast<Method>(head.method);
  record.outcome = static_cast<Outcome>(head.outcome);
  record.status = head.status;
  record.refused_window = head.refused_window;
  record.shadow_limited = (head.flags & kShadowFlag) != 0;
  record.response_time = Micros(head.response_us);
  record.upstream_time = Micros(head.upstream_us);
  record.bytes_in = head.bytes_in;
  record.bytes_out = head.bytes_out;
  record.source.bytes = head.source;
  record.request_id.bytes = head.request_id;
  const std::byte* text = bytes.data() + sizeof head;
  record.path = text_at(text, head.path_size);
  record.request_id_text = text_at(text + head.path_size, head.request_id_text_size);
  record.method_text = text_at(text + head.path_size + head.request_id_text_size, head.method_text_size);
  return decoded;
}

}  // namespace weir::journal
