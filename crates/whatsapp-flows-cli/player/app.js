import { token } from './api.js';
const state = await (await fetch('api/state', { headers: { 'X-Player-Token': token } })).json();
document.body.append(JSON.stringify(state, null, 2));
