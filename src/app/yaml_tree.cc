#include "app/yaml_tree.h"

#include <map>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace weir {
namespace {

int line_of(const YAML::Mark& mark) {
  return mark.is_null() ? 1 : mark.line + 1;
}

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& sentence) {
  throw YAML::ParserException(mark, sentence);  // ends in parse_yaml, like the parser's own
}

/// Builds the tree from the parser's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, anchor, std::make_shared<YamlNode>());
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) refuse(mark, "an alias inside of what it stands for never ends");
    place(mark, it->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!")
      refuse(mark, fmt::format("the tag '{}' is not supported", tag.substr(0, 64)));
    auto node = std::make_shared<YamlNode>();
    node->kind = YamlNode::Kind::kScalar;
    node->text = value;
    node->quoted = tag == "!";
    add(mark, anchor, std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] YamlNodePtr root() const { return root_; }

 private:
  struct Open {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    YAML::Mark mark;
    std::set<std::string> keys;                              // of a map, so far
    std::optional<std::pair<std::string, int>> pending_key;  // read, its value not yet
  };

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    if (stack_.size() >= limits_.depth)
      refuse(mark, fmt::format("nested deeper than {} levels", limits_.depth));
    if (!stack_.empty() && stack_.back().node->kind == YamlNode::Kind::kMap && !stack_.back().pending_key) {
      refuse(mark, "a key must be a plain word");
    }
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = line_of(mark);
    stack_.push_back({std::move(node), anchor, mark, {}, {}});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    add(done.mark, done.anchor, std::move(done.node));
  }

  void add(const YAML::Mark& mark, YAML::anchor_t anchor, std::shared_ptr<YamlNode> node) {
    node->line = line_of(mark);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    place(mark, std::move(node));
  }

  void place(const YAML::Mark& mark, YamlNodePtr node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    parent.node->nodes += node->nodes;
    if (parent.node->nodes > limits_.nodes) {
      refuse(mark, fmt::format("more than {} values", limits_.nodes));
    }
    if (parent.node->kind == YamlNode::Kind::kSequence) {
      parent.node->items.push_back(std::move(node));
    } else if (parent.pending_key) {
      auto [key, line] = std::move(*parent.pending_key);
      parent.pending_key.reset();
      parent.node->entries.push_back({std::move(key), line, std::move(node)});
    } else {
      if (node->kind != YamlNode::Kind::kScalar) refuse(mark, "a key must be a plain word");
      if (!parent.keys.insert(node->text).second) {
        refuse(mark, fmt::format("'{}' is given twice", node->text.substr(0, 64)));
      }
      parent.pending_key.emplace(node->text, line_of(mark));
    }
  }

  const YamlLimits limits_;
  YamlNodePtr root_ = std::make_shared<YamlNode>();
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, YamlNodePtr> anchors_;
};

}  // namespace

std::string_view YamlNode::kind_name() const {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return "a single value";
    case Kind::kSequence:
      return "a list";
    case Kind::kMap:
      return "a mapping";
  }
  return "";
}

Result<YamlNodePtr> parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: at most {} bytes are read, this has {}", file, limits.bytes, text.size()));
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(limits);
    if (!parser.HandleNextDocument(builder)) return builder.root();
    TreeBuilder second(limits);
    if (parser.HandleNextDocument(second) && second.root()->kind != YamlNode::Kind::kNull) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}:{}: a second document: only one is possible", file, second.root()->line));
    }
    return builder.root();
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::kInvalid, fmt::format("{}:{}: {}", file, line_of(error.mark), error.msg));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalid, fmt::format("{}:1: not YAML: {}", file, error.what()));
  }
}

}  // namespace weir
