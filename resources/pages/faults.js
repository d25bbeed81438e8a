// SPDX-License-Identifier: LGPL-3.0-or-later
// Why the service refused a request, at the fields concerned.

function showFaults(answer) {
  const others = [];
  const detail = answer && answer.detail;
  for (const fault of Array.isArray(detail) ? detail : []) {
    const [, key, params, name] = fault.loc;
    const part = parts.find((one) => one.kind.key === key);
    const owner = part && params === "params" && part.controls.find((one) => one.name === name);
    const where = fault.loc.slice(4).join(" → ");
    if (owner && byId("raw-box").hidden) owner.blame((where ? where + ": " : "") + fault.msg);
    else others.push(fault.loc.join(" → ") + ": " + fault.msg);
  }
  if (typeof detail === "string") others.push(detail);
  byId("faults").textContent = others.join("\n");
  byId("faults").hidden = others.length === 0;
}
