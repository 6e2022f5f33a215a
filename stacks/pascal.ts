/** `select-square` as a part of the name of a component or of a logical id: `SelectSquare`. */
export const pascal = (name: string): string =>
  name
    .split("-")
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join("");
