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
