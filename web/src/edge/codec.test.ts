import { describe, expect, it } from "vitest";
import { cosine, encodeI8, uuidv7 } from "./codec";

const decode = (base64: string) => Int8Array.from(atob(base64), (char) => char.charCodeAt(0));

describe("encodeI8", () => {
  it("scales to the largest number and rounds away from zero at the half", () => {
    expect(Array.from(decode(encodeI8(new Float32Array([0.5, -0.5, 0.25, 0, -0.125]))))).toEqual([
      127, -127, 64, 0, -32,
    ]);
    expect(Array.from(decode(encodeI8(new Float32Array([254, 1, -1]))))).toEqual([127, 1, -1]);
  });

  it("keeps the direction of 512 numbers and is 684 characters", () => {
    const embedding = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i * 12.9898) * Math.cos(i));
    const text = encodeI8(embedding);
    expect(text).toHaveLength(684);
    expect(cosine(Float32Array.from(decode(text)), embedding)).toBeGreaterThan(0.9999);
  });

  it("refuses what has no direction", () => {
    expect(() => encodeI8(new Float32Array(512))).toThrow();
    expect(() => encodeI8(new Float32Array([NaN, NaN]))).toThrow();
  });
});

describe("uuidv7", () => {
  it("has the time, the version and the variant in their places", () => {
    const id = uuidv7(Date.UTC(2022, 1, 22, 19, 22, 22), new Uint8Array(10).fill(0xff));
    expect(id).toBe("017f22e2-79b0-7fff-bfff-ffffffffffff");
  });

  it("sorts by time and differs within a millisecond", () => {
    expect(uuidv7(1000) < uuidv7(1001)).toBe(true);
    expect(uuidv7(1000)).not.toBe(uuidv7(1000));
  });
});
