import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../src/errors.ts";
import { sizeOf } from "../../src/gpu/launch.ts";

/** The web platform's operator vectors, relative to the root of the repository. */
export const WEBNN_VECTORS = "../shared/conformance/webnn";

const Size = z.int().min(0);
/** JSON has no words for these three. */
const Float = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform((word) => Number(word))]);
const Option = z.union([Float, z.string(), z.boolean(), z.array(z.number())]);

/** Elements in row-major order, or one number that fills the tensor. */
const Contents = {
  shape: z.array(Size),
  dataType: z.enum(["float32", "int32", "uint32", "int64"]),
  data: z.array(Float).optional(),
  fill: Float.optional(),
};
// Strict: a field that is not understood must not pass unseen.
const Operand = z.strictObject({ role: z.string(), ...Contents }).refine(isWhole, "data must fill the shape");
const Expected = z.strictObject(Contents).refine(isWhole, "data must fill the shape");
const Case = z.strictObject({
  name: z.string(),
  options: z.record(z.string(), Option),
  inputs: z.array(Operand),
  expected: Expected,
  tolerance: z.strictObject({ kind: z.enum(["ulp", "abs"]), value: z.number().min(0) }),
});
const VectorFile = z.object({ op: z.string(), cases: z.array(Case).min(1) });

export type OptionValue = z.output<typeof Option>;
export type ConformanceOperand = z.output<typeof Operand>;
export type ConformanceCase = z.output<typeof Case>;
export type Tolerance = ConformanceCase["tolerance"];

/** The cases of one operator. */
export type ConformanceFile = z.output<typeof VectorFile>;

function isWhole(contents: { shape: number[]; data?: number[] | undefined; fill?: number | undefined }): boolean {
  if (contents.fill !== undefined) return contents.data === undefined;
  return contents.data?.length === sizeOf(contents.shape);
}

/**
 * Reads every `<op>.json` of a folder, in the order of their names. Throws DataError naming the file and the place where
 * the folder is missing or empty, or a file is not of the form above.
 */
export function readVectors(folder: string): ConformanceFile[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new DataError(`${folder} is not a folder; give one with files of operator vectors (<op>.json)`);
  }
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (names.length === 0) throw new DataError(`${folder} holds no .json file; give a folder of operator vectors`);
  return names.sort().map((name) => readFile(join(folder, name)));
}

function readFile(path: string): ConformanceFile {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new DataError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = VectorFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DataError(`${path} is not a file of operator vectors: ${issue?.path.join(".")}: ${issue?.message}`);
}
