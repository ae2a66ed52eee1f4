#include "base/log_histogram.h"

#include <algorithm>
#include <cmath>

#include "base/log_buckets.h"
#include "base/varint.h"

namespace weir {
namespace {

/// Beyond so many buckets, looking for one costs more than the empty ones between them.
constexpr std::size_t kSparseMax = 32;
/// A dense histogram grows by so many buckets at least.
constexpr std::size_t kWidenBy = 128;

constexpr unsigned kCountBits = 53;
static_assert(kLogBuckets <= 1U << (64 - kCountBits));

constexpr std::size_t bucket_of_cell(std::uint64_t cell) {
  return static_cast<std::size_t>(cell >> kCountBits);
}
constexpr std::uint64_t count_of_cell(std::uint64_t cell) {
  return cell & LogHistogram::kCountMax;
}
constexpr std::uint64_t cell_of(std::size_t bucket, std::uint64_t count) {
  return static_cast<std::uint64_t>(bucket) << kCountBits | count;
}

/// Stops at the bound: in whatever order counts come together, the sum is the same.
constexpr std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) {
  return std::min(a + b, LogHistogram::kCountMax);
}

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::kCorrupt, "a histogram of durations is damaged");
}

/// A varint as put_varint writes it, with no byte more than needed. One and two bytes are nearly all.
inline bool take_shortest(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& value) {
  if (at == end) return false;
  value = *at++;
  if (value < 0x80) return true;
  if (at == end) return false;
  if (*at < 0x80) {
    value = (value & 0x7F) | static_cast<std::uint64_t>(*at) << 7;
    return *at++ != 0;
  }
  std::string_view rest(reinterpret_cast<const char*>(at - 1), static_cast<std::size_t>(end - at) + 1);
  if (!take_varint(rest, value)) return false;
  at = end - rest.size();
  return at[-1] != 0;
}

