#include "app/table.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::string_view kGap = "  ";

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string printable(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t used = 0;
  const std::size_t room = display_width(text) <= width ? width : width - std::min<std::size_t>(width, 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_character(text[i]) && ++used > room) {
      if (width > 0) out += "…";
      return out;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
    if (byte < 0x20 || byte == 0x7F || c1) {
      out += '?';
      if (c1) ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

/// The natural widths, or with the widest columns that may be cut brought down until the table fits.
std::vector<std::size_t> Table::fit(std::size_t width) const {
  std::vector<std::size_t> widths;
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = display_width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i]));
    widths.push_back(widest);
    total += widest + (i == 0 ? 0 : kGap.size());
  }
  while (width != 0 && total > width) {
    std::size_t best = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool may = columns_[i].width_min != 0 && widths[i] > columns_[i].width_min;
      if (may && (best == columns_.size() || widths[i] > widths[best])) best = i;
    }
    if (best == columns_.size()) break;
    --widths[best];
    --total;
  }
  return widths;
}

std::string Table::render(std::size_t width) const {
  const auto widths = fit(width);
  std::string out;
  const auto line = [&](auto cell_of) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i != 0) text += kGap;
      const std::string cell = printable(cell_of(i), widths[i]);
      const std::string pad(widths[i] - std::min(widths[i], display_width(cell)), ' ');
      text += columns_[i].align == Align::kRight ? pad + cell : cell + pad;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) line([&](std::size_t i) -> const std::string& { return row[i]; });
  return out;
}

}  // namespace weir
