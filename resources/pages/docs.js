// SPDX-License-Identifier: LGPL-3.0-or-later
// Shows the service's own OpenAPI document and sends requests. Text of others (names, titles, descriptions, answers)
// reaches the page as text nodes only.
"use strict";

const base = location.pathname.replace(/docs\/?$/, "");
const byId = (id) => document.getElementById(id);
const kinds = [
  { key: "task", plural: "Tasks", prefix: "TaskRef_", legend: "Task" },
  { key: "storage", plural: "Storages", prefix: "StorageRef_", legend: "Storage" },
  { key: "callback", plural: "Callbacks", prefix: "CallbackRef_", legend: "Callback" },
];
const ends = ["finished", "failed", "canceled"];
let doc = null;

function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// Schemas ------------------------------------------------------------------------------------------------------------

function resolved(schema, depth = 0) {
  if (!schema || depth > 20) return {};
  if (schema.$ref) return resolved(doc.components.schemas[schema.$ref.split("/").pop()], depth + 1);
  if (schema.allOf && schema.allOf.length === 1 && !schema.type) {
    return { ...resolved(schema.allOf[0], depth + 1), ...schema, allOf: undefined };
  }
  return schema;
}

function typeText(given, depth = 0) {
  const schema = resolved(given);
  const orNull = schema.nullable ? " or null" : "";
  if (depth > 3) return "…";
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ") + orNull;
  for (const word of ["anyOf", "oneOf"]) {
    if (schema[word] && !schema.type) return schema[word].map((one) => typeText(one, depth + 1)).join(" or ") + orNull;
  }
  if (schema.type === "array") return "array of " + typeText(schema.items || {}, depth + 1) + orNull;
  return (schema.type || "anything") + (schema.format ? " (" + schema.format + ")" : "") + orNull;
}

function limitsText(given) {
  const schema = resolved(given);
  const parts = [];
  const add = (key, text) => { if (schema[key] !== undefined) parts.push(text + " " + schema[key]); };
  add("minimum", schema.exclusiveMinimum === true ? ">" : "≥");
  add("maximum", schema.exclusiveMaximum === true ? "<" : "≤");
  add("multipleOf", "multiple of");
  add("minLength", "characters ≥");
  add("maxLength", "characters ≤");
  add("minItems", "items ≥");
  add("maxItems", "items ≤");
  add("pattern", "matches");
  if (schema.uniqueItems) parts.push("items differ");
  return parts.join(", ");
}

function entries(kind) {
  const refs = doc.components.schemas.JobRequest.properties[kind.key].anyOf || [];
  return refs.filter((ref) => ref.$ref).map((ref) => {
    const schema = resolved(ref);
    return {
      name: schema.properties.name.enum[0],
      about: schema.description || "",
      example: schema.example,
      params: resolved(schema.properties.params),
    };
  });
}

// The form -----------------------------------------------------------------------------------------------------------

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

// Requests -----------------------------------------------------------------------------------------------------------

async function ask(path, options = {}) {
  const headers = { ...(options.headers || {}) };
  const key = byId("key").value.trim();
  if (key) headers.Authorization = "Bearer " + key;
  const response = await fetch(base + path, { ...options, headers, cache: "no-store" });
  const text = await response.text();
  let answer = null;
  try { answer = JSON.parse(text); } catch { answer = { detail: text || response.statusText }; }
  return { status: response.status, ok: response.ok, answer, text };
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function pillClass(status) {
  return "pill " + ({ finished: "good", failed: "bad", canceled: "bad", started: "busy" }[status] || "wait live");
}

async function follow(id, label) {
  const pill = el("span", { class: pillClass("queued") }, "queued");
  const time = el("span", { class: "time" });
  const result = el("pre", { hidden: true });
  const stop = el("button", { type: "button" }, "Cancel and delete");
  let gone = false;
  stop.addEventListener("click", async () => {
    stop.disabled = true;
    const done = await ask("api/v1/jobs/" + id, { method: "DELETE" }).catch(() => null);
    gone = Boolean(done && done.ok);
    if (gone) { pill.textContent = "deleted"; pill.className = "pill"; stop.hidden = true; } else stop.disabled = false;
  });
  byId("jobs").prepend(el("div", { class: "card job" },
    el("div", { class: "top" }, pill, el("strong", {}, label), el("code", {}, id), time, stop), result));
  const began = performance.now();
  for (let wait = 100; !gone; wait = Math.min(wait * 1.4, 2000)) {
    const got = await ask("api/v1/jobs/" + id).catch(() => null);
    if (gone) return;
    time.textContent = ((performance.now() - began) / 1000).toFixed(1) + " s";
    if (!got) {
      pill.textContent = "service out of reach, trying again";
      pill.className = "pill bad";
    } else if (!got.ok) {
      pill.textContent = got.answer.detail || "status " + got.status;
      pill.className = "pill bad";
      if (got.status < 500) return;
    } else {
      pill.textContent = got.answer.status;
      pill.className = pillClass(got.answer.status);
      if (ends.includes(got.answer.status)) {
        const failed = got.answer.status === "failed";
        result.textContent = failed ? got.answer.info : JSON.stringify(got.answer.result, null, 2);
        result.hidden = got.answer.status === "canceled";
        stop.textContent = "Delete";
        return;
      }
    }
    await pause(wait);
  }
}

async function send(event) {
  event.preventDefault();
  for (const part of parts) part.controls.forEach((one) => one.blame(""));
  showFaults(null);
  byId("submit").disabled = true;
  try {
    const got = await ask("api/v1/jobs/", {
      method: "POST", body: body(), headers: { "Content-Type": "application/json" },
    });
    byId("said").textContent = got.ok ? "Accepted." : "Refused with status " + got.status + ".";
    if (got.ok) follow(got.answer.id, parts[0].select.value);
    else showFaults(got.answer);
  } catch {
    byId("said").textContent = "The service is out of reach.";
  }
  byId("submit").disabled = false;
}

async function copyCurl() {
  const quote = (text) => "'" + text.replace(/'/g, "'\\''") + "'";
  const key = byId("key").value.trim() ? ' -H "Authorization: Bearer $API_KEY"' : "";
  const line = "curl -s " + quote(location.origin + base + "api/v1/jobs/") +
    " -H 'Content-Type: application/json'" + key + " -d " + quote(body());
  try {
    await navigator.clipboard.writeText(line);
    byId("said").textContent = "Copied.";
  } catch {
    byId("faults").textContent = line;
    byId("faults").hidden = false;
  }
}

async function watchHealth() {
  for (;;) {
    const pill = byId("ready");
    if (!document.hidden) {
      const got = await ask("readyz").catch(() => null);
      pill.className = "pill " + (got && got.ok ? "good" : "bad");
      pill.textContent = !got ? "out of reach" : got.ok ? "ready" : "not ready";
      pill.title = got && got.answer.reasons ? got.answer.reasons.join(" ") : "";
    }
    await pause(10000);
  }
}

// The reference ------------------------------------------------------------------------------------------------------

function table(head, rows) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((text) => el("th", {}, text)))),
    el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((cell) => el("td", {}, cell)))))));
}

