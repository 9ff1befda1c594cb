import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDuplicateKey } from "../../src/data/strict_json.ts";

describe("findDuplicateKey", () => {
  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"outer":{"b":1 , "b"\n:2}}', "b"],
    ['[{"x":[{}]},{"y":1,"z":{"y":1},"y":2}]', "y"],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"":1,"":2}', ""],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
  ])("finds it in %s", (text, key) => expect(findDuplicateKey(text)).toBe(key));

  it.each([
    ['{"a":{"a":1},"b":{"a":1}}'],
    ['{"a":"a","b":"a","c":["a","a"]}'],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}'],
    ['["a","a"]'],
    ['{"a\\\\":1,"a":2}'],
    ["1"],
  ])("finds none in %s", (text) => expect(findDuplicateKey(text)).toBeUndefined());

  it("finds none in whatever JSON.stringify writes, which never repeats a key", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => findDuplicateKey(JSON.stringify(value)) === undefined));
  });
});
