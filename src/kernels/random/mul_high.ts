/** High 32 bits of the 64-bit product of two 32-bit numbers, as a signed 32-bit integer (`>>> 0` makes it unsigned). */
export function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowLow = Math.imul(aLow, bLow);
  // Neither sum passes 2^32: (2^16 - 1)^2 + 2^16 - 1 < 2^32, so the bits of the int32 are the whole number.
  const middle = (Math.imul(aHigh, bLow) + (lowLow >>> 16)) | 0;
  const other = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}
