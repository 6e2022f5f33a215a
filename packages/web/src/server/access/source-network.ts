import { isIPv4, isIPv6 } from "node:net";

/**
 * The unit by which senders are counted: an IPv4 address, or the /64 network of an IPv6 address, because a household or a rented machine
 * gets at least that, with 2^64 addresses to choose from. IPv4 within IPv6 (mapped, NAT64, 6to4) counts as the IPv4 address. Everything
 * that is no address counts as one sender.
 */
export function networkOf(address: string): string {
  const bare = address
    .trim()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/%.*$/, "");
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return "unknown";
  const groups = groupsOf(bare);
  const zeros = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  const isMapped = zeros(0, 5) && groups[5] === 0xffff;
  const isNat64 = groups[0] === 0x64 && groups[1] === 0xff9b && zeros(2, 6);
  if (isMapped || isNat64) return dotted(groups.slice(6));
  if (groups[0] === 0x2002) return dotted(groups.slice(1, 3));
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
      const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
      return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    })
    .split("::");
  const groups = (part: string) =>
    part
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? "")];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

const dotted = (groups: readonly number[]) => groups.flatMap((group) => [group >> 8, group & 255]).join(".");