function paramsTable(params) {
  const properties = params.properties || {};
  const required = params.required || [];
  const rows = Object.keys(properties).map((name) => {
    const schema = resolved(properties[name]);
    const title = el("span", {}, el("code", {}, name));
    if (required.includes(name)) title.append(" ", el("span", { class: "must-word" }, "required"));
    const fallback = schema.default === undefined ? "" : el("code", { class: "wide" }, JSON.stringify(schema.default));
    return [title, typeText(properties[name]), limitsText(schema), fallback, schema.description || schema.title || ""];
  });
  if (rows.length === 0) return el("p", { class: "dim" }, params.additionalProperties === false
    ? "Takes no parameters." : "Takes any parameters, or none.");
  return table(["Name", "Type", "Limits", "Default", "What it is"], rows);
}

function routeCard(path, verb, operation) {
  const inside = el("div", { class: "inside" });
  if (operation.parameters) {
    inside.append(table(["Parameter", "In", "Type", "What it is"], operation.parameters.map((one) =>
      [el("code", {}, one.name), one.in, typeText(one.schema), one.description || ""])));
  }
  const answers = Object.entries(operation.responses).map(([status, one]) => [el("code", {}, status), one.description]);
  inside.append(table(["Status", "Answer"], answers));
  return el("details", {}, el("summary", {}, el("span", { class: "verb " + verb }, verb.toUpperCase()),
    el("code", {}, path), el("span", { class: "what" }, operation.summary || "")), inside);
}

function anchor(kind, index) { return kind.key + "-" + index; }

function showReference() {
  const links = [el("h3", {}, "API"), el("a", { href: "#send" }, "Send a job"), el("a", { href: "#routes" }, "Routes"),
    el("a", { href: base + "openapi.json" }, "openapi.json")];
  for (const kind of kinds) {
    const list = entries(kind);
    links.push(el("h3", {}, kind.plural), ...list.map((entry, i) =>
      el("a", { href: "#" + anchor(kind, i), title: entry.name }, entry.name)));
    byId("reference").append(el("section", {}, el("h2", {}, kind.plural), ...list.map((entry, i) =>
      el("div", { class: "card", id: anchor(kind, i) }, el("h3", {}, entry.name),
        entry.about ? el("p", { class: "about" }, entry.about) : null, paramsTable(entry.params)))));
  }
  byId("nav").replaceChildren(...links);
  for (const [path, verbs] of Object.entries(doc.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) byId("route-list").append(routeCard(path, verb, operation));
  }
}

function toggleRaw() {
  const box = byId("raw-box");
  if (box.hidden) byId("raw").value = body();
  box.hidden = !box.hidden;
  byId("parts").hidden = !box.hidden;
  byId("raw-toggle").textContent = box.hidden ? "Edit as JSON" : "Back to the form";
  byId("raw-toggle").setAttribute("aria-expanded", String(!box.hidden));
}

async function start() {
  try {
    doc = (await ask("openapi.json")).answer;
    byId("project").textContent = doc.info.description + " · version " + doc.info.version;
    parts = kinds.map(makePart);
    byId("parts").replaceChildren(...parts.map((part) => part.box));
    showReference();
  } catch (error) {
    byId("faults").textContent = "The description of the service cannot be read: " + error.message;
    byId("faults").hidden = false;
    return;
  }
  byId("form").addEventListener("submit", send);
  byId("raw-toggle").addEventListener("click", toggleRaw);
  byId("copy").addEventListener("click", copyCurl);
  watchHealth();
}

start();
