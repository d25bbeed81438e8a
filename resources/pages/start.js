// SPDX-License-Identifier: LGPL-3.0-or-later
// Begins once everything above is there.

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
