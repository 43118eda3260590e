// CalendarPicker: a day or a range of days, set with a calendar.

import { h, setAttribute, setOptionalText, setText, uniqueId } from '../phone/dom.js';
import { calendar } from '../phone/calendar.js';
import { allowedDays, clamp, dayOf, today } from '../phone/dates.js';
import { dialogButtons } from '../phone/dialog.js';
import { membersOf, textOf } from '../phone/values.js';
import { words } from '../phone/words.js';
import { dateField } from './dateField.js';

/** The members of a range, by the part of the field. */
const MEMBERS = { day: '', start: 'start-date', end: 'end-date' };

/** @typedef {import('../types.js').DatePart} DatePart */

/** @type {import('../types.js').Draw} */
export function calendarPicker(first, context) {
  const { id } = first;
  const isRange = first.properties.mode === 'range';
  /** @type {DatePart[]} */
  const parts = isRange ? ['start', 'end'] : ['day'];
  let shown = first;
  const titleText = h('bdi');
  const optional = h('span', { class: 'optional', text: ` ${words.optional}` });
  const title = h('p', { class: 'group-label', id: uniqueId() }, titleText, optional);
  const description = h('p', { class: 'helper', dir: 'auto', id: uniqueId() });
  const fields = parts.map((part) => ({
    part,
    field: dateField({
      open: () => openDialog(part),
      clear: () => context.send({ type: 'clear', component: id, part }),
    }, context),
  }));
  const element = h('div', { class: 'field calendar-picker', role: 'group' }, title, description);
  element.append(h('div', { class: 'ends' }, ...fields.map(({ field }) => field.element)));

  /** @param {DatePart} part */
  function valueOf(part) {
    return dayOf(part === 'day' ? shown.value : membersOf(shown.value)[MEMBERS[part]]);
  }

  /** @param {DatePart} opened */
  function openDialog(opened) {
    const days = allowedDays(shown);
    /** @type {Map<DatePart, string | null>} */
    const chosen = new Map(parts.map((part) => [part, valueOf(part)]));
    let active = opened;
    const finish = () => {
      const changed = parts.filter((part) => chosen.get(part) && chosen.get(part) !== valueOf(part));
      overlay.close();
      for (const part of changed) context.send({ type: 'set_date', component: id, part, day: chosen.get(part) ?? '' });
    };
    const choose = (/** @type {string} */ day) => {
      const start = chosen.get('start');
      if (active === 'end' && start && day < start) active = 'start';
      chosen.set(active, day);
      const end = chosen.get('end');
      if (active === 'start' && end && end < day) chosen.set('end', null);
      if (active === 'start' && context.look().platform !== 'ios') active = 'end';
      // On iOS a tap on a day closes the calendar.
      if (context.look().platform === 'ios') finish();
    };
    const month = chosen.get(opened) ?? chosen.get('start') ?? clamp(today(), days.first, days.last);
    const picker = calendar({
      days,
      month: clamp(month, days.first, days.last),
      selected: () => parts.map((part) => chosen.get(part) ?? null),
      choose,
    });
    const opener = fields.find(({ part }) => part === opened)?.field;
    if (opener) setAttribute(opener.button, 'aria-expanded', 'true');
    const hasButtons = context.look().platform !== 'ios';
    const overlay = context.overlays.open({
      style: 'dialog',
      title: textOf(shown.properties.title) || labelOf(opened),
      content: hasButtons ? [picker.element, dialogButtons(() => overlay.close(), finish)] : [picker.element],
      component: id,
      focus: picker.focus(),
      onClose: () => opener && setAttribute(opener.button, 'aria-expanded', 'false'),
    });
  }

  /** @param {DatePart} part */
  function labelOf(part) {
    const { label } = shown.properties;
    return part === 'day' ? textOf(label) : textOf(membersOf(label)[MEMBERS[part]]);
  }

  return {
    element,
    update(component) {
      shown = component;
      const { properties } = component;
      setText(titleText, textOf(properties.title));
      optional.hidden = component.required;
      title.hidden = !textOf(properties.title);
      setOptionalText(description, textOf(properties.description));
      setAttribute(element, 'aria-labelledby', title.hidden ? null : title.id);
      setAttribute(element, 'aria-describedby', description.hidden ? null : description.id);
      setAttribute(element, 'data-disabled', !component.enabled);
      const last = fields.at(-1)?.part;
      for (const { part, field } of fields) {
        const helper = properties['helper-text'];
        const required = properties.required;
        const isRequired = part === 'day' ? required === true : required === true || membersOf(required)[MEMBERS[part]] === true;
        field.update({
          label: labelOf(part),
          value: valueOf(part),
          // The title says that the whole is optional.
          required: isRequired || !title.hidden,
          enabled: component.enabled,
          error: part === last ? component.error : null,
          helper: part === 'day' ? textOf(helper) : textOf(membersOf(helper)[MEMBERS[part]]),
        });
        setAttribute(field.button, 'aria-required', isRequired ? 'true' : null);
        setAttribute(field.element, 'data-error', Boolean(component.error));
      }
    },
  };
}
