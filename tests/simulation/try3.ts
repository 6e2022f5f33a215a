import { mutants } from "./mutants.ts";
import { buildSubject } from "./subject.ts";
for (const m of mutants) { try { await buildSubject(m); } catch (e) { console.log(m.name, String((e as Error).message).slice(0, 300)); } }
