// SPDX-License-Identifier: LGPL-3.0-or-later
// Routes, tasks, storages and callbacks, from the OpenAPI document.

// On a small screen each cell of rows is a line of its own, with its column's name before it.
function table(columns, head, rows) {
  const cells = (row) => row.map((cell, i) => el("td", { "data-head": head[i] }, cell));
  return el("table", { class: columns },
    el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))));
}

// A type may wrap between its words' groups only: "array of string or null".
function typeCell(given) {
  const cell = el("span");
  typeText(given).split(" or ").forEach((one, i) => {
    if (i > 0) cell.append(" or ");
    cell.append(el("span", { class: "whole" }, one));
  });
  return cell;
}

// What a field is, in the widest column: with the values that it may have, or the pattern that it has to match.
function aboutCell(about, given) {
  const values = valuesText(given);
  const pattern = resolved(given).pattern;
  const words = [about, values && "Values: " + values + ".", pattern && "Matches "].filter(Boolean).join(" ");
  return pattern ? el("span", {}, words, el("code", {}, pattern), ".") : words;
}

function nameCell(name, required) {
  return el("span", {}, el("code", {}, name), ...(required ? [" ", el("span", { class: "dim" }, "required")] : []));
}

function paramsTable(params) {
  if (takesNothing(params)) return el("p", { class: "dim" }, "Takes no parameters.");
  const required = params.required || [];
  const rows = namesOf(params).map((name) => {
    const schema = resolved(params.properties[name]);
    const fallback = schema.default === undefined ? "" : el("code", {}, JSON.stringify(schema.default));
    return [nameCell(name, required.includes(name)), typeCell(schema), limitsText(schema), fallback,
      aboutCell(schema.description || schema.title || "", schema)];
  });
  if (rows.length === 0) return el("p", { class: "dim" }, "Takes any parameters, or none.");
  return table("rows five", ["Name", "Type", "Limits", "Default", "What it is"], rows);
}

function fieldsTable(schema) {
  const rows = Object.keys(schema.properties).map((name) => {
    const field = resolved(schema.properties[name]);
    return [el("code", {}, name), typeCell(field), aboutCell(field.description, field)];
  });
  return table("rows three", ["Field", "Type", "What it is"], rows);
}

const contentOf = (one) => (one && one.content && one.content["application/json"]) || {};

// The parts of a route's card, each empty where there is nothing to show.
function parametersOf(operation) {
  if (!operation.parameters) return [];
  const rows = operation.parameters.map((one) =>
    [nameCell(one.name, one.required), one.in, typeCell(one.schema), aboutCell(one.description, one.schema)]);
  return [table("rows four", ["Parameter", "In", "Type", "What it is"], rows)];
}

function bodyOf(operation) {
  const examples = Object.values(contentOf(operation.requestBody).examples || {});
  if (!operation.requestBody) return [];
  const form = el("p", {}, "The body is JSON. ", el("a", { href: "#send" }, "The form above writes and sends it."));
  if (examples.length === 0) return [form];
  return [form, el("h4", {}, "Example of a body, with the task " + examples[0].summary),
    el("pre", {}, JSON.stringify(examples[0].value, null, 2))];
}

function answerOf(operation) {
  const schema = contentOf(operation.responses["200"]).schema;
  if (!schema) return [];
  const fields = resolved(schema);
  if (fields.properties) return [el("h4", {}, "Fields of the answer 200"), fieldsTable(fields)];
  const isNull = !fields.type && fields.nullable;
  return [el("p", {}, "The answer 200 is ", el("code", {}, isNull ? "null" : typeText(fields)), ".")];
}

function routeCard(path, verb, operation) {
  const statuses = Object.entries(operation.responses)
    .map(([status, one]) => [el("code", {}, status), one.description]);
  const inside = el("div", { class: "inside" }, ...parametersOf(operation), ...bodyOf(operation),
    table("two", ["Status", "Answer"], statuses), ...answerOf(operation));
  return el("details", {}, el("summary", {}, el("span", { class: "verb " + verb }, verb.toUpperCase()),
    el("code", {}, path), el("span", { class: "what" }, operation.summary || "")), inside);
}

const anchor = (kind, index) => kind.key + "-" + index;

function entryCard(kind, entry, index) {
  return el("div", { class: "card", id: anchor(kind, index) }, el("h3", {}, entry.name),
    entry.about ? el("p", { class: "about" }, entry.about) : null, paramsTable(entry.params));
}

function showReference() {
  const links = [el("h3", {}, "API"), el("a", { href: "#send" }, "Send a job"), el("a", { href: "#routes" }, "Routes"),
    el("a", { href: base + "openapi.json" }, "openapi.json")];
  const sections = kinds.map((kind) => {
    const list = entries(kind);
    if (list.length > 0) links.push(el("h3", {}, kind.plural));
    links.push(...list.map((entry, i) =>
      el("a", { href: "#" + anchor(kind, i), title: entry.name }, entry.name)));
    const cards = list.map((entry, i) => entryCard(kind, entry, i));
    return el("section", {}, el("h2", {}, kind.plural),
      ...(cards.length ? cards : [el("p", { class: "dim" }, "This project has none.")]));
  });
  byId("reference").replaceChildren(...sections);
  byId("nav").replaceChildren(...links);
  byId("route-list").replaceChildren(...Object.entries(doc.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => routeCard(path, verb, operation))));
}
