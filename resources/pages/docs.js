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
