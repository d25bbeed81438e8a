// SPDX-License-Identifier: LGPL-3.0-or-later
// Why a request does not fit, said at the fields concerned and in words for people.

const atLeast = (count, many) => (count === 1 ? "Needed." : "At least " + grouped(count) + " " + many + ".");

const sentences = {
  "value_error.missing": () => "Needed.",
  "type_error.none.not_allowed": () => "Needed.",
  "type_error.integer": () => "Write a whole number.",
  "type_error.float": () => "Write a number.",
  "type_error.str": () => "Write a text.",
  "type_error.bool": () => "Choose true or false.",
  "type_error.dict": () => 'Write a JSON object, such as {"X-Name": "value"}.',
  "type_error.list": () => 'Write a JSON array, such as ["a", "b"].',
  "type_error.uuid": () => "Write a UUID.",
  "value_error.const": (ctx) => "One of these: " + ctx.permitted.join(", ") + ".",
  "value_error.number.not_ge": (ctx) => "At least " + ctx.limit_value + ".",
  "value_error.number.not_gt": (ctx) => "More than " + ctx.limit_value + ".",
  "value_error.number.not_le": (ctx) => "At most " + ctx.limit_value + ".",
  "value_error.number.not_lt": (ctx) => "Less than " + ctx.limit_value + ".",
  "value_error.number.not_multiple": (ctx) => "A multiple of " + ctx.multiple_of + ".",
  "value_error.any_str.min_length": (ctx) => atLeast(ctx.limit_value, "characters"),
  "value_error.any_str.max_length": (ctx) => "At most " + grouped(ctx.limit_value) + " characters.",
  "value_error.list.min_items": (ctx) => atLeast(ctx.limit_value, "items"),
  "value_error.list.max_items": (ctx) => "At most " + grouped(ctx.limit_value) + " items.",
  "value_error.str.regex": () => "Not in the form that is needed; its pattern is in the table below.",
  "value_error.jsondecode": (ctx) =>
    "This is not JSON: line " + ctx.lineno + ", column " + ctx.colno + ": " + ctx.msg + ".",
};

function sentenceFor(fault) {
  try { return sentences[fault.type](fault.ctx || {}); } catch { return fault.msg; }
}

// The control that a fault is about, or none.
function ownerOf(fault) {
  const [, key, params, name] = fault.loc;
  const part = parts.find((one) => one.kind.key === key);
  if (isRaw() || !part || params !== "params") return null;
  return part.controls.find((one) => one.name === name) || part.open;
}

function placeIn(fault, owner) {
  const path = fault.loc.slice(owner.name === "params" ? 3 : 4);
  return path.length ? path.join(" → ") + ": " : "";
}

function clearFaults() {
  for (const part of parts) part.all().forEach((one) => one.blame(""));
  showNotice("");
}

function showNotice(text, bad = true) {
  byId("faults").textContent = text;
  byId("faults").classList.toggle("bad", bad);
  byId("faults").hidden = !text;
}

// Blames each owner with all its messages, and gives the first in the order of the page the focus.
function blameAll(messages) {
  for (const [owner, texts] of messages) owner.blame(texts.join(" "));
  const first = parts.flatMap((part) => part.all()).find((one) => messages.has(one));
  if (first) first.focus();
}

function collect(faults) {
  const messages = new Map();
  const others = [];
  for (const fault of faults) {
    const owner = ownerOf(fault);
    if (owner) messages.set(owner, [...(messages.get(owner) || []), placeIn(fault, owner) + sentenceFor(fault)]);
    else if (fault.type === "value_error.jsondecode") others.push(sentenceFor(fault));
    else others.push(fault.loc.slice(1).join(" → ") + ": " + sentenceFor(fault));
  }
  return { messages, others };
}

function focusRaw(faults) {
  const broken = faults.find((fault) => fault.type === "value_error.jsondecode");
  byId("raw").focus();
  if (broken && broken.ctx) byId("raw").setSelectionRange(broken.ctx.pos, broken.ctx.pos);
}

function sayNeedsChange(count) {
  say("Not sent: " + (count === 1 ? "1 field needs" : count + " fields need") + " a change.", true);
}

function showFaults(faults) {
  const { messages, others } = collect(faults);
  showNotice(others.join("\n"));
  blameAll(messages);
  if (isRaw()) focusRaw(faults);
  if (faults.some((fault) => fault.type === "value_error.jsondecode")) say("Not sent: the body is not JSON.", true);
  else sayNeedsChange(messages.size + others.length);
}

// What can be seen before anything is sent. True if something was found.
function blameBrokenJson() {
  if (isRaw()) return false;
  const broken = parts.flatMap((part) => part.all()).filter((one) => one.fault());
  if (broken.length === 0) return false;
  blameAll(new Map(broken.map((one) => [one, [one.fault()]])));
  sayNeedsChange(broken.length);
  return true;
}
