// The build of the program: under way, or failed, in the compiler's words.

import { h, setText } from '../phone/dom.js';

export function buildPanel() {
  const title = h('p', { class: 'build-title', role: 'status' });
  const output = h('pre', { tabindex: '0', 'aria-label': 'The messages of the compiler' });
  const element = h('div', { class: 'build' }, title, output);
  element.hidden = true;
  return {
    element,
    /** @param {import('./types.js').State} state */
    update({ build }) {
      element.hidden = build.status === 'ok';
      const failed = build.status === 'failed';
      setText(title, failed ? 'The program does not build; the program as it was keeps serving.' : 'The source changed; building …');
      setText(output, build.output);
      output.hidden = !failed;
    },
  };
}
