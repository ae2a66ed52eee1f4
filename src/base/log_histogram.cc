#include "base/log_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/encoded_buckets.h"
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
static_assert(LogHistogram::kCountMax == kBucketCountMax);

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
  for (const std::uint64_t cell : cells_) total += dense_ ? cell : count_of_cell(cell);
  return total;
}

void LogHistogram::clear() {
  cells_.clear();
  first_ = 0;
  dense_ = false;
}

std::uint64_t LogHistogram::rank_from_top(double fraction, std::uint64_t total) {
  // 0.07 * 100 is a little above 7 in binary: what is within rounding of a whole rank is that rank.
  const double exact = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(total) * (1 - 1e-12);
  return total - std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(exact)), 1, total) + 1;
}

Micros LogHistogram::percentile(double fraction, Micros largest) const {
  return top_percentile(fraction, count(), largest).value_or(Micros{0});
}

std::optional<Micros> LogHistogram::top_percentile(double fraction, std::uint64_t total,
                                                   Micros largest) const {
  if (total == 0) return std::nullopt;
  const std::uint64_t from_top = rank_from_top(fraction, total);
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

void LogHistogram::percentiles(std::span<const double> fractions, Micros largest,
                               std::span<Micros> out) const {
  const std::uint64_t total = count();
  std::size_t next = 0;
  const auto rank = [&] {
    return next < fractions.size() ? rank_from_top(fractions[next], total)
                                   : std::numeric_limits<std::uint64_t>::max();
  };
  if (total > 0) {
    std::uint64_t seen = 0;
    std::uint64_t wanted = rank();
    each([&](std::size_t bucket, std::uint64_t count) {
      seen += count;
      while (seen >= wanted) {
        out[next++] = std::min(Micros(static_cast<std::int64_t>(log_bucket_value(bucket))), largest);
        wanted = rank();
      }
      return next < fractions.size();
    });
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(next), out.end(), Micros(0));
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
