/** The package's module for ESM; named by its file, because "punycode" alone is Node's own deprecated one. */
declare module "punycode/punycode.es6.js" {
  const punycode: { toASCII(domain: string): string };
  export default punycode;
}
