// DatePicker: a day, set with a calendar on Android and with wheels elsewhere.

import { setAttribute, uniqueId } from '../phone/dom.js';
import { calendar } from '../phone/calendar.js';
import { allowedDays, clamp, dayOf, today } from '../phone/dates.js';
import { dialogButtons } from '../phone/dialog.js';
import { textOf } from '../phone/values.js';
import { wheels } from '../phone/wheels.js';
import { dateField } from './dateField.js';

/** The wheels send a day when they have not turned for this time, in milliseconds. */
const DEBOUNCE = 500;

/** @type {import('../types.js').Draw} */
export function datePicker({ id }, context) {
  let shown = /** @type {import('../types.js').Component | null} */ (null);
  const set = (/** @type {string} */ day) => context.send({ type: 'set_date', component: id, part: 'day', day });
  const field = dateField({
    open: () => (context.look().platform === 'ios' ? unfold() : openDialog()),
    clear: () => context.send({ type: 'clear', component: id, part: 'day' }),
  }, context);
  let folded = /** @type {(() => void) | null} */ (null);

  /** The wheels in place. Without a value, opening them sets today. */
  function unfold() {
    if (folded) return folded();
    if (!shown) return;
    const days = allowedDays(shown);
    const value = dayOf(shown.value);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const turned = (/** @type {string} */ day) => {
      clearTimeout(timer);
      timer = setTimeout(() => set(day), DEBOUNCE);
    };
    const start = value ?? clamp(today(), days.first, days.last);
    const { element } = wheels(clamp(start, days.first, days.last), days, turned);
    element.id = uniqueId();
    field.card.append(element);
    setAttribute(field.button, 'aria-expanded', 'true');
    setAttribute(field.button, 'aria-controls', element.id);
    folded = () => {
      element.remove();
      setAttribute(field.button, 'aria-expanded', 'false');
      setAttribute(field.button, 'aria-controls', null);
      folded = null;
    };
    if (!value) set(start);
  }

  function openDialog() {
    if (!shown) return;
    const days = allowedDays(shown);
    let day = clamp(dayOf(shown.value) ?? today(), days.first, days.last);
    const isAndroid = context.look().platform === 'android';
    const chosen = (/** @type {string} */ now) => (day = now);
    const picker = isAndroid
      ? calendar({ days, month: day, selected: () => [day], choose: chosen })
      : wheels(day, days, chosen);
    const buttons = dialogButtons(() => overlay.close(), () => {
      overlay.close();
      set(day);
    });
    setAttribute(field.button, 'aria-expanded', 'true');
    const overlay = context.overlays.open({
      style: 'dialog',
      title: textOf(shown.properties.label),
      content: [picker.element, buttons],
      component: id,
      focus: picker.focus(),
      onClose: () => setAttribute(field.button, 'aria-expanded', 'false'),
    });
  }

  return {
    element: field.element,
    update(component) {
      shown = component;
      const { properties } = component;
      if (folded && (context.look().platform !== 'ios' || !component.enabled)) folded();
      field.update({
        label: textOf(properties.label),
        value: component.value,
        required: component.required,
        enabled: component.enabled,
        error: component.error,
        helper: textOf(properties['helper-text']),
      });
    },
  };
}
