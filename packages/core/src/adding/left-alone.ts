import path from "node:path";

/** A folder that a walk does not look into. */
export interface LeftAlone {
  path: string;
  /** What it is, in words. */
  why: string;
}

/** By the ends of their names: what a program keeps its pictures in, and lists for itself. */
const libraries: Record<string, string> = {
  photoslibrary: "Photos",
  migratedphotolibrary: "iPhoto",
  photolibrary: "iPhoto",
  aplibrary: "Aperture",
  migratedaplibrary: "Aperture",
  photoboothlibrary: "Photo Booth",
  lrlibrary: "Lightroom",
  lrdata: "Lightroom",
  "lrcat-data": "Lightroom",
  cocatalog: "Capture One",
  imovielibrary: "iMovie",
  theater: "iMovie",
  rcproject: "iMovie",
  fcpbundle: "Final Cut Pro",
  musiclibrary: "Music",
  tvlibrary: "TV",
  dtbase2: "DEVONthink",
  library: "another program",
};

/** Folders that macOS shows as one file, documents and programs among them. */
const packages =
  /\.(app|appex|backupbundle|band|bundle|download|dtpb|dvdmedia|framework|graffle|key|logicx|numbers|oo3|pages|plugin|rtfd|scriv|sparsebundle|xcassets)$/i;

/** Libraries from before they had an end of their name. */
const oldLibraries: Record<string, string> = {
  "iphoto library": "iPhoto",
  "aperture library": "Aperture",
  "photo booth library": "Photo Booth",
  "ipod photo cache": "iTunes",
};

/** Thumbnails, caches and what was deleted: of network drives, Windows, Linux, Android, and programs for pictures. */
const kept = new Set(
  [
    ...["@eaDir", "@tmp", "@Recycle", "@Recently-Snapshot", "@sharebin", "#recycle", "#snapshot", "#SyncTrash"],
    ...["$RECYCLE.BIN", "RECYCLER", "RECYCLED", "System Volume Information", "lost+found", "FOUND.000", "LOST.DIR"],
    ...["Network Trash Folder", "Temporary Items", "__MACOSX", "CaptureOne", "[Originals]", "node_modules"],
  ].map((name) => name.toLowerCase()),
);

/** Files with which a program says that the pictures beside them are not a person's own. */
const marks: Record<string, string> = {
  ".nomedia": "its .nomedia keeps it out of galleries",
  "CACHEDIR.TAG": "the cache of a program",
};

/** The program whose library this is, by the name of the folder. */
function libraryOf(folderName: string): string | undefined {
  const name = folderName.toLowerCase();
  const end = /[^.]\.([a-z0-9-]+)$/.exec(name)?.[1] ?? "";
  return oldLibraries[name] ?? libraries[end] ?? (end.endsWith("library") ? "another program" : undefined);
}

const wayOut = "export the pictures you want from it";

export interface Library {
  path: string;
  /** What it is, in words. */
  what: string;
  wayOut: string;
}

/** The library that a folder is, or belongs to. */
export function libraryAround(folder: string): Library | undefined {
  const parts = folder.split(path.sep);
  const at = parts.findIndex((part) => libraryOf(part) !== undefined);
  const program = libraryOf(parts[at] ?? "");
  if (program === undefined) return undefined;
  return { path: parts.slice(0, at + 1).join(path.sep), what: `a library of ${program}`, wayOut };
}

/** Why a folder that is a library, or belongs to one, is left alone. */
export function whyInLibrary(folder: string): string | undefined {
  const library = libraryAround(folder);
  return library && `${library.what}; ${library.wayOut}`;
}

/** Why a walk leaves a folder of this name alone; undefined where it looks into it. */
export function whyLeftAlone(folderName: string): string | undefined {
  const why = whyInLibrary(folderName);
  if (why !== undefined) return why;
  if (packages.test(folderName)) return `a document or a program; ${wayOut}`;
  if (kept.has(folderName.toLowerCase())) return "kept by the system or another program";
  return folderName.startsWith(".") ? "hidden" : undefined;
}

/** Why a folder in which these names are is left alone; undefined where none of them says so. */
export function whyMarked(names: readonly string[]): string | undefined {
  const mark = names.find((name) => marks[name] !== undefined);
  return mark === undefined ? undefined : marks[mark];
}

const mostNamed = 5;

/** One sentence for each reason, with the first of the folders. */
export function describeLeftAlone(folders: readonly LeftAlone[]): string[] {
  const byReason = Map.groupBy(folders, ({ why }) => why);
  return [...byReason].map(([why, these]) => {
    const named = these.slice(0, mostNamed).map((folder) => folder.path);
    const more = these.length - named.length;
    return `Left alone: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""} (${why}).`;
  });
}
