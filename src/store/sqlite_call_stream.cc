// The days of the call log one after another, as a stream of their blocks.
#include <algorithm>

#include <fmt/format.h>

#include "store/sqlite_call_log.h"

namespace weir {

class SqliteCallLog::Stream final : public CallStream {
 public:
  Stream(SqliteCallLog& log, StreamedPaths paths) : log_(log), decoder_(paths) {}
  ~Stream() override { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Result<void> add_day(CallDay day, UtcTime from, UtcTime to) {
    auto reader = log_.take_reader(day);
    if (!reader && reader.error().code == ErrorCode::kNotFound) return {};
    if (!reader) return tl::unexpected<Error>(std::move(reader).error());
    auto places = (*reader)->places(from, to);
    log_.give_reader(std::move(*reader));
    if (!places) return named(day, places.error());
    for (const CallBlockPlace& place : *places) calls_ += place.rows;
    if (!places->empty()) days_.push_back({day, *std::move(places)});
    return {};
  }

  Result<bool> next(CallBatch& batch) override {
    while (day_ < days_.size()) {
      Day& day = days_[day_];
      if (block_ == day.places.size() || !open(day.day)) {
        close();
        day.places.clear();
        ++day_;
        block_ = 0;
        continue;
      }
      if (failed_) return tl::unexpected<Error>(*failed_);
      auto read = reader_->read(day.places[block_], decoder_, batch);
      if (!read) return named(day.day, read.error());
      ++block_;
      return true;
    }
    return false;
  }

  [[nodiscard]] UtcTime reached() const override {
    std::size_t block = block_;
    for (std::size_t day = day_; day < days_.size(); ++day, block = 0) {
      if (block < days_[day].places.size()) return days_[day].places[block].min_at;
    }
    return UtcTime::max();
  }
  [[nodiscard]] std::uint64_t calls() const override { return calls_; }

 private:
  struct Day {
    CallDay day;
    std::vector<CallBlockPlace> places;
  };

  /// False: the day was removed meanwhile.
  bool open(CallDay day) {
    if (reader_) return true;
    auto reader = log_.take_reader(day);
    if (reader) {
      reader_ = std::move(*reader);
      return true;
    }
    if (reader.error().code == ErrorCode::kNotFound) return false;
    failed_ = reader.error();
    return true;
  }
  void close() {
    if (reader_) log_.give_reader(std::move(reader_));
    reader_.reset();
  }
  [[nodiscard]] tl::unexpected<Error> named(CallDay day, Error error) const {
    error.detail = fmt::format("'{}': {}", (log_.folder_ / day.file_name()).string(), error.detail);
    return tl::unexpected<Error>(std::move(error));
  }

  SqliteCallLog& log_;
  std::vector<Day> days_;  // oldest first
  std::size_t day_ = 0;    // being read
  std::size_t block_ = 0;  // of it, next
  std::uint64_t calls_ = 0;
  std::unique_ptr<CallDayReader> reader_;
  std::optional<Error> failed_;
  CallBatchReader decoder_;
};

Result<std::unique_ptr<CallStream>> SqliteCallLog::stream(UtcTime from, UtcTime to, StreamedPaths paths) {
  WEIR_TRY_ASSIGN(days, list_call_days(folder_));
  std::reverse(days.begin(), days.end());
  auto stream = std::make_unique<Stream>(*this, paths);
  for (const CallDay day : days) {
    if (day < CallDay::of(from) || day > CallDay::of(to)) continue;
    WEIR_TRY(stream->add_day(day, from, to));
  }
  return std::unique_ptr<CallStream>(std::move(stream));
}

}  // namespace weir
