import type { StoredTensor } from "../../data/safetensors.ts";
import { DataError } from "../../errors.ts";
import { ATTRIBUTE_TYPE, DATA_TYPE, modelProto } from "./schema.ts";

/** Operator set and file version; every runtime since 2022 reads them. */
const OPERATORS = 17;
const IR_VERSION = 8;

/** A number for a single integer or, by `float`, a real one; several integers as a list. */
export type Attribute = number | readonly number[] | { readonly float: number };

/** Sizes of a value; a name stands for one that only the caller knows. */
export type Dimensions = readonly (number | string)[];

/** An ONNX graph that is being written: nodes in order, each value by a name of its own. */
export class OnnxGraph {
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  #values = 0;

  constructor(private readonly weights: ReadonlyMap<string, StoredTensor>) {}

  /** A value that the caller gives. */
  input(name: string, type: keyof typeof DATA_TYPE, dimensions: Dimensions): string {
    this.#inputs.push(valueInfo(name, type, dimensions));
    return name;
  }

  /** Names a value for the caller. */
  output(value: string, name: string, dimensions: Dimensions): void {
    this.#nodes.push({ opType: "Identity", name: `output ${name}`, input: [value], output: [name] });
    this.#outputs.push(valueInfo(name, "float", dimensions));
  }

  /** A weight by its name in the state dict. */
  weight(name: string): string {
    const tensor = this.weights.get(name);
    if (!tensor || !(tensor.data instanceof Float32Array)) {
      throw new DataError(`${name}: the model has no such F32 tensor; export one that was trained or loaded whole`);
    }
    const { data, shape } = tensor;
    this.#initializers.push({ name, dataType: DATA_TYPE.float, dims: [...shape], rawData: littleEndian(data) });
    return name;
  }

  /** A list of whole numbers, such as the shape that Reshape takes. */
  constant(numbers: readonly number[]): string {
    const name = `constant ${this.#initializers.length}`;
    const rawData = littleEndian(BigInt64Array.from(numbers, BigInt));
    this.#initializers.push({ name, dataType: DATA_TYPE.int64, dims: [numbers.length], rawData });
    return name;
  }

  /** Adds an operator; gives the name of its first result. */
  node(opType: string, input: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = `value ${++this.#values}`;
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#nodes.push({ opType, name: `${opType} ${this.#values}`, input, output: [output], attribute });
    return output;
  }

  /** The bytes of the file. */
  encode(name: string, version: string, metadata: Readonly<Record<string, string>>): Uint8Array {
    const model = {
      irVersion: IR_VERSION,
      producerName: "tailgrad",
      producerVersion: version,
      opsetImport: [{ domain: "", version: OPERATORS }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    };
    return modelProto.encode(model).finish();
  }
}

function valueInfo(name: string, type: keyof typeof DATA_TYPE, dimensions: Dimensions): object {
  const dim = dimensions.map((size) => (typeof size === "string" ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[type], shape: { dim } } } };
}

function attributeProto(name: string, value: Attribute): object {
  if (typeof value === "number") return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if ("float" in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}

/** ONNX's raw data, whatever the machine's order is. */
function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  if (data instanceof Float32Array) {
    for (const [i, value] of data.entries()) view.setFloat32(4 * i, value, true);
  } else {
    for (const [i, value] of data.entries()) view.setBigInt64(8 * i, value, true);
  }
  return bytes;
}
