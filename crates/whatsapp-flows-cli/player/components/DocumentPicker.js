// DocumentPicker: files of the phone. The page has none, so a file is a name, a type and a size.

import { openFileDialog } from '../phone/fileDialog.js';
import { textOf } from '../phone/values.js';
import { words } from '../phone/words.js';
import { filePicker } from './files.js';

const KIND = { icon: 'document', add: words.addFile, maximum: 'max-uploaded-documents' };
const TYPES = ['application/pdf', 'image/jpeg', 'text/plain', 'application/zip'];

/** @type {import('../types.js').Draw} */
export function documentPicker(first, context) {
  const { id } = first;
  let types = TYPES;
  const pick = (/** @type {import('../types.js').PickedFile} */ file) => context.send({ type: 'pick', component: id, files: [file] });
  const drawn = filePicker(KIND, id, context, (_, taken) => {
    openFileDialog({ component: id, types, taken, pick }, context);
  });
  return {
    element: drawn.element,
    update(component) {
      const allowed = component.properties['allowed-mime-types'];
      const named = Array.isArray(allowed) ? allowed.map(textOf).filter(Boolean) : [];
      types = named.length > 0 ? named : TYPES;
      drawn.update(component);
    },
  };
}
