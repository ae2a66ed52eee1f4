#include "usage/template_trie.h"

#include <algorithm>
#include <functional>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include "usage/path_form.h"
#include "usage/template_detection.h"
#include "usage/text_hash.h"

namespace weir {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// One segment of a template: what stands before, between and behind its parameters. One literal: no
/// parameter.
struct Pattern {
  std::vector<std::string> literals;
  bool rest = false;  // {name*}

  [[nodiscard]] std::size_t literal_size() const {
    std::size_t size = 0;
    for (const std::string& literal : literals) size += literal.size();
    return size;
  }

  /// Whether `segment` is the literals in their order with at least a character for each parameter.
  [[nodiscard]] bool matches(std::string_view segment) const {
    const std::string& last = literals.back();
    if (!segment.starts_with(literals.front())) return false;
    segment.remove_prefix(literals.front().size());
    for (std::size_t i = 1; i + 1 < literals.size(); ++i) {
      const std::size_t found = segment.find(literals[i], 1);
      if (segment.empty() || found == std::string_view::npos) return false;
      segment.remove_prefix(found + literals[i].size());
    }
    return segment.size() > last.size() && segment.ends_with(last);
  }
};

bool is_parameter_name(std::string_view name) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$";
  return !name.empty() && name.size() <= kWordMax &&
         name.find_first_not_of(kCharacters) == std::string_view::npos;
}

/// Reads one segment; appends its name to `name`.
Result<Pattern> parse_segment(std::string_view segment, std::string& name) {
  Pattern pattern;
  for (;;) {
    const std::size_t open = segment.find('{');
    const std::string_view literal = segment.substr(0, open);
    if (literal.find('}') != std::string_view::npos)
      return fail(ErrorCode::kInvalid, "has a '}' without a '{'");
    pattern.literals.emplace_back();
    append_normal(literal, pattern.literals.back());
    name += pattern.literals.back();
    if (open == std::string_view::npos) return pattern;
    const std::size_t close = segment.find('}', open);
    if (close == std::string_view::npos) return fail(ErrorCode::kInvalid, "has a '{' without a '}'");
    std::string_view parameter = segment.substr(open + 1, close - open - 1);
    const bool whole = open == 0 && close + 1 == segment.size() && pattern.literals.size() == 1;
    if (whole && parameter.ends_with('*')) {
      pattern.rest = true;
      parameter.remove_suffix(1);
    }
    if (!is_parameter_name(parameter)) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("has a parameter whose name is not 1 to {} letters, digits and _-.$: '{}'",
                              kWordMax, parameter.substr(0, kWordMax)));
    }
    if (pattern.literals.size() > 1 && pattern.literals.back().empty()) {
      return fail(ErrorCode::kInvalid, "has two parameters with nothing between them");
    }
    name += segment.substr(open, close + 1 - open);
    segment.remove_prefix(close + 1);
  }
}

}  // namespace

struct TemplateTrie::Node {
  struct Branch {
    Pattern pattern;
    std::unique_ptr<Node> node;
  };

  boost::unordered_flat_map<std::string, std::unique_ptr<Node>, TextHash, std::equal_to<>> literals;
  std::vector<Branch> branches;  // the most literal first
  std::size_t leaf = kNone;      // the template that ends here
  std::size_t rest = kNone;      // the one whose {name*} begins here

  Node& child(Pattern pattern) {
    if (pattern.literals.size() == 1) {
      auto& node = literals[pattern.literals.front()];
      if (!node) node = std::make_unique<Node>();
      return *node;
    }
    for (Branch& branch : branches) {
      if (branch.pattern.literals == pattern.literals) return *branch.node;
    }
    const auto place = std::find_if(branches.begin(), branches.end(), [&](const Branch& other) {
      return other.pattern.literal_size() < pattern.literal_size();
    });
    return *branches.insert(place, Branch{std::move(pattern), std::make_unique<Node>()})->node;
  }

  /// `path`: what is left, with its slash. Every node is visited once at most: a path leads to it one way.
  [[nodiscard]] std::size_t match(std::string_view path) const {
    if (path.empty()) return leaf;
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(1, end - 1);
    const std::string_view left = path.substr(end);
    if (const auto found = literals.find(segment); found != literals.end()) {
      if (const std::size_t got = found->second->match(left); got != kNone) return got;
    }
    for (const Branch& branch : branches) {
      if (!branch.pattern.matches(segment)) continue;
      if (const std::size_t got = branch.node->match(left); got != kNone) return got;
    }
    return segment.empty() ? kNone : rest;
  }
};

TemplateTrie::TemplateTrie() : root_(std::make_unique<Node>()) {}
TemplateTrie::TemplateTrie(TemplateTrie&&) noexcept = default;
TemplateTrie& TemplateTrie::operator=(TemplateTrie&&) noexcept = default;
TemplateTrie::~TemplateTrie() = default;

Result<bool> TemplateTrie::add(std::string_view text) {
  if (!text.starts_with('/')) return fail(ErrorCode::kInvalid, "must begin with '/'");
  if (text.find_first_of("?#;") != std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "has a '?', '#' or ';': it is a path only");
  }
  if (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  std::string name;
  std::vector<Pattern> patterns;
  for (std::size_t at = 0; at < text.size() && text.size() > 1;) {
    const std::size_t start = at + 1;
    at = std::min(text.find('/', start), text.size());
    if (at == start) return fail(ErrorCode::kInvalid, "has an empty segment ('//')");
    if (!patterns.empty() && patterns.back().rest) {
      return fail(ErrorCode::kInvalid, "has a segment behind the {name*} that stands for all that follow");
    }
    name += '/';
    WEIR_TRY_ASSIGN(pattern, parse_segment(text.substr(start, at - start), name));
    patterns.push_back(std::move(pattern));
  }
  if (name.empty()) name += '/';
  if (name.size() > kTemplateMax) {
    return fail(ErrorCode::kInvalid,
                fmt::format("is at most {} bytes long, not {}", kTemplateMax, name.size()));
  }
  Node* node = root_.get();
  // The root is a path of one empty segment: its node is the one behind that.
  if (patterns.empty()) node = &node->child(Pattern{{""}, false});
  const bool rest = !patterns.empty() && patterns.back().rest;
  if (rest) patterns.pop_back();
  for (Pattern& pattern : patterns) node = &node->child(std::move(pattern));
  std::size_t& leaf = rest ? node->rest : node->leaf;
  if (leaf != kNone) return false;
  leaf = names_.size();
  names_.push_back(std::move(name));
  return true;
}

std::optional<std::size_t> TemplateTrie::match(std::string_view path) const {
  if (path.empty()) return std::nullopt;
  const std::size_t found = root_->match(path);
  return found == kNone ? std::nullopt : std::optional<std::size_t>(found);
}

}  // namespace weir
