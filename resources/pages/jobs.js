// SPDX-License-Identifier: LGPL-3.0-or-later
// Requests to the service, and the jobs that this page has sent.

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

// A button that is disabled would lose the focus.
const isBusy = (button) => button.getAttribute("aria-disabled") === "true";
const setBusy = (button, busy) => button.setAttribute("aria-disabled", String(busy));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// State pills --------------------------------------------------------------------------------------------------------

const looks = {
  finished: ["good", "check"], ready: ["good", "check"], failed: ["bad", "cross"], canceled: ["wait", "slash"],
  started: ["busy", "triangle"], queued: ["wait", "ring"], deleted: ["wait", "slash"],
};

// A word and a glyph; what is not a known state is trouble.
function setPill(pill, text, state = text) {
  if (pill.dataset.shown === state + text) return;
  const [color, shape] = looks[state] || ["bad", "warn"];
  pill.dataset.shown = state + text;
  pill.className = "pill " + color;
  pill.replaceChildren(byId("glyphs").content.querySelector("." + shape).cloneNode(true), text);
}

function showReady(got) {
  const pill = byId("ready");
  setPill(pill, !got ? "out of reach" : got.ok ? "ready" : "not ready");
  pill.title = got && got.answer.reasons ? got.answer.reasons.join(" ") : "";
}

async function watchHealth() {
  for (;;) {
    if (!document.hidden) showReady(await ask("readyz").catch(() => null));
    await pause(10000);
  }
}

// One job ------------------------------------------------------------------------------------------------------------

function makeCard(id, label) {
  const card = {
    id, gone: false, began: performance.now(), queuedAt: null,
    pill: el("span", { role: "status" }), time: el("span", { class: "time" }),
    note: el("p", { class: "dim", role: "status", hidden: true }), result: el("pre", { hidden: true }),
    stop: el("button", { type: "button" }, "Cancel and delete"),
  };
  setPill(card.pill, "queued");
  card.stop.addEventListener("click", () => remove(card));
  card.box = el("div", { class: "card job" },
    el("div", { class: "top" }, card.pill, el("strong", {}, label), el("code", {}, id), card.time, card.stop),
    card.note, card.result);
  return card;
}

function note(card, text) {
  card.note.textContent = text;
  card.note.hidden = !text;
}

// Where the keyboard goes on once a card's button is gone.
function focusAfter(card) {
  let next = card.box.nextElementSibling;
  while (next && next.querySelector("button").hidden) next = next.nextElementSibling;
  (next ? next.querySelector("button") : byId("submit")).focus();
}

async function remove(card) {
  if (isBusy(card.stop)) return;
  setBusy(card.stop, true);
  const done = await ask("api/v1/jobs/" + card.id, { method: "DELETE" }).catch(() => null);
  setBusy(card.stop, false);
  card.gone = Boolean(done && done.ok);
  if (!card.gone) {
    note(card, "Not deleted: " + (done ? done.answer.detail : "the service is out of reach."));
    return;
  }
  setPill(card.pill, "deleted");
  note(card, "");
  if (document.activeElement === card.stop) focusAfter(card);
  card.stop.hidden = true;
}

function secondsText(since) {
  const seconds = (performance.now() - since) / 1000;
  return seconds < 0.1 ? "< 0.1 s" : seconds.toFixed(1) + " s";
}

function showEnd(card, job) {
  const isNull = job.status === "finished" && job.result === null;
  card.result.textContent = job.status === "failed" ? job.info : JSON.stringify(job.result, null, 2);
  card.result.hidden = job.status === "canceled" || isNull;
  note(card, isNull ? "No result is kept." : "");
  card.stop.textContent = "Delete";
}

function showJob(card, job) {
  setPill(card.pill, job.status);
  if (job.status !== "queued") card.queuedAt = null;
  else if (card.queuedAt === null) card.queuedAt = performance.now();
  const waits = card.queuedAt !== null && performance.now() - card.queuedAt >= 5000;
  note(card, waits ? "Waiting for a worker or for its next attempt." : "");
  if (ends.includes(job.status)) showEnd(card, job);
}

// True once there is no more to ask for.
function showAnswer(card, got) {
  card.time.textContent = secondsText(card.began);
  if (!got) setPill(card.pill, "service out of reach, trying again");
  else if (!got.ok) setPill(card.pill, String(got.answer.detail || "status " + got.status), "refused");
  else showJob(card, got.answer);
  return Boolean(got) && (got.ok ? ends.includes(got.answer.status) : got.status < 500);
}

async function follow(id, label) {
  const card = makeCard(id, label);
  byId("jobs").prepend(card.box);
  for (let wait = 100; !card.gone; wait = Math.min(wait * 1.4, 2000)) {
    const got = await ask("api/v1/jobs/" + id).catch(() => null);
    if (card.gone || showAnswer(card, got)) return;
    await pause(wait);
  }
}

// Sending ------------------------------------------------------------------------------------------------------------

function say(text, bad = false) {
  byId("said").textContent = text;
  byId("said").classList.toggle("bad", bad);
}

// The task's name in what was sent, which need not be what the form shows.
function labelOf(text) {
  try { return String(JSON.parse(text).task.name); } catch { return "job"; }
}

function askForKey() {
  const given = byId("key").value.trim() !== "";
  say(given ? "The service does not know this API key." :
    "This service needs an API key: write it at the top right.", true);
  byId("key").setAttribute("aria-invalid", "true");
  byId("key").focus();
}

function keyChanged() {
  if (byId("key").getAttribute("aria-invalid") !== "true") return;
  byId("key").setAttribute("aria-invalid", "false");
  say("");
}

function showSent(got, text) {
  if (!got) {
    say("Not sent: the service is out of reach.", true);
    showReady(null);
  } else if (got.ok) {
    say("Accepted.");
    follow(got.answer.id, labelOf(text));
  } else if (got.status === 401) {
    askForKey();
  } else if (Array.isArray(got.answer.detail)) {
    showFaults(got.answer.detail);
  } else {
    say("Not sent.", true);
    showNotice(String(got.answer.detail || "The service answered with status " + got.status + "."));
  }
}

async function send(event) {
  event.preventDefault();
  const button = byId("submit");
  if (isBusy(button)) return;
  clearFaults();
  say("");
  if (blameBrokenJson()) return;
  setBusy(button, true);
  const text = body();
  const got = await ask("api/v1/jobs/", {
    method: "POST", body: text, headers: { "Content-Type": "application/json" },
  }).catch(() => null);
  setBusy(button, false);
  showSent(got, text);
}

async function copyCurl() {
  const quote = (text) => "'" + text.replace(/'/g, "'\\''") + "'";
  const key = byId("key").value.trim() ? ' -H "Authorization: Bearer $API_KEY"' : "";
  const line = "curl -s " + quote(location.origin + base + "api/v1/jobs/") +
    " -H 'Content-Type: application/json'" + key + " -d " + quote(body());
  try {
    await navigator.clipboard.writeText(line);
    say("Copied.");
  } catch {
    showNotice(line, false);
  }
}
