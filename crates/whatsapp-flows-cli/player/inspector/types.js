// The JSON of the player's server, as JSDoc types. There is no code in here.

/** @typedef {import('../types.js').View} View */
/** @typedef {import('../types.js').Json} Json */

/**
 * @typedef {object} State
 * @property {number} revision
 * @property {'dev' | 'endpoint' | 'preview'} mode
 * @property {{ status: 'ok' | 'building' | 'failed', output: string }} build
 * @property {Flow[]} flows
 * @property {string} flow  the name of the one that is played
 * @property {number} document  changes with its Flow JSON
 * @property {string | null} endpoint
 * @property {string} token
 * @property {boolean} open
 * @property {View | null} view
 * @property {import('../types.js').Message} message
 * @property {string | null} refused
 * @property {string | null} armed  what happens to the next request
 * @property {Explanation | null} explanation
 * @property {string[]} links
 * @property {Summary[]} exchanges
 */

/**
 * @typedef {object} Flow
 * @property {string} name
 * @property {string | null} endpoint
 * @property {string | null} error
 * @property {number | null} line
 * @property {boolean} asks_endpoint
 * @property {string[]} screens
 */

/** @typedef {{ text: string, line: number | null, rejected: boolean }} Explanation */

/**
 * A row of the list. Without a status the request is under way.
 * @typedef {object} Summary
 * @property {number} id
 * @property {string} action
 * @property {string} screen
 * @property {string} token
 * @property {number | null} status
 * @property {number | null} milliseconds
 * @property {{ request: number, reply: number } | null} bytes
 * @property {string | null} shown
 * @property {string | null} problem
 * @property {'normal' | 'repeat' | 'resend' | 'notification' | 'misbehaviour'} kind
 * @property {string | null} misbehaviour
 * @property {boolean} repeated  a stored reply was sent again, as the log says
 */

/**
 * @typedef {Summary & { request: Json, reply: Json | null, session: { before: Json | null, after: Json | null } | null,
 *   log: string[], view: View | null, explanation: Explanation | null }} Detail
 */

export {};
