// SPDX-License-Identifier: LGPL-3.0-or-later
// The form that makes a request: one part each for task, storage and callback.

const isNumber = (text) => /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text);

// One control for one parameter. text() gives its JSON, or null to leave it out.
function control(name, given, required, example) {
  const schema = resolved(given);
  const id = "field-" + Math.random().toString(36).slice(2);
  let input;
  let text;
  const choices = schema.enum || (schema.type === "boolean" ? [true, false] : null);
  if (choices) {
    input = el("select", { id });
    if (!required) input.append(el("option", { value: "" }, "(left out)"));
    for (const value of choices) input.append(el("option", { value: JSON.stringify(value) }, String(value)));
    text = () => input.value || null;
    if (example !== undefined) input.value = JSON.stringify(example);
  } else if (schema.type === "string") {
    input = el("input", { id, type: "text", spellcheck: false });
    text = () => (input.value === "" && !required ? null : JSON.stringify(input.value));
    if (example !== undefined) input.value = String(example);
  } else if (schema.type === "integer" || schema.type === "number") {
    input = el("input", { id, type: "text", class: "mono", inputMode: "decimal" });
    text = () => {
      const typed = input.value.trim();
      if (typed === "") return required ? '""' : null;
      return isNumber(typed) ? typed : JSON.stringify(typed);
    };
    if (example !== undefined) input.value = String(example);
  } else {
    input = el("textarea", { id, rows: 2, spellcheck: false, placeholder: "JSON" });
    text = () => {
      const typed = input.value.trim();
      if (typed === "") return null;
      try { JSON.parse(typed); return typed; } catch { return JSON.stringify(typed); }
    };
    if (example !== undefined) input.value = JSON.stringify(example);
  }
  if (schema.default !== undefined && "placeholder" in input) input.placeholder = JSON.stringify(schema.default);
  const fault = el("small", { class: "fault", hidden: true, id: id + "-fault" });
  input.setAttribute("aria-describedby", fault.id);
  const hint = [schema.description, limitsText(schema)].filter(Boolean).join(" · ");
  const box = el("div", { class: "field" },
    el("label", { htmlFor: id }, el("span", { class: required ? "must" : "" }, name), el("em", {}, typeText(given))),
    input, hint ? el("small", {}, hint) : null, fault);
  return {
    box, name, text,
    blame(message) {
      fault.textContent = message;
      fault.hidden = !message;
      box.classList.toggle("wrong", Boolean(message));
      input.setAttribute("aria-invalid", message ? "true" : "false");
    },
  };
}

function makePart(kind) {
  const list = entries(kind);
  const select = el("select", { "aria-label": kind.legend });
  for (const entry of list) select.append(el("option", {}, entry.name));
  const fields = el("div");
  const part = { kind, select, controls: [] };
  part.show = () => {
    const entry = list[select.selectedIndex] || { params: {}, about: "" };
    const properties = entry.params.properties || {};
    const required = entry.params.required || [];
    part.controls = Object.keys(properties).map((name) =>
      control(name, properties[name], required.includes(name), resolved(properties[name]).example));
    part.open = Object.keys(properties).length === 0 && entry.params.additionalProperties !== false
      ? control("params", { type: "object", description: "Any object" }, false, undefined) : null;
    fields.replaceChildren(...(entry.about ? [el("small", { class: "dim" }, entry.about.split("\n")[0])] : []),
      ...part.controls.map((one) => one.box), ...(part.open ? [part.open.box] : []));
  };
  part.text = () => {
    const members = part.controls.map((one) => [one.name, one.text()]).filter(([, value]) => value !== null)
      .map(([name, value]) => JSON.stringify(name) + ": " + value);
    const params = part.open ? part.open.text() || "{}" : "{" + members.join(", ") + "}";
    return JSON.stringify(kind.key) + ': {"name": ' + JSON.stringify(select.value) + ', "params": ' + params + "}";
  };
  select.addEventListener("change", part.show);
  part.box = el("fieldset", {}, el("legend", {}, kind.legend), select, fields);
  part.show();
  return part;
}

let parts = [];
const body = () => (byId("raw-box").hidden
  ? "{" + parts.map((part) => part.text()).join(",\n ") + "}" : byId("raw").value);
