// SPDX-License-Identifier: LGPL-3.0-or-later
// What a schema of the OpenAPI document says, in words.

function resolved(schema, depth = 0) {
  if (!schema || depth > 20) return {};
  if (schema.$ref) return resolved(doc.components.schemas[schema.$ref.split("/").pop()], depth + 1);
  if (schema.allOf && schema.allOf.length === 1 && !schema.type) {
    return { ...resolved(schema.allOf[0], depth + 1), ...schema, allOf: undefined };
  }
  return schema;
}

const branches = (schema) => (schema.type ? null : schema.anyOf || schema.oneOf);

function baseType(schema) {
  if (schema.type || !schema.enum) return schema.type || "anything";
  const names = schema.enum.map((value) => (typeof value === "object" ? "object" : typeof value));
  return [...new Set(names)].join(" or ");
}

function typeText(given, depth = 0) {
  const schema = resolved(given);
  const orNull = schema.nullable && (schema.type || branches(schema)) ? " or null" : "";
  if (depth > 3) return "…";
  if (branches(schema)) return branches(schema).map((one) => typeText(one, depth + 1)).join(" or ") + orNull;
  if (schema.type === "array") return "array of " + typeText(schema.items || {}, depth + 1) + orNull;
  return baseType(schema) + (schema.format ? " (" + schema.format + ")" : "") + orNull;
}

const grouped = (count) => Number(count).toLocaleString("en-US");

function rangeText(schema) {
  const { minimum: least, maximum: most, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (least !== undefined && most !== undefined && !above && !below) return least + " to " + most;
  return [
    least === undefined ? "" : (above ? "more than " : "at least ") + least,
    most === undefined ? "" : (below ? "less than " : "at most ") + most,
  ].filter(Boolean).join(", ");
}

function countText(least, most, one, many) {
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return "at least " + grouped(least) + " " + (least === 1 ? one : many);
  if (!least) return "at most " + grouped(most) + " " + (most === 1 ? one : many);
  if (least === most) return "exactly " + grouped(least) + " " + (least === 1 ? one : many);
  return grouped(least) + " to " + grouped(most) + " " + many;
}

// What fits into a sentence; a pattern does not.
function limitsText(given) {
  const schema = resolved(given);
  return [
    rangeText(schema),
    schema.multipleOf === undefined ? "" : "a multiple of " + schema.multipleOf,
    countText(schema.minLength, schema.maxLength, "character", "characters"),
    countText(schema.minItems, schema.maxItems, "item", "items"),
    countText(schema.minProperties, schema.maxProperties, "entry", "entries"),
    schema.uniqueItems ? "items differ" : "",
  ].filter(Boolean).join(", ");
}

function valuesText(given) {
  const schema = resolved(given);
  const values = schema.enum || (schema.type === "array" && resolved(schema.items).enum);
  return values ? values.map(String).join(", ") : "";
}

// Those that are required come first.
function namesOf(params) {
  const required = params.required || [];
  const names = Object.keys(params.properties || {});
  return [...names.filter((name) => required.includes(name)), ...names.filter((name) => !required.includes(name))];
}

// It lists its parameters, and there are none.
const takesNothing = (params) => Object.keys(params.properties || {}).length === 0 &&
  (params.additionalProperties === false || (Boolean(params.properties) && params.additionalProperties === undefined));

function allowsText(given, depth = 0) {
  const schema = resolved(given);
  if (depth > 3) return false;
  if (branches(schema)) return branches(schema).some((one) => allowsText(one, depth + 1));
  return schema.type ? schema.type === "string" : !schema.enum;
}

function entries(kind) {
  const refs = doc.components.schemas.JobRequest.properties[kind.key].anyOf || [];
  return refs.filter((ref) => ref.$ref).map((ref) => {
    const schema = resolved(ref);
    return {
      name: schema.properties.name.enum[0],
      about: schema.description || "",
      params: resolved(schema.properties.params),
    };
  });
}
