// What the process tells its caller; documented in docs/command-line.md.
#pragma once

namespace weir {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;    // it was understood, and did not work
inline constexpr int kExitUsage = 2;     // the command line or the configuration is wrong
inline constexpr int kExitNoServer = 3;  // no server answers at the admin address

}  // namespace weir
