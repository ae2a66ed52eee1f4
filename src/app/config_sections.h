// The sections of the configuration, one reader each.
#pragma once

#include "app/config.h"
#include "app/config_reader.h"

namespace weir {

void read_gateway(ConfigSection& section, Config& config);
void read_admin(ConfigSection& section, Config& config);
void read_limits(ConfigSection& section, LimitSettings& limits);
void read_journal(ConfigSection& section, JournalConfig& journal);
void read_usage(ConfigSection& section, UsageConfig& usage);
void read_notify(ConfigSection& section, NotifySettings& notify);
/// "alerts": the same document as PUT /api/v1/alerts/settings takes.
void read_alerts(ConfigSection& top, AlertSettings& alerts);
void read_log(ConfigSection& section, LogConfig& log);

}  // namespace weir
