// Elements: made by name, never from text. There is no way in here to insert HTML or a style attribute.

let count = 0;

/** An id that no other element has. */
export function uniqueId() {
  count += 1;
  return `p${count}`;
}

/**
 * Makes an element. `text` sets its text, `onclick` and the like add a listener, the rest are attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | null)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'text') element.textContent = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * Sets an attribute, or removes it where the value is null or false. An attribute that is right is left alone.
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * @param {Node} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Sets the text of an element that is hidden while it has none.
 * @param {HTMLElement} element
 * @param {string | null | undefined} text
 */
export function setOptionalText(element, text) {
  setText(element, text ?? '');
  element.hidden = !text;
}

/**
 * The children of an element, one per item: kept, updated and moved by key, so that focus and scroll position stay.
 * @template I
 * @template {{ element: HTMLElement, update: (item: I) => void }} D
 * @param {HTMLElement} parent
 * @param {(item: I) => string} key
 * @param {(item: I) => D} create
 */
export function keyedChildren(parent, key, create) {
  /** @type {Map<string, D>} */
  let known = new Map();
  /** @param {I[]} items */
  return (items) => {
    /** @type {Map<string, D>} */
    const now = new Map();
    for (const item of items) {
      let id = key(item);
      while (now.has(id)) id += '+';
      const drawn = known.get(id) ?? create(item);
      drawn.update(item);
      now.set(id, drawn);
    }
    for (const [id, drawn] of known) if (!now.has(id)) drawn.element.remove();
    let next = parent.firstElementChild;
    for (const { element } of now.values()) {
      if (element === next) next = next.nextElementSibling;
      else parent.insertBefore(element, next);
    }
    known = now;
    return [...now.values()];
  };
}

/**
 * Moves the focus with arrow keys among elements of which one is in the order of Tab.
 * @param {HTMLElement} parent
 * @param {string} selector
 */
export function arrowKeys(parent, selector) {
  parent.addEventListener('keydown', (event) => {
    const items = /** @type {HTMLElement[]} */ ([...parent.querySelectorAll(selector)]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (at < 0) return;
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    items[(target + items.length) % items.length]?.focus();
  });
}
