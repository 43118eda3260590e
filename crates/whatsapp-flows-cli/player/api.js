// The player's server: calls in their order, and a state that follows it.

const token = document.querySelector('meta[name="player-token"]')?.getAttribute('content') ?? '';

/** An answer that is not the one that was asked for. */
export class ApiError extends Error {}

/**
 * @param {string} path
 * @param {object} [body]  makes it a POST
 * @returns {Promise<any>}
 */
export async function call(path, body) {
  const options = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  const response = await fetch(`api/${path}`, { ...options, headers: { 'X-Player-Token': token } });
  // The page is of an earlier start of flowctl; a new one has the right token.
  if (response.status === 403) location.reload();
  const answer = await response.json();
  if (!response.ok) throw new ApiError(answer.error);
  return answer;
}

/**
 * Follows the state. `show` gets each state once, in order; while events are on their way only the last one.
 * @param {(state: import('./inspector/types.js').State) => void} show
 * @param {(problem: string | null) => void} report
 */
export function connect(show, report) {
  /** @type {{ path: string, body: any }[]} */
  const queue = [];
  let isSending = false;
  let revision = 0;
  /** @type {import('./inspector/types.js').State | null} */
  let latest = null;

  const receive = (/** @type {import('./inspector/types.js').State} */ state) => {
    if (state.revision > revision) {
      revision = state.revision;
      latest = state;
    }
    if (queue.length === 0 && latest) {
      const now = latest;
      latest = null;
      show(now);
    }
  };

  async function sendAll() {
    if (isSending) return;
    isSending = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      try {
        receive(await call(next.path, next.body));
        report(null);
      } catch (error) {
        if (!(error instanceof ApiError)) continue;
        report(error.message);
      }
    }
    isSending = false;
  }

  async function follow() {
    for (;;) {
      try {
        receive(await call(`state?after=${revision}`));
        if (document.body.hasAttribute('data-lost')) report(null);
        document.body.removeAttribute('data-lost');
      } catch {
        document.body.setAttribute('data-lost', '');
        report('flowctl has stopped. Start it again; this page then starts anew.');
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }
  follow();

  return {
    /**
     * Sends after what was sent before. Of the texts of one field only the last one is sent.
     * @param {string} path
     * @param {any} [body]
     */
    send(path, body = {}) {
      const last = queue.at(-1);
      if (last && body.type === 'type' && last.body.type === 'type' && last.body.component === body.component) queue.pop();
      queue.push({ path, body });
      sendAll();
    },
  };
}
