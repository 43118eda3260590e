// Dropdown: a box that opens a panel with the options.

import { arrowKeys, h, keyedChildren, setAttribute, setOptionalText, setText, uniqueId } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { textOf } from '../phone/values.js';
import { words } from '../phone/words.js';
import { clearButton, fieldFrame } from './field.js';
import { optionRow } from './rows.js';

/** The time for which the panel shows the choice before it closes, in milliseconds. */
const SHOW_CHOICE = 300;
/** From this number of options on, the panel has a box that searches them. */
const SEARCH_FROM = 40;

/** @type {import('../types.js').Draw} */
export function dropdown({ id }, context) {
  const value = h('span', { class: 'value', dir: 'auto' });
  const button = h('button', {
    type: 'button', role: 'combobox', class: 'opener', 'aria-haspopup': 'listbox', 'aria-expanded': 'false',
  }, value);
  const frame = fieldFrame(button, 'dropdown');
  const clear = clearButton(() => context.send({ type: 'clear', component: id, part: 'day' }));
  clear.append(icon('clear'));
  frame.box.append(clear, icon('down'), icon('error'));
  let shown = /** @type {import('../types.js').Component | null} */ (null);
  let panel = /** @type {{ update: () => void } | null} */ (null);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') === 'true' || context.inert() || !shown) return;
    setAttribute(button, 'aria-expanded', 'true');
    panel = openPanel(() => shown, context, () => {
      panel = null;
      setAttribute(button, 'aria-expanded', 'false');
    });
  });
  return {
    element: frame.element,
    update(component) {
      shown = component;
      const chosen = component.options.find((option) => option.selected);
      const isFilled = Boolean(chosen);
      frame.update({
        label: textOf(component.properties.label),
        required: component.required,
        enabled: component.enabled,
        error: component.error,
        helper: '',
        filled: isFilled,
      });
      const isIos = context.look().platform === 'ios';
      setText(value, chosen?.title ?? (isIos && !component.required ? words.optionalValue : ''));
      // The cross is in the place of the chevron.
      const canClear = Boolean(textOf(component.value)) && !component.error && component.enabled;
      setAttribute(frame.element, 'data-clearable', canClear);
      panel?.update();
    },
  };
}

/**
 * @param {() => import('../types.js').Component | null} current
 * @param {import('../types.js').Context} context
 * @param {() => void} onClose
 */
function openPanel(current, context, onClose) {
  const label = textOf(current()?.properties.label);
  const list = h('div', { class: 'rows', role: 'listbox', 'aria-label': label, id: uniqueId() });
  const search = h('input', { class: 'search', type: 'text', role: 'searchbox', 'aria-label': words.search, placeholder: words.search, spellcheck: 'false', autocomplete: 'off' });
  const nothing = h('p', { class: 'helper nothing', role: 'status' });
  let picked = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const pick = (/** @type {string} */ option) => {
    if (picked) return;
    picked = option;
    update();
    timer = setTimeout(() => {
      const id = current()?.id;
      overlay.close();
      if (id !== undefined) context.send({ type: 'choose', component: id, option });
    }, SHOW_CHOICE);
  };
  const updateRows = keyedChildren(list, (option) => option.id, () => optionRow('option', context, pick));
  const update = () => {
    const options = current()?.options ?? [];
    const wanted = search.value.trim().toLocaleLowerCase();
    const found = options.filter((option) => option.title.toLocaleLowerCase().includes(wanted));
    const drawn = updateRows(found.map((option) => ({ ...option, selected: picked ? option.id === picked : option.selected })));
    const selected = found.findIndex((option) => option.selected && option.enabled);
    const first = selected >= 0 ? selected : found.findIndex((option) => option.enabled);
    drawn.forEach(({ element }, at) => setAttribute(element, 'tabindex', at === first ? '0' : '-1'));
    setOptionalText(nothing, found.length === 0 ? words.noMatches : null);
  };
  arrowKeys(list, '[role=option]:not([aria-disabled])');
  search.addEventListener('input', update);
  update();
  const hasSearch = (current()?.options.length ?? 0) >= SEARCH_FROM;
  const focus = /** @type {HTMLElement | null} */ (list.querySelector('[tabindex="0"]'));
  const overlay = context.overlays.open({
    style: 'panel',
    title: label,
    content: hasSearch ? [search, list, nothing] : [list, nothing],
    component: current()?.id,
    ...(hasSearch ? { focus: search } : focus ? { focus } : {}),
    onClose() {
      clearTimeout(timer);
      onClose();
    },
  });
  return { update };
}
