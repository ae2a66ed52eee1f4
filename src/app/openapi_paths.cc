#include "app/openapi_paths.h"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/yaml_tree.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr YamlLimits kLimits = {.bytes = kOpenApiBytesMax, .nodes = 2'000'000, .depth = 128};
constexpr std::size_t kServersMax = 16;

/// JSON as the tree YAML gives: YAML's reader knows no surrogate pairs, which JSON writers are fond of.
YamlNodePtr tree_of(const json::value& value) {
  auto node = std::make_shared<YamlNode>();
  node->line = 0;
  if (const auto* object = value.if_object()) {
    node->kind = YamlNode::Kind::kMap;
    for (const auto& [key, member] : *object) node->entries.push_back({std::string(key), 0, tree_of(member)});
  } else if (const auto* array = value.if_array()) {
    node->kind = YamlNode::Kind::kSequence;
    for (const auto& item : *array) node->items.push_back(tree_of(item));
  } else if (!value.is_null()) {
    node->kind = YamlNode::Kind::kScalar;
    node->text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  }
  return node;
}

Result<YamlNodePtr> parse(std::string_view text, const std::string& file) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text[start] != '{') return parse_yaml(text, file, kLimits);
  if (text.size() > kLimits.bytes) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: at most {} bytes are read, this has {}", file, kLimits.bytes, text.size()));
  }
  json::error_code error;
  json::parse_options options;
  options.max_depth = kLimits.depth;
  const json::value value = json::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::kInvalid, fmt::format("{}: not JSON: {}", file, error.message()));
  return tree_of(value);
}

const YamlNode* member(const YamlNode& map, std::string_view name) {
  for (const YamlEntry& entry : map.entries) {
    if (entry.key == name) return entry.value.get();
  }
  return nullptr;
}

std::string text_of(const YamlNode& map, std::string_view name) {
  const YamlNode* node = member(map, name);
  return node != nullptr && node->kind == YamlNode::Kind::kScalar ? node->text : "";
}

/// `url` with the variables that have a default replaced by it.
std::string with_defaults(std::string url, const YamlNode& server) {
  const YamlNode* variables = member(server, "variables");
  if (variables == nullptr) return url;
  for (const YamlEntry& variable : variables->entries) {
    const std::string mark = fmt::format("{{{}}}", variable.key);
    const std::string value = text_of(*variable.value, "default");
    const std::size_t at = url.find(mark);
    if (at != std::string::npos && !value.empty()) url.replace(at, mark.size(), value);
  }
  return url;
}

/// The path of a server's URL, which may be relative, without a slash at the end.
std::string base_path(std::string url) {
  if (const std::size_t scheme = url.find("//"); scheme != std::string::npos) {
    const std::size_t path = url.find('/', scheme + 2);
    url = path == std::string::npos ? "" : url.substr(path);
  }
  url.resize(std::min(url.find_first_of("?#"), url.size()));
  while (url.ends_with('/') || url == ".") url.pop_back();
  if (url.starts_with("./")) url.erase(0, 1);
  if (!url.empty() && !url.starts_with('/')) url.insert(url.begin(), '/');
  return url;
}

std::vector<std::string> base_paths(const YamlNode& root) {
  std::vector<std::string> paths;
  const auto add = [&paths](std::string path) {
    if (paths.size() < kServersMax && std::find(paths.begin(), paths.end(), path) == paths.end()) {
      paths.push_back(std::move(path));
    }
  };
  if (member(root, "swagger") != nullptr) add(base_path(text_of(root, "basePath")));
  if (const YamlNode* servers = member(root, "servers")) {
    for (const YamlNodePtr& server : servers->items) {
      add(base_path(with_defaults(text_of(*server, "url"), *server)));
    }
  }
  if (paths.empty()) paths.emplace_back();
  return paths;
}

}  // namespace

Result<std::vector<OpenApiPath>> read_openapi_paths(std::string_view text, const std::string& file) {
  WEIR_TRY_ASSIGN(root, parse(text, file));
  const auto refuse = [&](int line, std::string_view sentence) {
    return fail(ErrorCode::kInvalid, fmt::format("{}:{}: {}", file, std::max(line, 1), sentence));
  };
  if (root->kind != YamlNode::Kind::kMap ||
      (!text_of(*root, "openapi").starts_with("3.") && !text_of(*root, "swagger").starts_with("2."))) {
    return refuse(root->line,
                  "an OpenAPI document begins with its version: 'openapi: 3.…' or 'swagger: 2.0'");
  }
  const YamlNode* described = member(*root, "paths");
  if (described == nullptr || described->kind == YamlNode::Kind::kNull) return std::vector<OpenApiPath>();
  if (described->kind != YamlNode::Kind::kMap) {
    return refuse(described->line, fmt::format("paths: is a mapping, not {}", described->kind_name()));
  }
  std::vector<OpenApiPath> paths;
  for (const std::string& base : base_paths(*root)) {
    for (const YamlEntry& entry : described->entries) {
      if (entry.key.starts_with("x-")) continue;  // an extension
      if (!entry.key.starts_with('/')) {
        return refuse(entry.line,
                      fmt::format("paths: a path begins with '/', not '{}'", entry.key.substr(0, 64)));
      }
      paths.push_back({base + entry.key, entry.line});
    }
  }
  return paths;
}

}  // namespace weir
