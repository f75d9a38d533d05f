// What can be seen of a run file before it is sent: size, packing, encoding, separator, columns.
// Only the first kilobytes are read, so this finds gross mistakes; `scoring` finds the others.
const HEAD_BYTES = 64 * 1024;
const LINES_COUNTED = 10;
const LINES_SHOWN = 3;

const MAGIC = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];
const PDF = [0x25, 0x50, 0x44, 0x46];
const SEPARATORS = { ";": "semicolon", ",": "comma", "\t": "tab" };

const startsWith = (bytes, magic) => magic.every((byte, i) => bytes[i] === byte);

// Split a line at a separator that stands outside quotes; a list in brackets is one field.
function fields(line, separator, wholeRest) {
  let count = 1;
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      count += 1;
      if (wholeRest) break; // `set` lines are split once, at the first separator
    }
  }
  return count;
}

function firstSeparator(line) {
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && letter in SEPARATORS) return letter;
  }
  return null;
}

function decode(bytes, whole) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !whole });
  } catch {
    return null;
  }
}

function problemOfColumns(lines, separator, { columns, hasList, words, fill }) {
  const wanted = columns.join(` ${words.or} `);
  for (const [i, line] of lines.slice(0, LINES_COUNTED).entries()) {
    if (!line.trim()) continue;
    const found = fields(line, separator, hasList);
    if (!columns.includes(found)) return fill(words.wrong_columns, { line: i + 1, found, columns: wanted });
  }
  return null;
}

function lookAtText(text, whole, look, options) {
  const { columns, hasList, words, fill } = options;
  const lines = text.split(/\r?\n/);
  if (!whole) lines.pop(); // cut in its middle
  const first = lines.find((line) => line.trim()) ?? "";
  const separator = firstSeparator(first);
  look.facts.push([words.separator, words[SEPARATORS[separator] ?? "none"]]);
  look.lines = lines.slice(0, LINES_SHOWN).map((line) => line.slice(0, 200));
  if (!separator) {
    look.wrong.push(fill(words.no_separator, { columns: columns.join(` ${words.or} `) }));
    return;
  }
  look.facts.push([words.columns, String(fields(first, separator, hasList))]);
  const problem = problemOfColumns(lines, separator, options);
  if (problem) look.wrong.push(problem);
  else look.right = words.looks_right;
}

export async function lookAt(file, options) {
  const { maxBytes, words, fill, shownSize } = options;
  const look = { facts: [[words.size, shownSize(file.size)]], lines: [], wrong: [], right: "" };
  if (file.size === 0) look.wrong.push(words.empty);
  if (file.size > maxBytes) look.wrong.push(fill(words.too_large, { limit: shownSize(maxBytes) }));
  if (file.size === 0) return look;
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const packing = MAGIC.find(([, magic]) => startsWith(bytes, magic));
  look.facts.push([words.packing, words[packing?.[0] ?? "plain"]]);
  if (packing) return look;
  const whole = file.size <= HEAD_BYTES;
  const text = decode(bytes, whole);
  if (text === null || text.includes("\0")) {
    const binary = bytes.includes(0) || startsWith(bytes, PDF);
    look.wrong.push(binary ? words.not_text : words.not_utf8);
    return look;
  }
  const bom = startsWith(bytes, [0xef, 0xbb, 0xbf]);
  look.facts.push([words.encoding, bom ? words.utf8_bom : words.utf8]);
  lookAtText(text, whole, look, options);
  return look;
}
