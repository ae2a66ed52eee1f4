// The weekly digest of alerts: written when its hour has come, put into the outbox together with the memory
// of it, so that a kill neither loses a week nor tells it twice.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "alerts/alert_text.h"
#include "base/clock.h"
#include "base/result.h"
#include "notify/digest.h"
#include "notify/notifier.h"
#include "store/store.h"

namespace weir {

/// What the next digest would say if it were sent now.
struct DigestPreview {
  DigestWeek week;
  Letter letter;
};

/// Thread-safe. Every call blocks on the store, up to seconds where there are very many alerts.
class DigestService {
 public:
  struct Parts {
    AlertStore& store;
    OutboxStore& outbox;
    Notifier& notifier;  // its settings are those in force
    AlertNames names;
    std::string environment;
  };
  explicit DigestService(Parts parts) : parts_(std::move(parts)) {}

  /// Puts the digest that is due into the outbox. On an error nothing is lost: the next step tries the same.
  [[nodiscard]] Result<void> step(UtcTime now);

  [[nodiscard]] std::optional<DigestSettings> settings() const { return parts_.notifier.settings().digest; }
  /// Today so far and the six days before it; in UTC when no digest is set.
  [[nodiscard]] Result<DigestPreview> preview(UtcTime now);
  /// Sends the preview at once, through the outbox; changes nothing of when the next one is due. kConflict:
  /// no digest is set.
  [[nodiscard]] Result<Delivery> send(UtcTime now);

 private:
  [[nodiscard]] Result<DigestMemory> stored_memory();
  [[nodiscard]] Result<Letter> write(const DigestWeek& week, std::int16_t utc_offset_minutes);
  [[nodiscard]] Delivery delivery_of(const DigestSettings& settings, Letter letter, UtcTime now) const;

  Parts parts_;
  std::mutex steps_;                    // one at a time; held while the store is waited for
  std::optional<DigestMemory> memory_;  // guarded by steps_; what the store has, once it was read
};

}  // namespace weir
