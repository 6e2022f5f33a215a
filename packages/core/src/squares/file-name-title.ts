/** What devices and programs call pictures, before a number. */
const names = new Set(
  `img imag image imgp mvimg vid pano burst pxl dsc dscn dscf dsf sdc sam cimg dji gopr gp hpim kif mg mgl pict pic photo
  foto bild picture scan scn fullsizerender snapchat received fb lrm tempimage whatsapp signal telegram messenger mmexport`
    .trim()
    .split(/\s+/),
);
/** Of these, even a short number makes no title. */
const general = /^(?:img|image|pic|pict|picture|photo|foto|bild|scan)[\s_-]?\d{1,3}$/i;
/** Panasonic's P1010023, Leica's L1010023 and their like: one letter says too little before a short number. */
const letters = /^[a-z]$/;
/** What stands beside the name and the numbers. */
const beside = new Set(
  `e wa at um am pm kl om on de la las à às copy kopie copie copia edited bearbeitet original export cloud size mp portrait night
  hdr cover bokeh raw top ms ios m h s 午前 午後 上午 下午 오전 오후`
    .trim()
    .split(/\s+/),
);
/** Screenshots, in the languages in which systems write them; a title may well be that of one as well, if no number follows. */
const screenshots =
  /screen ?shot|screen ?capture|bildschirmfoto|capture d.écran|captura de (?:pantalla|tela)|schermafbeelding|schermata|skärmavbild|skærmbillede|skjermbilde|zrzut ekranu|снимок экрана|ekran resmi|スクリーンショット|截屏|截图|屏幕截图|螢幕截圖|스크린샷/i;
const extension = /\.(?:jpe?g|png|webp|avif|tiff?|hei[cf]|gif)$/i;
const uuid = /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}(?![\da-z])/i;
const digest = /^(?=.*\d)(?=.*[a-f])[\da-f]{32,}$/i;

/** The title that a file's name gives, without folders and ending; empty where nothing is left. What a camera wrote stays as it is. */
export function titleOfName(fileName: string): string {
  const name = fileName.normalize("NFC").replace(/(?<=.)\.[^.]*$/, "");
  if (isFileNameTitle(name)) return name;
  return name
    .replaceAll("_", " ")
    .replaceAll(/(?<!\d)-+|-+(?!\d)/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/**
 * Whether a title is only what a camera, a phone, a messenger or a scanner called the file, as IMG_4821 or "WhatsApp Image 2026-05-03
 * at 10.11.12". It stays the title, so that the picture can be found again, but it is not what an artist wants to say.
 */
export function isFileNameTitle(title: string): boolean {
  const name = title.normalize("NFC").trim().replace(extension, "");
  if (uuid.test(name) || digest.test(name)) return true;
  const digits = name.replaceAll(/\D/g, "").length;
  if (screenshots.test(name)) return digits >= 4;
  const words = name.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const [first = "", ...others] = words;
  // A folder of a camera and a number in it, or a date with a time of day.
  if (words.every((word) => beside.has(word))) return digits >= 10 || /^\d{3}_\d{4}$/.test(name);
  if (!others.every((word) => beside.has(word) || names.has(word))) return false;
  if (letters.test(first)) return digits >= 6;
  return names.has(first) && (digits >= 4 || general.test(name));
}
