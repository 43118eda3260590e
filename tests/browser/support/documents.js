// The documents of the component pages: one screen for every state of every component. Their views come from the real
// client, through `flowctl screens`.

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAoCAYAAABOzvzpAAABMUlEQVR4AeXBv03DQBTA4R+Po3HNBjSpEQNQXcsOJ0u5ziuwghv0kCzvkPYqSoooAyBlAnpTAiksIWQlmPy9vO+7eHp9/8QwwTjBOME4wTjBOEemyqLit6arGUvIUFlUDCmLirGEzJRFxTplUTGGYJxgnGCcYJyQmaarWafpasYQMtR0NUOarmYsR6aarmYXBOME4wTjBOME4xz/9LKYsq3722eOzU2ur/grTYFdellM6UXfcgyODTQFDkFToBd9y6E4BmgKHJOmQC/6ln1y/KApcGo0BVaib9kHxzdNgVOnKbASfcsuXX5M3h7JyHw5Y76cMV/OuLt5YFtCxjQFNAW24TgDmgK96FvGcJwZTYFe9C2bOM6YpkAv+pYhDiM0BYYIxgnGCcYJxgnGCcYJxn0BBQlII1SuMtUAAAAASUVORK5CYII=';

const OPTIONS = [
  { id: 'a', title: 'Apples', description: 'Red or green', metadata: '1.20' },
  { id: 'b', title: 'Bread', 'on-select-action': undefined },
  { id: 'c', title: 'Cheese', description: 'Of goats', enabled: false },
];
const ASK = { name: 'data_exchange', payload: {} };

/**
 * The components: what all their pages have, and what each state adds.
 * `used` has a value, `invalid` an error.
 */
