import { commonOptions } from "../command-line.ts";
import {
  type Context,
  defineVerb,
  type Input,
  loadVerb,
  type Option,
  type Options,
  UsageError,
  type Verb,
} from "../define-verb.ts";

const shells = ["bash", "zsh"] as const;
type Shell = (typeof shells)[number];

const optionsOf = (verb: Verb) => Object.entries<Option>({ ...verb.options, ...commonOptions });

/** Words that may follow a verb, other than ids and files. */
function wordsAfter({ operands: { offers = [] } }: Verb, verbs: readonly Verb[]): readonly string[] {
  if (offers === "files") return [];
  return offers === "verbs" ? verbs.map(({ name }) => name) : offers;
}

function bashCase(verb: Verb, verbs: readonly Verb[]): string {
  const values = optionsOf(verb)
    .filter(([, { values }]) => values !== undefined)
    .map(
      ([name, option]) =>
        `        --${name}) COMPREPLY=($(compgen -W "${option.values?.join(" ")}" -- "$current")); return ;;\n`,
    );
  const names = [...optionsOf(verb).map(([name]) => `--${name}`), ...wordsAfter(verb, verbs)];
  const files = verb.operands.offers === "files" ? ' $(compgen -f -- "$current")' : "";
  return `    ${verb.name})
      case "$previous" in
${values.join("")}        *) COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$current")${files}) ;;
      esac ;;
`;
}

const bash = (verbs: readonly Verb[]) => `# 2x2 completion for bash: eval "$(2x2 completion bash)"
_2x2() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(" ")}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${verbs.map((verb) => bashCase(verb, verbs)).join("")}  esac
}
complete -F _2x2 2x2
`;

/** zsh gives a colon, and a bracket within a description, a meaning of its own. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const inBrackets = (text: string) => text.replaceAll(/[[\]:]/g, " ");

function zshArguments(verb: Verb, verbs: readonly Verb[]): string {
  const options = optionsOf(verb).map(([name, { type, summary, value, values, multiple }]) => {
    const action =
      type === "boolean" ? "" : `:${value ?? "VALUE"}:${values === undefined ? "" : `(${values.join(" ")})`}`;
    return quoted(`${multiple ? "*" : ""}--${name}[${inBrackets(summary)}]${action}`);
  });
  const words = wordsAfter(verb, verbs);
  const files = verb.operands.offers === "files" ? ["'*:file:_files'"] : [];
  const rest = words.length > 0 ? [quoted(`*:word:(${words.join(" ")})`)] : files;
  return `    ${verb.name}) _arguments ${[...options, ...rest].join(" ")} ;;\n`;
}

const zsh = (verbs: readonly Verb[]) => `#compdef 2x2
# 2x2 completion for zsh: eval "$(2x2 completion zsh)"
_2x2() {
  if (( CURRENT == 2 )); then
    local -a verbs=(${verbs.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(" ")})
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${verbs.map((verb) => zshArguments(verb, verbs)).join("")}  esac
}
compdef _2x2 2x2
`;

const scripts: Record<Shell, (verbs: readonly Verb[]) => string> = { bash, zsh };

export const completion = defineVerb({
  usage: "bash | zsh",
  details:
    'Put eval "$(2x2 completion bash)" into ~/.bashrc, or eval "$(2x2 completion zsh)" into ~/.zshrc after compinit.',
  options: {},
  operands: { least: 1, most: 1, offers: shells },
  isOwnText: true,
  async run({ verbs }: Context, { operands: [wanted] }: Input<Options>) {
    const shell = shells.find((known) => known === wanted);
    if (shell === undefined) throw new UsageError(`"${wanted}" is not a shell that 2x2 knows: use bash or zsh.`);
    return { shell, script: scripts[shell](await Promise.all(verbs.map(loadVerb))) };
  },
  print: ({ script }) => script.trimEnd(),
});
