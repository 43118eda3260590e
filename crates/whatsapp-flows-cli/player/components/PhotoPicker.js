// PhotoPicker: photos from the camera or the gallery. The page has neither, so a photo is a name, a type and a size.

import { h } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { freeName, openFileDialog } from '../phone/fileDialog.js';
import { words } from '../phone/words.js';
import { filePicker } from './files.js';

const KIND = { icon: 'camera', add: words.addPhoto, maximum: 'max-uploaded-photos' };
const TYPES = ['image/jpeg', 'image/png', 'image/heic'];
const PHOTO = { name: 'photo.jpg', mime_type: 'image/jpeg', bytes: 245_760 };

/** @type {import('../types.js').Draw} */
export function photoPicker(first, context) {
  const { id } = first;
  let source = '';
  const pick = (/** @type {import('../types.js').PickedFile} */ file) => context.send({ type: 'pick', component: id, files: [file] });
  const drawn = filePicker(KIND, id, context, (_, taken) => {
    const take = () => pick({ ...PHOTO, name: freeName(PHOTO.name, taken) });
    const choose = () => openFileDialog({ component: id, types: TYPES, taken, pick }, context);
    if (source === 'camera') return take();
    if (source === 'gallery') return choose();
    const action = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ does) => {
      const button = h('button', { type: 'button', class: 'row action' });
      button.append(icon(name), h('span', { text: label }));
      button.addEventListener('click', () => {
        sheet.close();
        does();
      });
      return button;
    };
    const actions = [action('camera', words.takePhoto, take), action('gallery', words.chooseFromGallery, choose)];
    const sheet = context.overlays.open({ style: 'bottom', title: words.addPhoto, content: actions, component: id });
  });
  return {
    element: drawn.element,
    update(component) {
      source = component.properties['photo-source'] ?? 'camera_gallery';
      drawn.update(component);
    },
  };
}
