// The components by their kinds.

import { calendarPicker } from './CalendarPicker.js';
import { checkboxGroup } from './CheckboxGroup.js';
import { chipsSelector } from './ChipsSelector.js';
import { datePicker } from './DatePicker.js';
import { documentPicker } from './DocumentPicker.js';
import { dropdown } from './Dropdown.js';
import { embeddedLink } from './EmbeddedLink.js';
import { footer } from './Footer.js';
import { image } from './Image.js';
import { imageCarousel } from './ImageCarousel.js';
import { navigationList } from './NavigationList.js';
import { optIn } from './OptIn.js';
import { photoPicker } from './PhotoPicker.js';
import { radioButtonsGroup } from './RadioButtonsGroup.js';
import { richText } from './RichText.js';
import { textArea } from './TextArea.js';
import { textBody } from './TextBody.js';
import { textCaption } from './TextCaption.js';
import { textHeading } from './TextHeading.js';
import { textInput } from './TextInput.js';
import { textSubheading } from './TextSubheading.js';
import { unknown } from './Unknown.js';

/** @type {Map<string, import('../types.js').Draw>} */
const KINDS = new Map([
  ['CalendarPicker', calendarPicker],
  ['CheckboxGroup', checkboxGroup],
  ['ChipsSelector', chipsSelector],
  ['DatePicker', datePicker],
  ['DocumentPicker', documentPicker],
  ['Dropdown', dropdown],
  ['EmbeddedLink', embeddedLink],
  ['Footer', footer],
  ['Image', image],
  ['ImageCarousel', imageCarousel],
  ['NavigationList', navigationList],
  ['OptIn', optIn],
  ['PhotoPicker', photoPicker],
  ['RadioButtonsGroup', radioButtonsGroup],
  ['RichText', richText],
  ['TextArea', textArea],
  ['TextBody', textBody],
  ['TextCaption', textCaption],
  ['TextHeading', textHeading],
  ['TextInput', textInput],
  ['TextSubheading', textSubheading],
]);

/** @type {import('../types.js').Draw} */
export function draw(component, context) {
  return (KINDS.get(component.kind) ?? unknown)(component, context);
}
