// One attempt on libcurl: its handle, what is sent, what came back.
#pragma once

#include <memory>
#include <string>

#include <curl/curl.h>

#include "base/result.h"
#include "notify/sender.h"

namespace weir {

/// Lives at one place: libcurl holds pointers to it.
class Transfer {
 public:
  /// An easy handle ready for curl_multi_add_handle.
  [[nodiscard]] static Result<std::unique_ptr<Transfer>> create(std::uint64_t tag, Outgoing outgoing,
                                                                const SenderOptions& options);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* handle() const { return handle_; }
  [[nodiscard]] std::uint64_t tag() const { return tag_; }
  /// After libcurl is done with it.
  [[nodiscard]] AttemptOutcome outcome(CURLcode result) const;

 private:
  Transfer(std::uint64_t tag, Outgoing outgoing, bool allow_private)
      : tag_(tag), outgoing_(std::move(outgoing)), allow_private_(allow_private) {}

  void set_common(const SenderOptions& options, const std::string& ca_file);
  void set_http(const HttpPost& post);
  void set_mail(const Mail& mail);
  [[nodiscard]] std::string explain(CURLcode result) const;
  [[nodiscard]] std::string shown_answer() const;

  static std::size_t receive(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t give(char* target, std::size_t size, std::size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  std::uint64_t tag_;
  Outgoing outgoing_;
  bool allow_private_;
  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;
  curl_slist* recipients_ = nullptr;
  std::size_t given_ = 0;  // of a mail's text
  std::string answer_;     // its first bytes
  std::string refused_;    // the special address that was not connected to
};

}  // namespace weir
