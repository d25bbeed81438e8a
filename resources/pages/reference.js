// SPDX-License-Identifier: LGPL-3.0-or-later
// Routes, tasks, storages and callbacks, from the OpenAPI document.

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
