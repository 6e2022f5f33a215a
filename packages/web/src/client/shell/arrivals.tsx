import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../base/icons.tsx";
import { toastFailed } from "../base/messages.tsx";
import { navigate, place } from "../base/router.ts";
import { isTyping } from "./typing.ts";
import "./arrivals.css";

/** Takes pictures that are dropped or pasted on any page to the page where they are added. */
export function Arrivals() {
  const cover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A browser offers pictures of the page itself as files.
    let isFromHere = false;
    const show = (isOver: boolean) => cover.current?.togglePopover(isOver);
    const isForUs = ({ dataTransfer }: DragEvent) => !isFromHere && dataTransfer?.types.includes("Files") === true;
    const listen = new AbortController();
    const on = <Name extends keyof WindowEventMap>(name: Name, hear: (event: WindowEventMap[Name]) => void) =>
      window.addEventListener(name, hear, { signal: listen.signal });
    on("dragstart", () => {
      isFromHere = true;
    });
    on("dragend", () => {
      isFromHere = false;
    });
    on("dragover", (event) => {
      if (!isForUs(event)) return;
      // Otherwise the browser would open the picture.
      event.preventDefault();
      show(true);
    });
    on("dragleave", ({ relatedTarget }) => {
      if (relatedTarget === null) show(false);
    });
    on("drop", (event) => {
      show(false);
      if (!isForUs(event)) return;
      event.preventDefault();
      void bring([...(event.dataTransfer?.files ?? [])]);
    });
    on("paste", (event) => {
      const { files = [], types = [] } = event.clipboardData ?? {};
      // Text that is copied from some programs comes with a picture of itself.
      if (files.length === 0 || (isTyping(event.target) && types.includes("text/plain"))) return;
      event.preventDefault();
      void bring([...files].map(named));
    });
    return () => listen.abort();
  }, []);
  return (
    <div ref={cover} popover="manual" class="arrivals" aria-hidden="true">
      <Icon name="add" /> Drop pictures to add them
    </div>
  );
}

/** Browsers call every picture of the clipboard `image.png`; with the time in it, it is a name that nobody takes for a title. */
function named(file: File): File {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[T:]/g, " ");
  return new File([file], file.name.replace(".", ` ${time}.`), { type: file.type });
}

async function bring(files: readonly File[]): Promise<void> {
  try {
    const { stage } = await import("../add/add-store.ts");
    stage(files);
    if (place.peek().path !== "/add" || place.peek().square !== undefined) navigate("/add");
  } catch (error) {
    toastFailed("The pictures could not be added.", error);
  }
}
