// How 512 numbers travel; src/protocol/embedding_codec.h is the other side.

/** i8: round(x * 127 / max|x|), one signed byte per number, as base64. The scale is not sent: a cosine does not need it. */
export function encodeI8(embedding: Float32Array): string {
  const largest = embedding.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0)) throw new Error("an embedding of no length");
  let bytes = "";
  for (const value of embedding) {
    // Rounds halves away from zero, like C's lround.
    const step = Math.sign(value) * Math.round(Math.abs((value * 127) / largest));
    bytes += String.fromCharCode(step & 0xff);
  }
  return btoa(bytes);
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; ++i) {
    sum += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return sum / Math.sqrt(aa * bb);
}

/** UUID version 7 (RFC 9562): the time in milliseconds, then random bits; sorts by time. */
export function uuidv7(
  milliseconds: number,
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(10)),
): string {
  const bytes = new Uint8Array(16);
  let rest = Math.floor(milliseconds);
  for (let i = 5; i >= 0; --i) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
