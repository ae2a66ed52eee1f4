#include "notify/sender.h"

#include <map>

#include <curl/curl.h>

#include "notify/transfer.h"

namespace weir {
namespace {

class CurlSender final : public Sender {
 public:
  CurlSender(CURLM* multi, SenderOptions options) : multi_(multi), options_(std::move(options)) {}
  ~CurlSender() override {
    for (const auto& [handle, transfer] : transfers_) curl_multi_remove_handle(multi_, handle);
    transfers_.clear();
    curl_multi_cleanup(multi_);
  }

  Result<void> start(std::uint64_t tag, Outgoing outgoing) override {
    WEIR_TRY_ASSIGN(transfer, Transfer::create(tag, std::move(outgoing), options_));
    CURL* handle = transfer->handle();
    if (curl_multi_add_handle(multi_, handle) != CURLM_OK) {
      return fail(ErrorCode::kInternal, "libcurl does not take another transfer", true);
    }
    transfers_.emplace(handle, std::move(transfer));
    return {};
  }

  std::vector<Finished> wait(Millis patience) override {
    int running = 0;
    curl_multi_perform(multi_, &running);
    auto finished = collect();
    if (!finished.empty() || patience.count() <= 0) return finished;
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(patience.count()), nullptr);
    curl_multi_perform(multi_, &running);
    return collect();
  }

  std::size_t in_flight() const override { return transfers_.size(); }
  void allow_private_targets(bool allow) override { options_.allow_private_targets = allow; }
  void wake() override { curl_multi_wakeup(multi_); }

 private:
  std::vector<Finished> collect() {
    std::vector<Finished> finished;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode result = message->data.result;
      const auto found = transfers_.find(message->easy_handle);
      if (found == transfers_.end()) continue;
      finished.push_back({found->second->tag(), found->second->outcome(result)});
      curl_multi_remove_handle(multi_, found->first);
      transfers_.erase(found);
    }
    return finished;
  }

  CURLM* multi_;
  SenderOptions options_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace

Result<std::unique_ptr<Sender>> Sender::create(SenderOptions options) {
  static const bool initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CURLM* multi = initialized ? curl_multi_init() : nullptr;
  if (multi == nullptr) return fail(ErrorCode::kInternal, "libcurl cannot be initialized");
  return std::make_unique<CurlSender>(multi, std::move(options));
}

}  // namespace weir
