export const start = Date.parse("2026-11-02T06:00:00Z");

export const hourMs = 3_600_000;
