/** Elements from plain data. What comes from people or from the API becomes text, never markup. */

type Child = Node | string | number | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes; `true` writes an empty one, `undefined` and `false` none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((c) => c !== undefined).map((c) => (typeof c === 'number' ? String(c) : c)));
  return element;
}

/** The element with this id. Throws when the document has none: page and program do not fit. */
export function byId<T extends HTMLElement>(id: string, Class: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof Class)) throw new Error(`the page has no ${Class.name} #${id}`);
  return found;
}
