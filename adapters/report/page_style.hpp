#pragma once

#include <string_view>

namespace simtrail::report {

inline constexpr std::string_view page_style = R"(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#667085;--line:#e3e7ee;--truth:#475467;
--high:#0e9f6e;--medium:#2f7de1;--low:#e8961e;--none:#98a2b3;--worst:#d92d4a;--site:#8a63c7}
@media(prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#171e28;--ink:#e6eaf0;--soft:#93a0b4;--line:#2a3443;--truth:#c3ccda;
--high:#34d399;--medium:#60a5fa;--low:#fbbf24;--none:#6b7788;--worst:#fb7185;--site:#b79cf0}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}h1{font-size:26px;margin:0}h2{font-size:17px;margin:0 0 12px}
p{color:var(--soft);margin:4px 0 20px}section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px;margin:16px 0;overflow-x:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tile b{display:block;font-size:24px;font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:13px}
svg{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}svg text{fill:var(--soft);text-anchor:middle}
.map{background:var(--bg);border-radius:8px}.radii circle{fill:var(--medium);fill-opacity:.025;stroke:var(--medium);stroke-opacity:.22}
path.site{fill:var(--site);fill-opacity:.6}path.learnt{fill:none;stroke:var(--site);stroke-opacity:.7}
.site,.learnt{--c:var(--site)}.legend .site i,.legend .learnt i{border-radius:0;clip-path:polygon(50% 0,100% 100%,0 100%)}.legend .learnt i{opacity:.5}
.note{margin:8px 0 0;font-size:13px}.truth{fill:none;stroke:var(--truth);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round;opacity:.65}
.dots{fill:none;stroke-width:5;stroke-linecap:round;stroke-opacity:.75}.high{--c:var(--high)}.medium{--c:var(--medium)}.low{--c:var(--low)}.none{--c:var(--none)}
.dots{stroke:var(--c)}.worst line{stroke:var(--worst);stroke-width:1.3;stroke-dasharray:4 3}.worst circle{fill:var(--worst)}.worst text{fill:#fff;font-size:10px;font-weight:700;pointer-events:none}
.scale path{fill:none;stroke:var(--ink);stroke-width:2}.scale .north{fill:var(--ink);stroke:none}.scale text{fill:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin-top:12px;color:var(--soft);font-size:13px}.legend i{display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:6px;background:var(--c)}
.cases{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:12px}
.case{background:var(--bg);border-radius:8px}.case .radius{fill:var(--medium);fill-opacity:.08;stroke:var(--medium);stroke-opacity:.6}.case .off{stroke:var(--worst);stroke-dasharray:4 3}
.case .estimate{fill:var(--medium)}.case .known{fill:var(--bg);stroke:var(--truth);stroke-width:2.5}.case .number{fill:var(--ink);font-weight:700}
.line0{--c:var(--medium)}.line1{--c:var(--low)}.line2{--c:var(--high)}.line3{--c:var(--worst)}.line4{--c:var(--site)}.line5{--c:var(--none)}
.promise{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:6 4}.dots.small{stroke-width:3;stroke-opacity:.5}
.grid{stroke:var(--line)}.curve .y{text-anchor:end}.cdf{fill:none;stroke:var(--c);stroke-width:2.5}.curve path.mark{stroke:var(--soft);stroke-dasharray:3 3}.curve circle.mark{fill:var(--worst)}.curve text.mark{fill:var(--ink);text-anchor:start;font-weight:600}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:6px 7px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:500;font-size:13px}th:first-child,td:first-child,.t{text-align:left}.t{white-space:normal}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--truth:#333}main{max-width:none;padding:0}section,.tile{break-inside:avoid;border-color:#bbb}*{print-color-adjust:exact}})";

}  // namespace simtrail::report
