// TLS contexts: which certificate to show, whom to trust. TLS 1.2 and later.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace weir::net {

/// Shared by many streams; immutable once made; any thread.
class TlsContext {
 public:
  /// For a listener: PEM chain and key. kInvalid names the file and what is wrong with it.
  [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> server(const std::string& certificate_file,
                                                                        const std::string& key_file);
  /// For connecting: verifies the peer against `ca_file`, or the system's authorities when it is empty.
  [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> client(const std::string& ca_file);

  class Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  ~TlsContext();
  [[nodiscard]] Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::net
