// Draws the states of an incident into docs/architecture.md from the table in the code: node scripts/draw-states.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { transitions } from '../shared/domain/states.ts';

const begin = '<!-- states: drawn by scripts/draw-states.ts -->';
const end = '<!-- /states -->';

const table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = transitions;

/** The drawing, as a Mermaid state diagram between its marks. */
function drawing(): string {
  const lines = Object.entries(table).flatMap(([from, targets]) =>
    Object.keys(targets).length === 0
      ? [`  ${from} --> [*]`]
      : Object.entries(targets).map(([to, events]) => `  ${from} --> ${to}: ${events.join(', ')}`),
  );
  return [begin, '', '```mermaid', 'stateDiagram-v2', '  [*] --> pending: triggered', ...lines, '```', '', end].join('\n');
}

/** The page with its drawing replaced by what the code says. */
export function drawn(page: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error('docs/architecture.md has lost the marks around its drawing');
  return before + drawing() + after;
}

if (import.meta.main) {
  const file = new URL('../docs/architecture.md', import.meta.url);
  writeFileSync(file, drawn(readFileSync(file, 'utf8')));
}
