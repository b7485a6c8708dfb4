// random_json.mjs - JSON texts of a message's type: valid ones in every form that the
// mapping allows, and texts that are a little wrong.
import { fromNpm } from './peer.mjs';

const { ScalarType } = await fromNpm('@bufbuild/protobuf/dist/esm/index.js');

const LEVELS_MAX = 4; // messages in each other, so that texts stay short

// Numbers in [0, 1) that a seed repeats (mulberry32).
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const INTEGERS = {
  [ScalarType.INT32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.UINT32]: [0n, 2n ** 32n - 1n],
  [ScalarType.INT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.UINT64]: [0n, 2n ** 64n - 1n],
};
for (const [like, types] of Object.entries({
  [ScalarType.INT32]: ['SINT32', 'SFIXED32'], [ScalarType.UINT32]: ['FIXED32'],
  [ScalarType.INT64]: ['SINT64', 'SFIXED64'], [ScalarType.UINT64]: ['FIXED64'],
})) for (const type of types) INTEGERS[ScalarType[type]] = INTEGERS[like];

const TEXTS = ['', 'a', 'x y', '"', '\\', '/', '\b\f\n\r\t\u001f\u007f', 'é', '\u2028', '€',
               '𝄞', '\uffff', '__proto__', 'constructor', 'null', '0', '~', '\u{10ffff}'];
const REALS = ['0', '1', '-1.5', '0.1', '1e2', '1E+2', '1e-2', '3.4028234663852886e38',
               '1.401298464324817e-45', '16777217', '"NaN"', '"Infinity"', '"-Infinity"',
               '"1.5"'];
const DOUBLES = ['1.7976931348623157e308', '5e-324', '2.2250738585072014e-308',
                 '9007199254740993', '1e23'];
const NEGATIVE_ZEROS = ['-0', '"-0"']; // only in lists: protobuf-c leaves out others

export class RandomJson {
  #random;

  constructor(random) {
    this.#random = random;
  }

  chance(p) {
    return this.#random() < p;
  }

