/**
 * The messages of an ONNX file that are written here, by their published numbers. Source: onnx/onnx.proto3; the
 * operators' meanings: ONNX's docs/Operators.md, set 17.
 */
import protobuf from "protobufjs/light.js";

/** Of TensorProto.DataType. */
export const DATA_TYPE = { float: 1, int64: 7 } as const;
/** Of AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

const field = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: "repeated", type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field("int64", 1),
        producerName: field("string", 2),
        producerVersion: field("string", 3),
        docString: field("string", 6),
        graph: field("GraphProto", 7),
        opsetImport: repeated("OperatorSetIdProto", 8),
        metadataProps: repeated("StringStringEntryProto", 14),
      },
    },
    OperatorSetIdProto: { fields: { domain: field("string", 1), version: field("int64", 2) } },
    StringStringEntryProto: { fields: { key: field("string", 1), value: field("string", 2) } },
    GraphProto: {
      fields: {
        node: repeated("NodeProto", 1),
        name: field("string", 2),
        initializer: repeated("TensorProto", 5),
        input: repeated("ValueInfoProto", 11),
        output: repeated("ValueInfoProto", 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated("string", 1),
        output: repeated("string", 2),
        name: field("string", 3),
        opType: field("string", 4),
        attribute: repeated("AttributeProto", 5),
      },
    },
    AttributeProto: {
      fields: {
        name: field("string", 1),
        f: field("float", 2),
        i: field("int64", 3),
        ints: repeated("int64", 8),
        type: field("int32", 20),
      },
    },
    TensorProto: {
      fields: {
        dims: repeated("int64", 1),
        dataType: field("int32", 2),
        name: field("string", 8),
        rawData: field("bytes", 9),
      },
    },
    ValueInfoProto: { fields: { name: field("string", 1), type: field("TypeProto", 2) } },
    TypeProto: {
      fields: { tensorType: field("Tensor", 1) },
      nested: { Tensor: { fields: { elemType: field("int32", 1), shape: field("TensorShapeProto", 2) } } },
    },
    TensorShapeProto: {
      fields: { dim: repeated("Dimension", 1) },
      nested: { Dimension: { fields: { dimValue: field("int64", 1), dimParam: field("string", 2) } } },
    },
  },
});

/** ModelProto, the message that a file is. */
export const modelProto = root.lookupType("ModelProto");
