// SPDX-License-Identifier: LGPL-3.0-or-later
// The form's other face, and the beginning once everything above is there.

const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value)
  ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
const isSame = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

function fill(part, reference) {
  part.select.value = reference.name;
  part.show();
  if (part.open) part.open.set(reference.params);
  else for (const one of part.controls) one.set(reference.params[one.name]);
}

function chooseFirst(part) {
  part.select.selectedIndex = 0;
  part.show();
}

// Takes an edited text over into the form. False if something of it has no place there.
function readBack(text) {
  if (/\d{16}/.test(text)) return false; // a number that JavaScript would round
  try {
    const request = JSON.parse(text);
    for (const part of parts) fill(part, request[part.kind.key]);
    return isSame(request, JSON.parse(formText()));
  } catch {
    return false;
  }
}

let rawFrom = ""; // what the form said when the text was made of it

function openRaw() {
  if (formText() !== rawFrom) byId("raw").value = rawFrom = formText();
  showRaw(true);
  byId("raw").focus();
}

function closeRaw() {
  const edited = byId("raw").value;
  const kept = edited === rawFrom || readBack(edited);
  parts.filter((part) => part.select.selectedIndex < 0).forEach(chooseFirst);
  rawFrom = formText();
  showRaw(false);
  if (!kept) say("Not all of the text fits into the form; it is kept until the form is changed.");
}

function showRaw(shown) {
  byId("raw-box").hidden = !shown;
  byId("parts").hidden = shown;
  byId("raw-toggle").textContent = shown ? "Back to the form" : "Edit as JSON";
  byId("raw-toggle").setAttribute("aria-expanded", String(shown));
  clearFaults();
  say("");
}

// Starting -----------------------------------------------------------------------------------------------------------

async function describe() {
  const got = await ask("openapi.json").catch(() => null);
  if (!got) throw new Error("The service is out of reach.");
  if (!got.ok) throw new Error(String(got.answer.detail || "It answered with status " + got.status + "."));
  if (!got.answer || !got.answer.paths) throw new Error("What it answered is no OpenAPI document.");
  return got.answer;
}

function showForm() {
  const missing = kinds.filter((kind) => entries(kind).length === 0).map((kind) => kind.plural.toLowerCase());
  byId("form").hidden = missing.length > 0;
  byId("lead").hidden = missing.length > 0;
  byId("nothing").hidden = missing.length === 0;
  byId("nothing").textContent = "This project has no " + missing.join(" and no ") +
    ", so no job can be sent. A job needs a task, a storage and a callback: add them to the project file.";
  parts = missing.length > 0 ? [] : kinds.map(makePart);
  byId("parts").replaceChildren(...parts.map((part) => part.box));
}

function showWorks(works, cause = "") {
  byId("broken").hidden = works;
  byId("cause").textContent = cause;
  for (const id of ["send", "routes", "reference", "nav"]) byId(id).hidden = !works;
}

async function load() {
  if (isBusy(byId("again"))) return;
  setBusy(byId("again"), true);
  try {
    doc = await describe();
    byId("project").textContent = doc.info.description + " · version " + doc.info.version;
    showForm();
    showReference();
    showWorks(true);
  } catch (error) {
    showWorks(false, error.message);
  }
  setBusy(byId("again"), false);
}

function start() {
  byId("form").addEventListener("submit", send);
  byId("raw-toggle").addEventListener("click", () => (isRaw() ? closeRaw() : openRaw()));
  byId("copy").addEventListener("click", copyCurl);
  byId("key").addEventListener("input", keyChanged);
  byId("key-form").addEventListener("submit", (event) => event.preventDefault());
  byId("again").addEventListener("click", load);
  load();
  watchHealth();
}

start();
