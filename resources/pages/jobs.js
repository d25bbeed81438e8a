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
