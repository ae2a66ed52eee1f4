// How a report looks, on a screen and on paper.
#pragma once

#include <string_view>

namespace weir {

inline constexpr std::string_view kReportStyle = R"(
:root { --ink: #1d2733; --soft: #5b6875; --rule: #d9dfe6; --bar: #dbe7f5; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #f4f6f8; font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 28px 24px; background: #fff; }
h1 { margin: 0; font-size: 26px; }
h2 { margin: 0 0 8px; font-size: 16px; }
small, header p, footer { color: var(--soft); font-weight: normal; }
header p { margin: 2px 0 18px; }
section { margin: 0 0 26px; break-inside: avoid; }
section > p { margin: 0; color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(125px, 1fr)); gap: 10px; }
.tile { border: 1px solid var(--rule); border-radius: 6px; padding: 8px 12px; }
.tile span, .tile i { display: block; color: var(--soft); font-size: 12px; font-style: normal; min-height: 1.45em; }
.tile b { display: block; font-size: 20px; white-space: nowrap; }
.plot { width: 100%; height: auto; font-size: 11px; }
.plot text { fill: var(--soft); }
.plot .grid { stroke: var(--rule); stroke-width: 1; }
.plot .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.plot .tip { fill: transparent; }
.plot .tip:hover { fill: rgba(29, 39, 51, .08); }
.two { columns: 2 460px; column-gap: 28px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 6px; text-align: left; border-bottom: 1px solid var(--rule); }
th { color: var(--soft); font-weight: 600; font-size: 12px; }
td:first-child { overflow-wrap: anywhere; }
.n { text-align: right; white-space: nowrap; }
.bar { background: linear-gradient(to left, var(--bar) var(--part), transparent 0); }
footer { border-top: 1px solid var(--rule); padding-top: 8px; font-size: 12px; }
@page { margin: 14mm; }
@media print {
  body { background: #fff; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .bar, .plot rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)";

}  // namespace weir
