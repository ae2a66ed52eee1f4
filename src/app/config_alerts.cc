#include "admin/alert_settings_json.h"
#include "app/config_sections.h"
#include "app/settings_file.h"

namespace weir {
void read_alerts(ConfigSection& top, AlertSettings& alerts) {
  const YamlNode* node = top.node("alerts");
  if (node == nullptr || node->kind == YamlNode::Kind::kNull) return;
  FieldProblems problems;
  const boost::json::value document = to_json_value(*node);
  ObjectReader reader(document, problems, "alerts");
  AlertSettings read = read_alert_settings(reader);
  reader.finish();
  auto checked = problems.result();
  if (checked) {
    checked = validate(read);
    if (!checked) checked.error().detail.insert(0, "alerts.");
  }
  if (checked) {
    alerts = std::move(read);
    return;
  }
  const std::string& sentence = checked.error().detail;
  const std::string_view field = std::string_view(sentence).substr(0, sentence.find(": "));
  constexpr std::string_view kPrefix = "alerts.";
  const bool inside = field.starts_with(kPrefix) && field.find(' ') == std::string_view::npos;
  top.problem(inside ? line_of_field(*node, field.substr(kPrefix.size())) : node->line, sentence);
}

}  // namespace weir
