import { TaskError } from "../errors.ts";

/**
 * Names of the IANA database that were renamed, in their old and their new form, by what stands before the slash. Of each,
 * Intl lists only the one that it prefers. From tzdata 2025b. EST, HST, MST and ROC are left out: the database of Java
 * lacks them, and AWS may use that one.
 */
const renamed: Record<string, string> = {
  Africa: "Asmara Asmera Bamako Cairo Timbuktu Tripoli",
  America:
    "Adak Anchorage Argentina/Buenos_Aires Argentina/Catamarca Argentina/ComodRivadavia Argentina/Cordoba Argentina/Jujuy Argentina/Mendoza Atikokan Atka Buenos_Aires Catamarca Chicago Coral_Harbour Cordoba Denver Detroit Edmonton Ensenada Fort_Wayne Godthab Halifax Havana Indiana/Indianapolis Indiana/Knox Indianapolis Iqaluit Jamaica Jujuy Kentucky/Louisville Knox_IN Los_Angeles Louisville Manaus Mazatlan Mendoza Mexico_City Montreal New_York Nipigon Noronha Nuuk Panama Pangnirtung Phoenix Porto_Acre Rainy_River Regina Rio_Branco Rosario Santa_Isabel Santiago Sao_Paulo Shiprock St_Johns St_Thomas Thunder_Bay Tijuana Toronto Vancouver Virgin Whitehorse Winnipeg Yellowknife",
  Antarctica: "McMurdo South_Pole",
  Arctic: "Longyearbyen",
  Asia: "Ashgabat Ashkhabad Calcutta Choibalsan Chongqing Chungking Dacca Dhaka Harbin Ho_Chi_Minh Hong_Kong Istanbul Jerusalem Kashgar Kathmandu Katmandu Kolkata Macao Macau Makassar Nicosia Rangoon Saigon Seoul Shanghai Singapore Taipei Tehran Tel_Aviv Thimbu Thimphu Tokyo Ujung_Pandang Ulaanbaatar Ulan_Bator Urumqi Yangon",
  Atlantic: "Faeroe Faroe Jan_Mayen Reykjavik",
  Australia:
    "ACT Adelaide Brisbane Broken_Hill Canberra Currie Darwin Hobart LHI Lord_Howe Melbourne NSW North Perth Queensland South Sydney Tasmania Victoria West Yancowinna",
  Brazil: "Acre DeNoronha East West",
  "": "CET CST6CDT Cuba EET EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROK Singapore Turkey UCT Universal W-SU WET Zulu",
  Canada: "Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon",
  Chile: "Continental EasterIsland",
  Etc: "GMT GMT+0 GMT-0 GMT0 Greenwich UCT UTC Universal Zulu",
  Europe:
    "Athens Belfast Brussels Chisinau Dublin Istanbul Kiev Kyiv Lisbon London Moscow Nicosia Tiraspol Uzhgorod Warsaw Zaporozhye",
  Mexico: "BajaNorte BajaSur General",
  Pacific:
    "Auckland Chatham Chuuk Easter Enderbury Honolulu Johnston Kanton Kwajalein Pago_Pago Pohnpei Ponape Samoa Truk Yap",
  US: "Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa",
};

const [hoursWest, hoursEast] = [12, 14];

function listNames(): string[] {
  const both = Object.entries(renamed).flatMap(([area, names]) =>
    names.split(" ").map((name) => (area === "" ? name : `${area}/${name}`)),
  );
  const west = Array.from({ length: hoursWest }, (_, hour) => `Etc/GMT+${hour + 1}`);
  const east = Array.from({ length: hoursEast }, (_, hour) => `Etc/GMT-${hour + 1}`);
  return [...Intl.supportedValuesOf("timeZone"), ...both, ...west, ...east, "UTC"];
}

const simplified = (name: string) => name.toLowerCase().replaceAll(/[\s_]+/g, "_");
const cityOf = (name: string) => simplified(name.slice(name.lastIndexOf("/") + 1));

let known: { names: Set<string>; bySimplified: Map<string, string>; byCity: Map<string, string> } | undefined;

function knownNames() {
  if (known !== undefined) return known;
  const names = listNames();
  known = {
    names: new Set(names),
    bySimplified: new Map(names.map((name) => [simplified(name), name])),
    byCity: new Map(names.map((name) => [cityOf(name), name])),
  };
  return known;
}

/** Offsets of whole hours as people write them; the signs of the database are the other way round. */
function nameOfOffset(written: string): string | undefined {
  const [, sign, hours] = /^(?:GMT|UTC)?([+-])0?(\d{1,2})(?::?00)?$/i.exec(written) ?? [];
  if (sign === undefined || hours === undefined) return undefined;
  const name = `Etc/GMT${sign === "+" ? "-" : "+"}${hours}`;
  return knownNames().names.has(name) ? name : undefined;
}

/**
 * AWS says that it takes the names of the IANA database. That it takes only their exact spelling, and renamed ones in both
 * forms, is an assumption.
 *
 * @throws Rejected for a name that is not spelled as in the database, with the name that was probably meant.
 */
export function requireZoneName(written: string): void {
  const { names, bySimplified, byCity } = knownNames();
  if (names.has(written)) return;
  const meant = bySimplified.get(simplified(written)) ?? nameOfOffset(written) ?? byCity.get(cityOf(written));
  const way = meant === undefined ? "" : ` Did you mean ${meant}?`;
  throw new TaskError(
    "rejected",
    `"${written}" is not a time zone: write a name from the IANA database exactly, for example Europe/Berlin or UTC.${way}`,
  );
}
