// SPDX-License-Identifier: LGPL-3.0-or-later
// The form that makes a request: one part each for task, storage and callback.

const isNumber = (text) => /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text);

// Why a text is not JSON, or nothing. Browsers differ in how they say where.
function jsonFault(text) {
  try { JSON.parse(text); return ""; } catch (error) {
    const place = /line (\d+),? column (\d+)/.exec(error.message);
    const offset = /position (\d+)/.exec(error.message);
    const end = /end of/.test(error.message) ? text.length : undefined;
    const before = offset || end ? text.slice(0, offset ? Number(offset[1]) : end).split("\n") : null;
    const [line, column] = place ? place.slice(1) : before ? [before.length, before.at(-1).length + 1] : [];
    const why = error.message.replace(/^JSON\.parse: /, "")
      .replace(/,? (in JSON )?at (position|line) .*$/, "").replace(/, (\.\.\.)?".*is not valid JSON$/s, "");
    return "This is not JSON: " + (line ? "line " + line + ", column " + column + ": " : "") + why + ".";
  }
}

const written = (value) => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

// Kinds of input. Each gives its element, text() as JSON or null to leave it out, and set(value).

function choiceInput(id, choices, schema, required) {
  const left = schema.default === undefined ? "(left out)" : "default " + schema.default;
  const input = el("select", { id },
    ...(required ? [] : [el("option", { value: "" }, left)]),
    ...choices.map((value) => el("option", { value: JSON.stringify(value) }, String(value))));
  const set = (value) => { input.value = value === undefined ? "" : JSON.stringify(value); };
  return { input, text: () => input.value || null, set };
}

function textInput(id, schema, required) {
  const input = el("input", { id, type: "text", spellcheck: false });
  const text = () => (input.value === "" && !required ? null : JSON.stringify(input.value));
  return { input, text, set: (value) => { input.value = written(value); } };
}

function numberInput(id) {
  const input = el("input", { id, type: "text", inputMode: "decimal" });
  const text = () => {
    const typed = input.value.trim();
    return typed === "" ? null : isNumber(typed) ? typed : JSON.stringify(typed);
  };
  return { input, text, set: (value) => { input.value = written(value); } };
}

// Any JSON. What is not JSON goes as a text, where a text may stand; else fault() says what is wrong.
function jsonInput(id, schema) {
  const input = el("textarea", { id, rows: 2, spellcheck: false, placeholder: "JSON" });
  const note = el("small", { class: "note", hidden: true });
  const typed = () => input.value.trim();
  const asText = () => typed() !== "" && allowsText(schema) && jsonFault(typed()) !== "";
  const show = () => {
    note.hidden = !asText();
    note.textContent = asText() ? "Sent as the text " + JSON.stringify(typed()) + "." : "";
  };
  input.addEventListener("input", show);
  return {
    input, note,
    text: () => (typed() === "" ? null : asText() ? JSON.stringify(typed()) : typed()),
    set: (value) => { input.value = value === undefined ? "" : JSON.stringify(value, null, 2); show(); },
    fault: () => (typed() === "" || allowsText(schema) ? "" : jsonFault(typed())),
  };
}

function inputFor(id, schema, required) {
  const choices = schema.enum || (schema.type === "boolean" ? [true, false] : null);
  if (choices) return choiceInput(id, choices, schema, required);
  if (schema.type === "string") return textInput(id, schema, required);
  if (schema.type === "integer" || schema.type === "number") return numberInput(id);
  return jsonInput(id, schema);
}

function fieldLabel(id, name, given, required) {
  return el("label", { htmlFor: id }, el("span", { class: "name" }, name),
    required ? el("span", { class: "must" }, "required") : null, el("em", {}, typeText(given)));
}

// One control for one parameter, with its help and what is wrong with it.
function control(name, given, required) {
  const schema = resolved(given);
  const id = "field-" + Math.random().toString(36).slice(2);
  const made = inputFor(id, schema, required);
  const { input } = made;
  if (schema.default !== undefined && "placeholder" in input) {
    input.placeholder = "default " + written(schema.default);
  }
  const limits = limitsText(schema);
  const range = limits && limits[0].toUpperCase() + limits.slice(1) + ".";
  const hint = [schema.description, range].filter(Boolean).join(" ");
  const help = hint ? el("small", { id: id + "-help" }, hint) : null;
  const fault = el("small", { class: "fault", hidden: true, id: id + "-fault" });
  input.setAttribute("aria-describedby", (help ? help.id + " " : "") + fault.id);
  if (required) input.setAttribute("aria-required", "true");
  const box = el("div", { class: "field" }, fieldLabel(id, name, given, required), input, made.note, help, fault);
  const blame = (message) => {
    fault.textContent = message;
    fault.hidden = !message;
    box.classList.toggle("wrong", Boolean(message));
    input.setAttribute("aria-invalid", message ? "true" : "false");
  };
  if (schema.example !== undefined) made.set(schema.example);
  const faultOf = made.fault || (() => "");
  return { box, name, blame, text: made.text, set: made.set, fault: faultOf, focus: () => input.focus() };
}

function objectText(members, indent) {
  if (members.length === 0) return "{}";
  const lines = members.map(([name, value]) => indent + "  " + JSON.stringify(name) + ": " + value);
  return "{\n" + lines.join(",\n") + "\n" + indent + "}";
}

// What it does in a sentence; its title stands in the reference.
function sentenceOf(about) {
  const [title, ...rest] = about.split("\n\n");
  return (rest.length ? rest.join(" ") : title).replace(/\s+/g, " ").split(/(?<=\.) /)[0];
}

function controlsOf(params) {
  const required = params.required || [];
  return namesOf(params).map((name) => control(name, params.properties[name], required.includes(name)));
}

function fieldsOf(part, entry) {
  part.controls = controlsOf(entry.params);
  const nothing = takesNothing(entry.params);
  part.open = part.controls.length || nothing ? null
    : control("params", { type: "object", description: "Any parameters, as a JSON object." }, false);
  const about = sentenceOf(entry.about);
  return [about ? el("p", { class: "dim" }, about) : null, ...part.controls.map((one) => one.box),
    part.open ? part.open.box : null, nothing ? el("p", { class: "dim" }, "Takes no parameters.") : null,
  ].filter(Boolean);
}

function paramsText(part) {
  if (part.open) return part.open.text() || "{}";
  const members = part.controls.map((one) => [one.name, one.text()]).filter(([, value]) => value !== null);
  return objectText(members, "    ");
}

function makePart(kind) {
  const list = entries(kind);
  const select = el("select", { "aria-label": kind.legend }, ...list.map((entry) => el("option", {}, entry.name)));
  const fields = el("div");
  const part = { kind, select, controls: [], open: null };
  part.show = () => fields.replaceChildren(...fieldsOf(part, list[select.selectedIndex] || { params: {}, about: "" }));
  part.all = () => (part.open ? [part.open] : part.controls);
  part.text = () => objectText([["name", JSON.stringify(select.value)], ["params", paramsText(part)]], "  ");
  select.addEventListener("change", part.show);
  part.box = el("fieldset", {}, el("legend", {}, kind.legend), select, fields);
  part.show();
  return part;
}

let parts = [];
const isRaw = () => !byId("raw-box").hidden;
const formText = () => objectText(parts.map((part) => [part.kind.key, part.text()]), "");
const body = () => (isRaw() ? byId("raw").value : formText());
