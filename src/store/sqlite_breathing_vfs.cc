#include "store/sqlite_breathing_vfs.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <sqlite3.h>

#include "base/breath.h"

namespace weir {
namespace {

constexpr int kMethodsKnown = 3;  // the structures' version: a later library's has fields ours lacks
constexpr int kVfsKnown = 3;

/// What SQLite asks of a file, with writes and syncs replaced. https://www.sqlite.org/c3ref/io_methods.html
struct BreathingMethods : sqlite3_io_methods {
  explicit BreathingMethods(const sqlite3_io_methods& of) : sqlite3_io_methods(of), real(&of) {
    iVersion = std::min(iVersion, kMethodsKnown);
    xWrite = [](sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) noexcept {
      const auto& methods = static_cast<const BreathingMethods&>(*file->pMethods);
      const int code = methods.real->xWrite(file, bytes, size, offset);
      breathe();
      return code;
    };
    xSync = [](sqlite3_file* file, int flags) noexcept {
      const auto& methods = static_cast<const BreathingMethods&>(*file->pMethods);
      breathe();  // a sync is a long piece by itself
      const int code = methods.real->xSync(file, flags);
      breathe();
      return code;
    };
  }
  const sqlite3_io_methods* real;
};

/// A VFS has a table of methods for each way to lock a file.
const BreathingMethods* breathing(const sqlite3_io_methods* real) {
  // Never destroyed: a file may be closed after everything static is.
  static auto& mutex = *new std::mutex;
  static auto& known = *new std::map<const sqlite3_io_methods*, BreathingMethods>;
  const std::lock_guard lock(mutex);
  return &known.try_emplace(real, *real).first->second;
}

sqlite3_vfs* make_vfs() {
  const sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  if (real == nullptr) return nullptr;
  static const auto open_file = real->xOpen;
  static sqlite3_vfs vfs = *real;
  vfs.zName = "weir";
  vfs.iVersion = std::min(vfs.iVersion, kVfsKnown);
  vfs.xOpen = [](sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags,
                 int* opened_flags) noexcept {
    const int code = open_file(self, name, file, flags, opened_flags);
    if (file->pMethods != nullptr) file->pMethods = breathing(file->pMethods);
    return code;
  };
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? &vfs : nullptr;
}

}  // namespace

const char* sqlite_breathing_vfs() {
  static const sqlite3_vfs* const vfs = make_vfs();
  return vfs != nullptr ? vfs->zName : nullptr;
}

}  // namespace weir
