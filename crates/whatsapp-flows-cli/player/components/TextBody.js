// TextBody: running text.

import { text } from './text.js';

/** @type {import('../types.js').Draw} */
export const textBody = text('body', true);
