// Which endpoint each call belongs to. Knows the names, learns new ones within a bound.
//
// One thread, the pipeline's; `names` any thread. Nothing but the stored names, the rules and the calls in
// their order decides, and calls read again after a crash get what they got:
//
//   * A configured template always names its calls.
//   * A detected name is added, while fewer than `detected_max` are, by a call that shows the endpoint is
//   there: it
//     reached the upstream and was answered, but not with a status in which an API refuses what it does not
//     know (`shows_endpoint`).
//   * A call that shows nothing (404, refused by weir, …) is counted under a detected name only when that was
//     known before: settled when positions were last committed, or shown since by a call before it in the
//     same import (MetEndpoints).
//   * All others are "(other)". So a scanner adds no name.
//
// New names are to be stored (`unsaved`, `saved`) before calls that bear them are, so no call ever bears a
// name that a crash takes away; and because settling happens with the commit of positions, the same calls,
// read again in whatever batches, find the same names settled. Imported calls are read again when somebody
// sends them, perhaps long after other commits: their import remembers what was settled for them.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/journal_position.h"
#include "model/outcome.h"
#include "store/endpoint_row.h"
#include "usage/endpoint_names.h"
#include "usage/endpoint_rules.h"
#include "usage/met_endpoints.h"
#include "usage/text_hash.h"

namespace weir {

/// Whether an answer tells that the API has an endpoint at the path: true but for refusals of weir and the
/// statuses 400, 401, 403, 404, 405, 410 and 501.
[[nodiscard]] bool shows_endpoint(std::uint16_t status, Outcome outcome);

class EndpointTable {
 public:
  /// All names there can be: stored ones of earlier configurations count too. Beyond, everything new is
  /// "(other)".
  static constexpr std::size_t kNamesMax = 100'000;

  EndpointTable(SharedEndpointRules rules, const StoredEndpoints& stored);

  /// For the calls that follow.
  void set_rules(SharedEndpointRules rules);

  /// Of a call that may be read again: what was known where it stands.
  struct Known {
    EndpointId settled;           // names up to this one
    MetEndpoints* met = nullptr;  // and these, which the call may add to
    JournalPosition at = {};      // the call's end
  };

  /// The endpoint of a call; `path` without query. Amortised without allocation.
  [[nodiscard]] EndpointId classify(std::string_view path, std::uint16_t status, Outcome outcome) {
    return classify(path, status, outcome, {.settled = settled_, .met = nullptr, .at = {}});
  }
  [[nodiscard]] EndpointId classify(std::string_view path, std::uint16_t status, Outcome outcome,
                                    const Known& known);

  /// Valid until the next `classify`.
  [[nodiscard]] std::string_view name(EndpointId id) const;

  /// Names met and not stored yet, in the order of their ids.
  [[nodiscard]] std::span<const EndpointRow> unsaved() const { return std::span(rows_).subspan(saved_); }
  void saved() { saved_ = rows_.size(); }

  /// The last name calls that show nothing may be counted under: to be stored with positions.
  [[nodiscard]] EndpointId settled() const { return settled_; }
  [[nodiscard]] EndpointId newest() const { return EndpointId(static_cast<EndpointId::Value>(rows_.size())); }
  /// All names are settled: to be called after a commit of positions, or before the first, but not while
  /// calls that were read before a crash may be read again.
  void settle();

  /// Calls counted as "(other)" since the start for the sole reason that the table is full.
  [[nodiscard]] std::uint64_t crowded_out() const { return crowded_out_; }

  /// As of the last `publish`. Any thread.
  [[nodiscard]] SharedEndpointNames names() const;
  /// Lets other threads see the names so far.
  void publish();

 private:
  [[nodiscard]] EndpointId add(std::string_view name, bool detected);

  SharedEndpointRules rules_;
  std::vector<EndpointId> template_ids_;  // of the rules' templates; 0: not met yet
  std::vector<EndpointRow> rows_;         // id i + 1
  boost::unordered_flat_map<std::string, EndpointId, TextHash, std::equal_to<>> ids_;
  std::size_t detected_ = 0;
  std::size_t saved_ = 0;
  std::uint64_t crowded_out_ = 0;
  EndpointId settled_;
  std::string normal_;  // buffers
  std::string detected_name_;

  mutable std::mutex mutex_;
  SharedEndpointNames names_;  // guarded by mutex_
};

}  // namespace weir