export const COMPONENTS = {
  TextHeading: { all: { text: 'Book an appointment' } },
  TextSubheading: { all: { text: 'At a time that suits you' } },
  TextBody: {
    all: { text: 'Plain text of a body, which is long enough for two lines on a phone.' },
    states: {
      bold: { 'font-weight': 'bold' },
      bold_italic: { 'font-weight': 'bold_italic', strikethrough: true },
      markdown: { markdown: true, text: ['**Bold**, *italic*, ~~struck~~, [a link](https://example.com/terms)', '- first', '- second', '1. one', '2. two'] },
    },
  },
  TextCaption: {
    all: { text: 'A small text under something.' },
    states: { markdown: { markdown: true, text: ['With *marks* and [a link](https://example.com)', '- no list'] } },
  },
  RichText: {
    all: {
      text: [
        '# Heading', '## Subheading', 'A paragraph with **bold**, *italic*, ***both*** and ~~struck~~ text,', 'and [a link](https://example.com/rich).', '',
        '- one', '- two', '', '1. first', '2. second', '', '| Size | Price |', '| --- | --- |', '| Small | 2.50 |', '| Large | 4.00 |', '',
        `![A picture](data:image/png;base64,${PICTURE})`, '', '[bad](javascript:alert(1))', '### not a heading',
      ],
    },
    states: { broken: { text: 'a < b' } },
  },
  Image: {
    all: { src: PICTURE, 'alt-text': 'A green field' },
    states: { cover: { height: 120, 'scale-type': 'cover' }, placeholder: { src: 'not an image' } },
  },
  ImageCarousel: { all: { images: [1, 2, 3].map((at) => ({ src: PICTURE, 'alt-text': `Picture ${at}` })) } },
  TextInput: {
    all: { name: 'f', label: 'Your name', 'helper-text': 'As in your passport' },
    used: { 'init-value': 'Ada Byron' },
    invalid: { 'init-value': 'Ada', 'min-chars': 5 },
    states: {
      email: { 'input-type': 'email', label: 'Email' },
      password: { 'input-type': 'password', label: 'Password', 'init-value': 'secret' },
      required: { required: true },
      large: { 'label-variant': 'large', label: 'What should we call you when we ring you up about your order?' },
    },
  },
  TextArea: {
    all: { name: 'f', label: 'Your message', 'helper-text': 'A few words', 'max-length': 40 },
    used: { 'init-value': 'Two lines\nof text' },
    invalid: { required: true, 'init-value': ' ' },
  },
  Dropdown: {
    all: { name: 'f', label: 'Product', 'data-source': OPTIONS },
    used: { 'init-value': 'b' },
    invalid: { 'init-value': 'b', 'error-message': 'Sold out' },
    states: { many: { 'data-source': Array.from({ length: 60 }, (_, at) => ({ id: `o${at}`, title: `Option ${at}` })) } },
  },
  RadioButtonsGroup: {
    all: { name: 'f', label: 'Product', description: 'You can change it later', 'data-source': OPTIONS },
    used: { 'init-value': 'a' },
    invalid: { 'init-value': 'a', 'error-message': 'Sold out' },
    states: {
      images: { 'media-size': 'large', 'data-source': [{ id: 'a', title: 'With an image', image: PICTURE, 'alt-text': 'Field' }, { id: 'b', title: 'With a colour', color: '#2266CC' }] },
      required: { required: true },
    },
  },
  CheckboxGroup: {
    all: { name: 'f', label: 'Products', 'data-source': OPTIONS, 'max-selected-items': 2 },
    used: { 'init-value': ['a'] },
    invalid: { 'init-value': ['a'], 'error-message': 'Sold out' },
    states: { full: { 'init-value': ['a'], 'max-selected-items': 1 } },
  },
  ChipsSelector: {
    all: { name: 'f', label: 'Interests', description: 'For your newsletter', 'data-source': ['Music', 'Art', 'Sport', 'Food and drink', 'Travel'].map((title) => ({ id: title, title })) },
    used: { 'init-value': ['Art', 'Travel'] },
    invalid: { 'init-value': ['Art'], 'error-message': 'Choose another' },
  },
  DatePicker: {
    all: { name: 'f', label: 'Day', 'helper-text': 'When you arrive', 'min-date': '2026-01-05', 'max-date': '2026-12-20', 'unavailable-dates': ['2026-03-17'] },
    used: { 'init-value': '2026-03-16' },
    invalid: { 'init-value': '2026-03-17' },
  },
  CalendarPicker: {
    all: { name: 'f', title: 'Your stay', description: 'At least two nights', mode: 'range', label: { 'start-date': 'Arrival', 'end-date': 'Departure' }, 'min-date': '2026-03-02', 'max-date': '2026-05-30', 'unavailable-dates': ['2026-03-20'] },
    used: { 'init-value': { 'start-date': '2026-03-10', 'end-date': '2026-03-14' } },
    invalid: { 'init-value': { 'start-date': '2026-03-14', 'end-date': '2026-03-10' } },
    states: { single: { mode: 'single', label: 'Day of the visit', title: undefined, description: undefined, 'include-days': ['Mon', 'Tue'], 'init-value': '2026-03-10' } },
  },
  OptIn: {
    all: { name: 'f', label: 'I agree to the terms' },
    used: { 'init-value': true },
    invalid: { required: true, 'init-value': true, 'error-message': 'Please agree' },
    states: { link: { 'on-click-action': ASK, required: true } },
  },
  EmbeddedLink: {
    all: { text: 'Forgot your password?', 'on-click-action': ASK },
    states: { external: { text: 'Our website', 'on-click-action': { name: 'open_url', url: 'https://example.com' } } },
  },
  Footer: {
    all: { label: 'Continue', 'on-click-action': ASK },
    states: { captions: { 'left-caption': '2 tickets', 'right-caption': '40.00' }, caption: { 'center-caption': 'Free of charge' } },
  },
  NavigationList: {
    all: {
      name: 'f', label: 'Offers', description: 'Of this week',
      'list-items': [
        { id: 'a', 'main-content': { title: 'House', description: 'With a garden', metadata: 'Five rooms' }, start: { image: PICTURE, 'alt-text': 'Green hill' }, badge: 'New', 'on-click-action': ASK },
        { id: 'b', 'main-content': { title: 'Flat', description: 'In the centre' }, end: { title: '900', description: 'a month' }, tags: ['Lift', 'Balcony'], 'on-click-action': ASK },
      ],
    },
  },
  PhotoPicker: {
    all: { name: 'f', label: 'Photos', description: 'Of the damage', 'max-uploaded-photos': 3 },
    invalid: { 'error-message': 'The photo is blurred' },
    states: { gallery: { 'photo-source': 'gallery' } },
  },
  DocumentPicker: {
    all: { name: 'f', label: 'Documents', 'allowed-mime-types': ['application/pdf', 'image/jpeg'] },
    invalid: { 'error-message': 'The document is empty' },
  },
  Balloon: { all: { text: 'up' } },
};