  below(n) {
    return Math.floor(this.#random() * n);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  many(n, make) {
    return Array.from({ length: n }, (_, i) => make(i));
  }

  space() {
    return this.chance(0.05) ? this.pick([' ', '\n', '\t', '\r\n']) : '';
  }

  bracket(open, items, close) {
    return open + items.map((item) => this.space() + item + this.space()).join(',') + close;
  }

  object(entries) {
    return this.bracket('{', entries.map(([key, value]) => `${key}${this.space()}:${value}`), '}');
  }

  // ---- Scalars ----

  string(text = this.many(this.below(4), () => this.pick(TEXTS)).join('')) {
    if (!this.chance(0.2)) return JSON.stringify(text);
    const unit = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return `"${[...Array(text.length).keys()].map((i) => unit(text[i])).join('')}"`;
  }

  integer([least, greatest], textOnly = false) {
    const near = BigInt(this.below(1000)) - 500n;
    let value = this.pick([least, greatest, 0n, near, near, near * 1000000007n]);
    if (value < least || value > greatest) value = 1n;
    const exact = value > -(2n ** 53n) && value < 2n ** 53n; // else only as text, for JavaScript
    if (textOnly || !exact || this.chance(0.3)) return `"${value}"`;
    return `${value}${this.chance(0.1) ? this.pick(['.0', 'e0', '.00e+0']) : ''}`;
  }

  bytes() {
    const text = Buffer.from(this.many(this.below(8), () => this.below(256))).toString('base64');
    const form = this.pick([(t) => t, (t) => t.replace(/=+$/, ''),
                            (t) => t.replaceAll('+', '-').replaceAll('/', '_')]);
    return `"${form(text)}"`;
  }

  scalar(type) {
    if (INTEGERS[type]) return this.integer(INTEGERS[type]);
    switch (type) {
      case ScalarType.BOOL: return this.pick(['true', 'false']);
      case ScalarType.STRING: return this.string();
      case ScalarType.BYTES: return this.bytes();
      case ScalarType.FLOAT: return this.pick(REALS);
      default: return this.chance(0.5) ? this.pick([...REALS, ...DOUBLES])
                                       : String((this.#random() - 0.5) * 10 ** (this.below(600) - 300));
    }
  }

  key(type) {
    if (INTEGERS[type]) return this.integer(INTEGERS[type], true);
    return type === ScalarType.BOOL ? this.pick(['"true"', '"false"']) : this.string();
  }

  enumeration(desc) {
    if (desc.typeName === 'google.protobuf.NullValue') return this.pick(['null', '"NULL_VALUE"']);
    return this.chance(0.3) ? String(this.pick([0, 1, 2, -1, 7, 2147483647, -2147483648]))
                            : JSON.stringify(this.pick(desc.values).name);
  }

  // ---- google.protobuf ----

  two(least, greatest) {
    return String(least + this.below(greatest - least + 1)).padStart(2, '0');
  }

  fraction() {
    return this.chance(0.5) ? '' : '.' + this.many(1 + this.below(9), () => this.below(10)).join('');
  }

  timestamp() {
    const year = String(this.pick([2, 1969, 1970, 2000, 2016, 2038, 9998])).padStart(4, '0');
    const zone = this.pick(['Z', 'Z', `+${this.two(0, 14)}:${this.two(0, 59)}`, '-08:00']);
    return `"${year}-${this.two(1, 12)}-${this.two(1, 28)}T${this.two(0, 23)}:${this.two(0, 59)}:` +
           `${this.two(0, 59)}${this.fraction()}${zone}"`;
  }

  duration() {
    const seconds = this.pick(['0', '1', '59', '3600', '315575999999', '315576000000']);
    return `"${this.pick(['', '-'])}${seconds}${this.fraction()}s"`;
  }

  mask() {
    const paths = ['foo', 'fooBar', 'foo.barBaz', 'a1', 'aB'];
    return `"${this.many(this.below(4), () => this.pick(paths)).join(',')}"`;
  }

  struct(levels) {
    return this.object(this.distinct(this.below(3), () => this.string())
      .map((key) => [key, this.value(levels - 1)]));
  }

  list(levels) {
    return this.bracket('[', this.many(this.below(3), () => this.value(levels - 1)), ']');
  }

  value(levels) {
    const plain = [() => 'null', () => 'true', () => '1.5', () => '-0', () => this.string()];
    const nested = [() => this.struct(levels), () => this.list(levels)];
    return this.pick(levels > 0 ? [...plain, ...nested] : plain)();
  }

  any() {
    const type = (name) => `"type.googleapis.com/${name}"`;
    const inValue = [['Duration', () => this.duration()], ['Timestamp', () => this.timestamp()],
                     ['FieldMask', () => this.mask()], ['Value', () => this.value(1)],
                     ['Struct', () => this.struct(1)], ['StringValue', () => this.string()]];
    const [name, content] = this.pick(inValue);
    const members = this.pick([
      [],
      [['"@type"', type(`google.protobuf.${name}`)], ['"value"', content()]],
      [['"@type"', type('protobuf_test_messages.proto3.ForeignMessage')], ['"c"', '5']],
    ]);
    return this.object(this.chance(0.5) ? members.reverse() : members);
  }

  // ---- Messages ----

  // So many texts that JSON reads as different ones; fewer where they meet.
  distinct(n, make) {
    return [...new Map(this.many(n, () => make()).map((text) => [JSON.parse(text), text])).values()];
  }

  field(field, levels) {
    switch (field.fieldKind) {
      case 'scalar': return this.scalar(field.scalar);
      case 'enum': return this.enumeration(field.enum);
      case 'message': return this.message(field.message, levels - 1);
      case 'list': return this.bracket('[', this.many(this.below(7), () => this.element(field, field.listKind, levels)), ']');
      default: return this.object(this.distinct(this.below(5), () => this.key(field.mapKey))
        .map((key) => [key, this.element(field, field.mapKind, levels)]));
    }
  }

  element(field, kind, levels) {
    const real = field.scalar === ScalarType.FLOAT || field.scalar === ScalarType.DOUBLE;
    if (field.fieldKind === 'list' && real && this.chance(0.1)) return this.pick(NEGATIVE_ZEROS);
    return kind === 'scalar' ? this.scalar(field.scalar)
         : kind === 'enum' ? this.enumeration(field.enum)
         : this.message(field.message, levels - 1);
  }

  member(field, levels) {
    const name = JSON.stringify(this.chance(0.3) ? field.name : field.jsonName);
    return [name, this.chance(0.03) ? 'null' : this.field(field, levels)];
  }

  message(desc, levels = LEVELS_MAX) {
    const own = {
      'google.protobuf.Timestamp': () => this.timestamp(),
      'google.protobuf.Duration': () => this.duration(),
      'google.protobuf.FieldMask': () => this.mask(),
      'google.protobuf.Struct': () => this.struct(levels),
      'google.protobuf.Value': () => this.value(levels),
      'google.protobuf.ListValue': () => this.list(levels),
      'google.protobuf.Any': () => this.any(),
    }[desc.typeName];
    if (own) return own();
    if (/^google\.protobuf\..*Value$/.test(desc.typeName)) return this.scalar(desc.fields[0].scalar);
    const oneofs = new Map(desc.oneofs.map((oneof) => [oneof, this.pick(oneof.fields)]));
    const fields = desc.fields.filter((f) => this.chance(levels > 0 ? 8 / desc.fields.length : 0) &&
                                             (!f.oneof || oneofs.get(f.oneof) === f));
    return this.object(fields.map((f) => this.member(f, levels)));
  }

  // ---- A little wrong ----

  // One literal is another, or one character is gone, doubled or another: the text, and
  // which literal was what.
  mutate(text) {
    const literals = literalsOf(text);
    if (literals.length && this.chance(0.6)) {
      const { index, 0: was } = this.pick(literals);
      const is = this.chance(0.3) ? this.pick(literals)[0] : this.pick(LITERALS);
      return { text: splice(text, index, was.length, is), was, is };
    }
    const i = this.below(text.length);
    const other = this.pick(['', text[i] + text[i], this.pick([...CHARACTERS])]);
    const changed = splice(text, i, 1, other);
    return { text: changed, was: literalAt(text, i), is: literalAt(changed, i) };
  }
}

function literalsOf(text) {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g)];
}

function literalAt(text, i) {
  return literalsOf(text).find((l) => l.index <= i && i < l.index + l[0].length)?.[0] ?? '';
}

// Half a surrogate pair, which has no UTF-8, is U+FFFD.
function splice(text, index, length, other) {
  return Buffer.from(text.slice(0, index) + other + text.slice(index + length)).toString();
}

const CHARACTERS = '{}[]:,"\\0123456789-+.eEtTfnuzZsS /_=*~\t\n\u0001\ufeff';
const LITERALS = ['null', 'true', 'false', '0', '-0', '1', '-1', '0.5', '1.0', '1e3', '1e400', '-1e-400',
  '2147483647', '2147483648', '-2147483649', '4294967295', '4294967296', '{}', '[]', '[null]', '{"a":1}',
  '""', '" "', '"0"', '"1"', '"-1"', '"1.0"', '"1.5"', '"1e3"', '"1 "', '" 1"', '"01"', '"+1"', '"0x10"', '"1e"',
  '"true"', '"NaN"', '"nan"', '"-NaN"', '"Infinity"', '"inf"', '"NULL_VALUE"', '"FOO"', '"foo"', '"ALIAS_BAZ"',
  '"moo"', '"BAZ_"', '"AQ=="', '"AQ="', '"AQ"', '"A"', '"A==="', '"A-_="', '"-_"', '"AQ==AQ=="', '"A Q="',
  '"1970-01-01T00:00:00Z"', '"0001-01-01T00:00:00Z"', '"0000-12-31T23:59:59Z"', '"9999-12-31T23:59:59.999999999Z"',
  '"10000-01-01T00:00:00Z"', '"2015-02-29T00:00:00Z"', '"2016-02-29T00:00:00Z"', '"2016-13-01T00:00:00Z"',
  '"2016-01-01t00:00:00Z"', '"2016-01-01T00:00:00z"', '"2016-01-01 00:00:00Z"', '"2016-01-01T24:00:00Z"',
  '"2016-01-01T00:00:60Z"', '"2016-01-01T00:00:00"', '"2016-01-01T00:00:00.Z"', '"2016-01-01T00:00:00.1234567890Z"',
  '"2016-01-01T00:00:00+24:00"', '"2016-01-01T00:00:00+0000"', '"1s"', '"1"', '"1.s"', '".5s"', '"-s"', '"+1s"',
  '"315576000001s"', '"-315576000000.5s"', '"1.0000000001s"', '"a,b"', '"a,"', '",a"', '"a_b"', '"aB.cD"', '"a.b,"',
  '"\\u0061"', '"\\ud834\\udd1e"', '"9223372036854775807"', '"9223372036854775808"', '"-9223372036854775809"',
  '"18446744073709551615"', '"18446744073709551616"', '"type.googleapis.com/google.protobuf.Duration"',
  '"type.googleapis.com/unknown"', '"/google.protobuf.Duration"', '"google.protobuf.Duration"', '"@type"', '"value"'];
