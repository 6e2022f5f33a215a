/**
 * Puts values in the place of `${Name}`, as CloudFormation's DefinitionSubstitutions do.
 * @throws Error that lists placeholders without a value and values without a placeholder.
 */
export function substitute(definition: unknown, values: Record<string, string>): unknown {
  const unused = new Set(Object.keys(values));
  const unknown = new Set<string>();
  const replaced: unknown = JSON.parse(JSON.stringify(definition), (_key, value: unknown) => {
    if (typeof value !== "string") return value;
    return value.replace(/\$\{([^}]*)\}/g, (placeholder, name: string) => {
      unused.delete(name);
      const known = Object.hasOwn(values, name) ? values[name] : undefined;
      if (known === undefined) unknown.add(name);
      return known ?? placeholder;
    });
  });
  const problems = [
    ...[...unknown].map((name) => `the placeholder \${${name}} has no value`),
    ...[...unused].map((name) => `the value ${name} has no placeholder`),
  ];
  if (problems.length > 0) throw new Error(`The state machine cannot be completed: ${problems.join("; ")}.`);
  return replaced;
}
