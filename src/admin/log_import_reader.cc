#include "admin/log_import_reader.h"

#include <algorithm>
#include <utility>

#include "usage/access_log_time.h"

namespace weir {
namespace {

constexpr std::size_t kPathMax = 8U << 10;  // as the gateway's own
constexpr std::size_t kMethodMax = 32;

/// A UUID for a call that had none: version 8 (RFC 9562, 5.8), made of the import and the position in it.
Uuid request_id_of(ImportId import, JournalPosition at) {
  Uuid id;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(import.value() >> (24 - 8 * i));
  id.bytes[6] = 0x80;
  id.bytes[8] = 0x80;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[10 + i] = static_cast<std::uint8_t>(at.bytes >> (40 - 8 * i));
  return id;
}

/// Of the window of that name; kNoWindow when there is none now.
std::uint8_t position_of(std::string_view name, const std::vector<LimitWindow>& windows) {
  if (name.empty()) return kNoWindow;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].name == name) return static_cast<std::uint8_t>(i);
  }
  return kNoWindow;
}

void note_unreadable(ImportReport& report, std::uint64_t offset, std::string reason) {
  ++report.unreadable;
  if (report.problems.size() < ImportReport::kProblemsMax)
    report.problems.push_back({offset, std::move(reason)});
}

}  // namespace

bool LogPiece::ends_inside_line() const {
  const auto last = text.rfind('\n');
  if (last == std::string::npos && inside_line) return true;
  return text.size() - (last == std::string::npos ? 0 : last + 1) > kAccessLogLineMax;
}

Result<void> LogImportReader::read(const LogPiece& piece, const ImportMoment& moment, ImportChunk& chunk,
                                   ImportReport& report) {
  chunk.journal = static_cast<JournalIndex>(kFirstImportJournal + id_.value());
  std::string_view rest = piece.text;
  bool passing = piece.inside_line;
  while (!rest.empty()) {
    const std::uint64_t begin = piece.end() - rest.size();
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (std::exchange(passing, false)) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (line.size() > kAccessLogLineMax) {
      note_unreadable(report, begin, "it is too long for a line of an access log");
      continue;
    }
    const auto parsed = parser_->parse(line);
    if (!parsed) {
      note_unreadable(report, begin, parsed.error().detail);
      continue;
    }
    if (const auto usable = check_log_time(parsed->at, moment.now); !usable) {
      note_unreadable(report, begin, usable.error().detail);
      continue;
    }
    WEIR_TRY(add(*parsed, {piece.end() - rest.size()}, moment, chunk, report));
  }
  return {};
}

Result<void> LogImportReader::add(const AccessLogLine& line, JournalPosition next, const ImportMoment& moment,
                                  ImportChunk& chunk, ImportReport& report) {
  ImportKeyLookup::Owner owner = fixed_key_;
  if (!owner.key && line.key.empty()) {
    ++report.without_key;
  } else if (!owner.key) {
    WEIR_TRY_ASSIGN(found, lookup_.find(line.key, moment.now));
    owner = found;
    if (!owner.key) ++report.unknown_keys;
  }
  ++report.calls;
  if (moment.kept_from && line.at < *moment.kept_from) ++report.not_kept;
  ImportChunk::Entry& entry = chunk.entries.emplace_back();
  entry.next = next;
  UsageRecord& record = entry.record;
  record.at = line.at;
  record.key = owner.key;
  record.user = owner.user;
  record.method = parse_method(line.method);
  if (record.method == Method::kOther) record.method_text = chunk.keep(line.method.substr(0, kMethodMax));
  record.status = line.status;
  record.response_time = line.response_time;
  record.upstream_time = std::min(line.upstream_time, line.response_time);
  record.bytes_in = line.bytes_in;
  record.bytes_out = line.bytes_out;
  record.outcome = line.outcome;
  record.refused_window = position_of(line.refused_window, moment.windows);
  record.shadow_limited = line.shadow_limited;
  if (const auto address = IpAddress::parse(line.client)) record.source = *address;
  if (const auto id = Uuid::parse(line.request_id)) {
    record.request_id = *id;
  } else if (is_sane_request_id(line.request_id) && line.request_id != "-") {
    record.request_id_text = chunk.keep(line.request_id);
  } else {
    record.request_id = request_id_of(id_, next);
  }
  record.path = chunk.keep(line.path.substr(0, kPathMax));
  return {};
}

}  // namespace weir
