// The player's server.
export const token = document.querySelector('meta[name="player-token"]')?.getAttribute('content') ?? '';