/** The id of the screen of a state. */
export function screenId(kind, state) {
  return `${kind}_${state}`.replace(/[^A-Za-z_]/g, '_').toUpperCase();
}

/** The states that a page of this component has. */
export function statesOf(kind) {
  const { used, invalid, states = {} } = COMPONENTS[kind];
  return ['seen', ...(used ? ['used'] : []), ...(invalid ? ['invalid'] : []), 'disabled', 'hidden', ...Object.keys(states)];
}

/** The Flow JSON of all pages. A text stands above each component, so that a page is never empty. */
export function componentsDocument() {
  const screens = Object.entries(COMPONENTS).flatMap(([kind, { all, used, invalid, states = {} }]) => {
    const additions = { seen: {}, used, invalid, disabled: { enabled: false }, hidden: { visible: false }, ...states };
    return statesOf(kind).map((state) => screen(screenId(kind, state), kind, [
      ...(kind === 'Footer' || state !== 'hidden' ? [] : [{ type: 'TextBody', text: 'Nothing else' }]),
      { type: kind, ...all, ...additions[state] },
    ]));
  });
  return document(screens);
}

/** A screen. Without an `If`, its id says what it shows. */
export function screen(id, title, children) {
  return { id, title, terminal: true, layout: { type: 'SingleColumnLayout', children } };
}

export function document(screens) {
  return { version: '7.3', data_api_version: '4.0', routing_model: {}, screens };
}

/** A flow whose texts attack the page. */
export function hostileDocument() {
  const script = '<script>window.attacked = 1</script><img src=x onerror="window.attacked = 1">"\'`{{7*7}}${attack}';
  const link = '[click](javascript:window.attacked=1) [data](data:text/html,<script>window.attacked=1</script>) [plain](http://example.com) [ok](https://example.com/ok)';
  const huge = `${script} ${'wwwwwwwwww'.repeat(4000)} ${'[('.repeat(2000)}${'*'.repeat(2000)}`;
  const options = Array.from({ length: 200 }, (_, at) => ({ id: `${script}${at}`, title: `${at} ${script}`, description: script, image: 'javascript:alert(1)', 'alt-text': script, color: 'url(https://example.com/x)' }));
  const all = Object.entries(COMPONENTS).map(([kind, { all: properties }], at) => {
    const hostile = { ...properties, name: `n${at}`, label: script, text: script, title: script, description: script, 'helper-text': script, 'alt-text': script };
    if ('data-source' in properties) hostile['data-source'] = options;
    if (kind === 'CalendarPicker') Object.assign(hostile, { label: { 'start-date': script, 'end-date': script }, 'helper-text': { 'start-date': script } });
    if (kind === 'NavigationList') hostile['list-items'] = options.map(({ id }) => ({ id, 'main-content': { title: script, description: huge.slice(0, 500) }, badge: script, 'on-click-action': ASK }));
    if (kind === 'Image') hostile.src = `i" onerror="window.attacked=1`;
    if (kind === 'TextBody' || kind === 'TextCaption') Object.assign(hostile, { text: `${link} ${huge}`, markdown: true });
    if (kind === 'RichText') hostile.text = `${link.replaceAll('<', '(')} ${'x'.repeat(50_000)} ${'[('.repeat(20_000)}`;
    return { type: kind, ...hostile };
  });
  const more = Array.from({ length: 50 - all.length }, (_, at) => ({ type: 'TextInput', name: `more${at}`, label: `${at} ${script}`, 'init-value': script }));
  return document([screen('HOSTILE', script, [...more, ...all])]);
}

/** 50 screens with 50 components each. */
export function largeDocument() {
  const kinds = ['TextInput', 'TextArea', 'Dropdown', 'RadioButtonsGroup', 'CheckboxGroup', 'TextBody', 'OptIn', 'DatePicker', 'ChipsSelector', 'TextCaption'];
  const letters = (at) => String.fromCharCode(65 + Math.floor(at / 26), 65 + (at % 26));
  return document(Array.from({ length: 50 }, (_, at) => screen(`LARGE_${letters(at)}`, `Screen ${at}`, Array.from({ length: 50 }, (__, place) => {
    const kind = kinds[place % kinds.length];
    if (place === 49) return { type: 'Footer', ...COMPONENTS.Footer.all };
    const name = kind.startsWith('Text') && !['TextInput', 'TextArea'].includes(kind) ? {} : { name: `f${place}` };
    return { type: kind, ...COMPONENTS[kind].all, ...name };
  }))));
}
