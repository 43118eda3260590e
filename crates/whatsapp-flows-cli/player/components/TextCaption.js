// TextCaption: small text. Its Markdown has no lists in the client, though Meta's page says so.

import { text } from './text.js';

/** @type {import('../types.js').Draw} */
export const textCaption = text('caption', false);