/// Walks through the buckets of an encoding, the highest first.
class EncodedBuckets {
 public:
  explicit EncodedBuckets(std::string_view data)
      : at_(reinterpret_cast<const std::uint8_t*>(data.data())), end_(at_ + data.size()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  /// False: these bytes are no encoding.
  bool next(std::size_t& bucket, std::uint64_t& count) {
    std::uint64_t token = 0;
    // Nearly always gap and count have a byte each; whether there is a count is anybody's guess, so it is
    // not branched on.
    if (end_ - at_ >= 2 && ((at_[0] | (at_[1] & -(at_[0] & 1))) & 0x80) == 0) {
      token = at_[0];
      const std::uint64_t counted = token & 1;
      count = 1 + ((std::uint64_t{at_[1]} + 1) & (0 - counted));
      at_ += 1 + counted;
    } else {
      if (!take_shortest(at_, end_, token)) return false;
      count = 1;
      if ((token & 1) != 0) {
        if (!take_shortest(at_, end_, count) || count > LogHistogram::kCountMax - 2) return false;
        count += 2;
      }
    }
    if (token / 2 >= above_) return false;
    bucket = above_ -= 1 + static_cast<std::size_t>(token / 2);
    return true;
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::size_t above_ = kLogBuckets;
};

/// Calls `visit(bucket, count)` for each bucket of an encoding, the highest first, down to `lowest`; false
/// when what was read is none.
template <class Visit>
inline bool each_encoded(std::string_view data, std::size_t lowest, Visit visit) {
  EncodedBuckets buckets(data);
  std::size_t bucket = 0;
  std::uint64_t count = 0;
  while (!buckets.done()) {
    if (!buckets.next(bucket, count)) return false;
    if (bucket < lowest) return true;
    visit(bucket, count);
  }
  return true;
}

}  // namespace

template <class Visit>
void LogHistogram::each(Visit visit) const {
  for (std::size_t i = cells_.size(); i-- > 0;) {
    const std::size_t bucket = dense_ ? first_ + i : bucket_of_cell(cells_[i]);
    const std::uint64_t count = dense_ ? cells_[i] : count_of_cell(cells_[i]);
    if (count != 0 && !visit(bucket, count)) return;
  }
}

void LogHistogram::count_sparse(std::size_t bucket, std::uint64_t count, std::size_t& position) {
  while (position > 0 && bucket_of_cell(cells_[position - 1]) > bucket) --position;
  if (position > 0 && bucket_of_cell(cells_[position - 1]) == bucket) {
    std::uint64_t& cell = cells_[position - 1];
    cell = cell_of(bucket, sum_of(count_of_cell(cell), count));
  } else if (cells_.size() < kSparseMax) {
    cells_.insert(cells_.begin() + static_cast<std::ptrdiff_t>(position), cell_of(bucket, count));
  } else {
    make_dense();
    dense_cell(bucket) = count;
  }
}

void LogHistogram::make_dense() {
  const std::vector<std::uint64_t> sparse = std::move(cells_);
  const std::size_t last = bucket_of_cell(sparse.back());
  first_ = static_cast<std::uint16_t>(bucket_of_cell(sparse.front()));
  cells_.assign(last - first_ + 1, 0);
  for (const std::uint64_t cell : sparse) cells_[bucket_of_cell(cell) - first_] = count_of_cell(cell);
  dense_ = true;
}

inline std::uint64_t& LogHistogram::dense_cell(std::size_t bucket) {
  if (bucket - first_ >= cells_.size()) widen(bucket);  // below first_ the difference is huge
  return cells_[bucket - first_];
}

void LogHistogram::widen(std::size_t bucket) {
  if (bucket >= first_) {
    cells_.resize(std::min(bucket - first_ + 1 + kWidenBy, kLogBuckets - first_));
    return;
  }
  const std::size_t first = bucket - std::min(bucket, kWidenBy);
  cells_.insert(cells_.begin(), first_ - first, 0);
  first_ = static_cast<std::uint16_t>(first);
}

void LogHistogram::count(std::size_t bucket, std::uint64_t count) {
  if (dense_) {
    std::uint64_t& cell = dense_cell(bucket);
    cell = sum_of(cell, count);
    return;
  }
  std::size_t position = cells_.size();
  count_sparse(bucket, count, position);
}

void LogHistogram::add(Micros duration, std::uint64_t count) {
  if (count == 0) return;
  const auto number = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  this->count(log_bucket_of(number), std::min(count, kCountMax));
}

void LogHistogram::merge(const LogHistogram& other) {
  if (&other == this) {
    const LogHistogram copy = other;
    return merge(copy);
  }
  std::size_t position = cells_.size();
  other.each([&](std::size_t bucket, std::uint64_t count) {
    if (dense_)
      this->count(bucket, count);
    else
      count_sparse(bucket, count, position);
    return true;
  });
}

Result<void> LogHistogram::merge(std::string_view encoded, std::size_t lowest) {
  std::size_t position = cells_.size();
  const bool sound = each_encoded(encoded, lowest, [&](std::size_t bucket, std::uint64_t count) {
    if (dense_) {
      std::uint64_t& cell = dense_cell(bucket);
      cell = sum_of(cell, count);
    } else {
      count_sparse(bucket, count, position);
    }
  });
  if (!sound) return damaged();
  return {};
}

std::size_t LogHistogram::head_size(std::string_view encoded, std::size_t lowest) {
  EncodedBuckets buckets(encoded);
  std::size_t bucket = 0;
  std::uint64_t count = 0;
  while (!buckets.done()) {
    const std::size_t size = encoded.size() - buckets.left();
    if (!buckets.next(bucket, count) || bucket < lowest) return size;
  }
  return encoded.size();
}

std::uint64_t LogHistogram::count() const {
  std::uint64_t total = 0;  // at most kLogBuckets * kCountMax, which fits
  each([&](std::size_t, std::uint64_t count) {
    total += count;
    return true;
  });
  return total;
}

void LogHistogram::clear() {
  cells_.clear();
  first_ = 0;
  dense_ = false;
}

Micros LogHistogram::percentile(double fraction, Micros largest) const {
  return top_percentile(fraction, count(), largest).value_or(Micros{0});
}

std::optional<Micros> LogHistogram::top_percentile(double fraction, std::uint64_t total,
                                                   Micros largest) const {
  if (total == 0) return std::nullopt;
  // 0.07 * 100 is a little above 7 in binary: what is within rounding of a whole rank is that rank.
  const double exact = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(total) * (1 - 1e-12);
  const std::uint64_t rank =
      std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(exact)), 1, total);
  const std::uint64_t from_top = total - rank + 1;
  std::uint64_t seen = 0;
  std::uint64_t value = 0;
  each([&](std::size_t bucket, std::uint64_t count) {
    seen += count;
    value = log_bucket_value(bucket);
    return seen < from_top;
  });
  if (seen < from_top) return std::nullopt;
  return std::min(Micros(static_cast<std::int64_t>(value)), largest);
}

std::size_t LogHistogram::top_bucket(double share) const {
  const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(count());
  double seen = 0;
  std::size_t found = 0;
  each([&](std::size_t bucket, std::uint64_t count) {
    seen += static_cast<double>(count);
    found = bucket;
    return seen < wanted;
  });
  return found;
}

void LogHistogram::encode(std::string& out) const {
  std::size_t above = kLogBuckets;
  each([&](std::size_t bucket, std::uint64_t count) {
    put_varint(out, (above - 1 - bucket) * 2 + (count > 1 ? 1 : 0));
    if (count > 1) put_varint(out, count - 2);
    above = bucket;
    return true;
  });
}

Result<LogHistogram> LogHistogram::decode(std::string_view encoded) {
  LogHistogram histogram;
  WEIR_TRY(histogram.merge(encoded));
  return histogram;
}

bool operator==(const LogHistogram& a, const LogHistogram& b) {
  std::string left;
  std::string right;
  a.encode(left);
  b.encode(right);
  return left == right;
}

}  // namespace weir
