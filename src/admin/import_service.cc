#include "admin/import_service.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/audit_change.h"
#include "base/log.h"

namespace weir {
namespace {

JournalIndex journal_of(ImportId id) {
  return static_cast<JournalIndex>(kFirstImportJournal + id.value());
}

}  // namespace

std::string ImportOptions::to_json() const {
  boost::json::object out{{"format", to_string(log.format)}};
  if (key) out["key_id"] = key.value();
  if (!log.key_field.empty()) out["key_field"] = log.key_field;
  boost::json::object fields;
  for (const auto& [field, name] : log.names) fields[to_string(field)] = name;
  if (!fields.empty()) out["fields"] = std::move(fields);
  return boost::json::serialize(out);
}

Result<ImportOptions> ImportOptions::from_json(const std::string& text) {
  boost::json::error_code broken;
  const auto value = boost::json::parse(text, broken);
  const auto* object = broken ? nullptr : value.if_object();
  if (object == nullptr)
    return fail(ErrorCode::kCorrupt, "the options of an import are not what was written");
  ImportOptions options;
  WEIR_TRY_ASSIGN(format, parse_access_log_format(std::string_view(object->at("format").as_string())));
  options.log.format = format;
  if (const auto* key = object->if_contains("key_id")) options.key = KeyId(key->to_number<std::uint32_t>());
  if (const auto* field = object->if_contains("key_field"))
    options.log.key_field = field->as_string().c_str();
  if (const auto* fields = object->if_contains("fields")) {
    for (const auto& [name, own] : fields->as_object()) {
      if (const auto field = parse_access_log_field(name))
        options.log.names[*field] = own.as_string().c_str();
    }
  }
  return options;
}

Result<ImportState> ImportService::open(const Actor& actor, const LogImport& wanted,
                                        const ImportOptions& options) {
  if (options.key) {
    auto key = parts_.keys.get(options.key);
    if (!key && key.error().code == ErrorCode::kNotFound) {
      return fail(ErrorCode::kInvalid, fmt::format("key_id: there is no key {}", options.key.value()));
    }
    if (!key) return tl::unexpected<Error>(key.error());
  }
  LogImport import = wanted;
  import.options = options.to_json();
  WEIR_TRY_ASSIGN(known, parts_.imports.find(wanted.head_bytes, wanted.head_sha256));
  if (known) return reopen(actor, *std::move(known), import.options);
  return create(actor, std::move(import));
}

Result<ImportState> ImportService::create(const Actor& actor, LogImport import) {
  WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.imports.insert(import, parts_.clock.utc()));
    return audit_create("import", std::to_string(import.id.value()),
                        {{"name", import.name}, {"options", boost::json::parse(import.options)}});
  }));
  log::info("an access log is imported", {{"import_id", import.id.value()}, {"name", import.name}});
  return state_of(std::move(import));
}

Result<ImportState> ImportService::reopen(const Actor& actor, LogImport known, const std::string& options) {
  Session& session = session_of(known.id);
  const std::lock_guard lock(session.mutex);
  if (session.last_call_bytes > 0) {
    if (known.options == options) return state_locked(std::move(known), session);
    return fail(ErrorCode::kConflict,
                fmt::format("this file is import {} already, and was read with other options: {}",
                            known.id.value(), known.options));
  }
  if (known.options != options) {
    WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
      WEIR_TRY(parts_.imports.set_options(known.id, options));
      return audit_update("import", std::to_string(known.id.value()),
                          {{"options", boost::json::parse(known.options)}},
                          {{"options", boost::json::parse(options)}});
    }));
    known.options = options;
  }
  session.reader.reset();
  session.accepted_bytes = 0;
  session.inside_line = false;
  return state_locked(std::move(known), session);
}

Result<ImportState> ImportService::get(ImportId id) {
  WEIR_TRY_ASSIGN(import, parts_.imports.get(id));
  return state_of(std::move(import));
}

Result<std::vector<ImportState>> ImportService::list(ImportId after, std::size_t limit) {
  WEIR_TRY_ASSIGN(imports, parts_.imports.list(after, limit));
  std::vector<ImportState> states;
  states.reserve(imports.size());
  for (auto& import : imports) states.push_back(state_of(std::move(import)));
  return states;
}

ImportService::Session& ImportService::session_of(ImportId id) {
  const std::lock_guard lock(mutex_);
  auto& session = sessions_[id];
  if (!session) {
    session = std::make_unique<Session>();
    session->accepted_bytes = session->last_call_bytes = parts_.queue.committed(journal_of(id)).bytes;
  }
  return *session;
}

ImportState ImportService::state_of(LogImport import) {
  Session& session = session_of(import.id);
  const std::lock_guard lock(session.mutex);
  return state_locked(std::move(import), session);
}

ImportState ImportService::state_locked(LogImport import, const Session& session) const {
  const std::uint64_t stored = parts_.queue.committed(journal_of(import.id)).bytes;
  return {.import = std::move(import),
          .accepted_bytes = session.accepted_bytes,
          .stored_bytes = stored,
          .settled = stored >= session.last_call_bytes};
}

Result<std::unique_ptr<LogImportReader>> ImportService::make_reader(ImportId id) {
  WEIR_TRY_ASSIGN(import, parts_.imports.get(id));
  WEIR_TRY_ASSIGN(options, ImportOptions::from_json(import.options));
  ImportKeyLookup::Owner owner;
  if (options.key) {
    WEIR_TRY_ASSIGN(key, parts_.keys.get(options.key));
    owner = {key.id, key.user_id};
  }
  return std::make_unique<LogImportReader>(id, options.log, owner,
                                           ImportKeyLookup(parts_.keys, parts_.table));
}

Result<std::pair<ImportState, ImportReport>> ImportService::feed(ImportId id, std::uint64_t offset,
                                                                 std::string text) {
  WEIR_TRY_ASSIGN(import, parts_.imports.get(id));
  Session& session = session_of(id);
  ImportReport report;
  const std::lock_guard lock(session.mutex);
  if (offset != session.accepted_bytes) {
    return fail(ErrorCode::kConflict, fmt::format("offset: the next byte of import {} is {}, and not {}",
                                                  id.value(), session.accepted_bytes, offset));
  }
  if (!session.reader) {
    WEIR_TRY_ASSIGN(reader, make_reader(id));
    session.reader = std::move(reader);
  }
  const LogPiece piece{.text = std::move(text), .offset = offset, .inside_line = session.inside_line};
  const UtcTime now = parts_.clock.utc();
  const LimitSettings limits = parts_.limits();
  ImportChunk chunk;
  WEIR_TRY(session.reader->read(
      piece, {.now = now, .kept_from = parts_.calls_kept_from(now), .windows = limits.windows}, chunk,
      report));
  if (!chunk.entries.empty()) {
    const std::uint64_t last = chunk.entries.back().next.bytes;
    if (!parts_.queue.offer(chunk, kPatience))
      return std::pair(state_locked(std::move(import), session), ImportReport{});
    session.last_call_bytes = last;
  }
  session.accepted_bytes = piece.end();
  session.inside_line = piece.ends_inside_line();
  return std::pair(state_locked(std::move(import), session), std::move(report));
}

}  // namespace weir
