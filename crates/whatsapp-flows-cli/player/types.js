// The JSON that the page gets and sends, as JSDoc types. There is no code in here.

/**
 * What a user sees: `client::View` of whatsapp-flow-json.
 * @typedef {object} View
 * @property {string} version  of the Flow JSON, such as "7.3"; empty if it cannot be read
 * @property {string} screen  its id; empty before the first one
 * @property {string} title
 * @property {Frame} frame
 * @property {boolean} can_go_back
 * @property {boolean} terminal
 * @property {Snackbar | null} snackbar
 * @property {Component[]} components
 * @property {number} progress  from 0 to 1
 * @property {string[]} warnings
 */

/**
 * @typedef {{ state: 'ready' } | { state: 'loading' } | { state: 'error', failure: Failure }
 *   | { state: 'closed', params: Json | null }} Frame
 */

/**
 * @typedef {object} Failure
 * @property {string | Record<string, number>} cause
 * @property {string} text  for the user
 * @property {boolean} can_retry
 * @property {string} explanation  for the developer
 * @property {number} line  0 if there is none
 */

/** @typedef {{ text: string, milliseconds: number }} Snackbar */

/**
 * @typedef {object} Component
 * @property {number} id
 * @property {string} kind
 * @property {string} type_name
 * @property {string | null} name
 * @property {number} line
 * @property {string} label
 * @property {boolean} enabled
 * @property {boolean} required
 * @property {boolean} focused
 * @property {any} value
 * @property {any} problem
 * @property {string | null} error
 * @property {Option[]} options
 * @property {boolean} tappable
 * @property {boolean} opens_url
 * @property {string | null} banner
 * @property {Json} properties
 */

/**
 * @typedef {object} Option
 * @property {string} id
 * @property {string} title
 * @property {boolean} enabled
 * @property {boolean} selected
 * @property {Json} properties
 */

/** @typedef {Record<string, any>} Json */

/** @typedef {'day' | 'start' | 'end'} DatePart */

/** @typedef {{ name: string, mime_type: string, bytes: number }} PickedFile */

/**
 * Something that a user does: `client::Event` of whatsapp-flow-json.
 * @typedef {{ type: 'focus', component: number }
 *   | { type: 'blur' }
 *   | { type: 'type', component: number, text: string }
 *   | { type: 'choose', component: number, option: string }
 *   | { type: 'tick', component: number }
 *   | { type: 'set_date', component: number, part: DatePart, day: string }
 *   | { type: 'clear', component: number, part: DatePart }
 *   | { type: 'pick', component: number, files: PickedFile[] }
 *   | { type: 'remove_file', component: number, file_name: string }
 *   | { type: 'retry_upload', component: number, file_name: string }
 *   | { type: 'tap', component: number }
 *   | { type: 'tap_item', component: number, item: string }
 *   | { type: 'back' } | { type: 'close' } | { type: 'retry' } | { type: 'dismiss_snackbar' }} UserEvent
 */

/**
 * How the phone looks.
 * @typedef {object} Look
 * @property {'android' | 'web' | 'ios'} platform
 * @property {'light' | 'dark'} theme
 * @property {'ltr' | 'rtl'} direction
 * @property {'phone' | 'narrow'} width
 * @property {'normal' | 'large'} text
 */

/** @typedef {{ body: string, button: string }} Message  the message that opens the flow */

/**
 * What the phone tells its owner.
 * @typedef {object} Handlers
 * @property {(event: UserEvent) => void} onEvent
 * @property {() => void} onOpen  the message's button was tapped
 * @property {(url: string) => void} onLink  an https link in a text was tapped
 */

/**
 * A finding of `flowctl check`.
 * @typedef {object} Finding
 * @property {'error' | 'warning' | 'hint'} severity
 * @property {string} rule
 * @property {string} text
 * @property {string | null} help
 * @property {number} line
 * @property {string | null} screen
 * @property {number | null} component  its id in the view of the screen
 * @property {number | null} component_line
 */

/** @typedef {{ screens: { id: string, view: View }[], findings: Finding[] }} GalleryData */

/**
 * What a component gets from the phone that draws it.
 * @typedef {object} Context
 * @property {(event: UserEvent) => void} send
 * @property {(url: string) => void} link
 * @property {() => boolean} inert  the user cannot act now
 * @property {() => Look} look
 * @property {() => View} view
 * @property {Overlays} overlays
 */

/**
 * @typedef {object} Overlays
 * @property {(options: OverlayOptions) => Overlay} open
 */

/**
 * @typedef {object} OverlayOptions
 * @property {'panel' | 'dialog' | 'menu' | 'bottom'} style
 * @property {string} title
 * @property {Node[]} content
 * @property {HTMLElement} [focus]  gets the focus first
 * @property {() => void} [onClose]
 * @property {number} [component]  the overlay closes when this component disappears
 */

/** @typedef {{ element: HTMLElement, close: () => void }} Overlay */

/**
 * A component on the page. `update` is called with every view of the same screen.
 * @typedef {object} Drawn
 * @property {HTMLElement} element
 * @property {(component: Component) => void} update
 * @property {boolean} [always]  it is updated with every view, also with one that did not change
 */

/** @typedef {(component: Component, context: Context) => Drawn} Draw */

export {};
