import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Row = Record<string, AttributeValue>;

/** The names and values that an expression refers to. */
export interface Words {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

const tokens = /[:#]?[A-Za-z_][A-Za-z_0-9]*|<=|>=|<>|[<>=(),+]/g;
const clauses: readonly string[] = ['SET', 'ADD', 'REMOVE'];

const plain = (value: AttributeValue | undefined): string | number | null => value?.S ?? (value?.N === undefined ? null : Number(value.N));

function compared(left: AttributeValue | undefined, operator: string, right: AttributeValue | undefined): boolean {
  const [a, b] = [plain(left), plain(right)];
  if (a === null || b === null || typeof a !== typeof b) return false;
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

/** Reads the part of DynamoDB's expressions that the stores use. Throws for anything else. */
export class Expression {
  readonly #tokens: readonly string[];
  readonly #row: Row | null;
  readonly #words: Words;
  #place = 0;

  constructor(text: string, row: Row | null, words: Words) {
    this.#tokens = text.match(tokens) ?? [];
    this.#row = row;
    this.#words = words;
  }

  /** Whether the condition holds for the row. */
  holds(): boolean {
    const held = this.#or();
    if (this.#place < this.#tokens.length) throw new Error(`not understood: ${this.#tokens.slice(this.#place).join(' ')}`);
    return held;
  }

  /** The row after the update. */
  updated(): Row {
    const row: Row = { ...this.#row };
    let clause = '';
    while (this.#place < this.#tokens.length) {
      if (clauses.includes(this.#peek())) clause = this.#next();
      const name = this.#name(this.#next());
      if (clause === 'SET') {
        this.#expect('=');
        row[name] = this.#operand() ?? this.#fail('nothing to set');
      } else if (clause === 'ADD') {
        const added = this.#operand();
        row[name] = { N: String(Number(this.#row?.[name]?.N ?? 0) + Number(added?.N)) };
      } else if (clause === 'REMOVE') Reflect.deleteProperty(row, name);
      else this.#fail(clause);
      if (this.#peek() === ',') this.#next();
    }
    return row;
  }

  #fail(what: string): never {
    throw new Error(`not understood: ${what}`);
  }

  #peek(): string {
    return this.#tokens[this.#place] ?? '';
  }

  #next(): string {
    this.#place += 1;
    return this.#tokens[this.#place - 1] ?? this.#fail('the end');
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) this.#fail(found);
  }

  #name(token: string): string {
    return token.startsWith('#') ? (this.#words.ExpressionAttributeNames?.[token] ?? this.#fail(token)) : token;
  }

  #or(): boolean {
    let held = this.#and();
    while (this.#peek() === 'OR') {
      this.#next();
      held = this.#and() || held;
    }
    return held;
  }

  #and(): boolean {
    let held = this.#not();
    while (this.#peek() === 'AND') {
      this.#next();
      held = this.#not() && held;
    }
    return held;
  }

  #not(): boolean {
    if (this.#peek() !== 'NOT') return this.#simple();
    this.#next();
    return !this.#not();
  }

  #simple(): boolean {
    if (this.#peek() === '(') {
      this.#next();
      const held = this.#or();
      this.#expect(')');
      return held;
    }
    const named = this.#peek();
    if (named === 'attribute_exists' || named === 'attribute_not_exists') {
      const [path] = this.#arguments(() => this.#operand());
      return (path !== undefined) === (named === 'attribute_exists');
    }
    if (named === 'contains') {
      const [list, one] = this.#arguments(() => this.#operand());
      return list?.L?.some((member) => compared(member, '=', one)) ?? false;
    }
    return this.#comparison();
  }

  #comparison(): boolean {
    const left = this.#operand();
    const operator = this.#next();
    if (operator === 'BETWEEN') {
      const from = this.#operand();
      this.#expect('AND');
      const to = this.#operand();
      return compared(left, '>=', from) && compared(left, '<=', to);
    }
    if (operator === 'IN') {
      this.#place -= 1;
      return this.#arguments(() => this.#operand()).some((one) => compared(left, '=', one));
    }
    return compared(left, operator, this.#operand());
  }

  #arguments(read: () => AttributeValue | undefined): readonly (AttributeValue | undefined)[] {
    this.#next();
    this.#expect('(');
    const found = [read()];
    while (this.#peek() === ',') {
      this.#next();
      found.push(read());
    }
    this.#expect(')');
    return found;
  }

  #operand(): AttributeValue | undefined {
    const token = this.#peek();
    if (token === 'size') {
      const [list] = this.#arguments(() => this.#operand());
      return list?.L === undefined ? undefined : { N: String(list.L.length) };
    }
    if (token === 'list_append') {
      const lists = this.#arguments(() => this.#operand());
      return { L: lists.flatMap((list) => list?.L ?? this.#fail('no list')) };
    }
    if (token === 'if_not_exists') {
      const [path, otherwise] = this.#arguments(() => this.#operand());
      return path ?? otherwise;
    }
    this.#next();
    if (token.startsWith(':')) return this.#words.ExpressionAttributeValues?.[token] ?? this.#fail(token);
    return this.#row?.[this.#name(token)];
  }
}
