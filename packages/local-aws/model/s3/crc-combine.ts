/** A CRC whose initial value and final XOR are both all ones, as all of S3's are. */
export interface CrcKind {
  readonly bits: number;
  /** The polynomial, reflected. */
  readonly polynomial: bigint;
}

/**
 * The CRC of `A ‖ B` from those of A and B, in time logarithmic in B's length: A's is multiplied by x^(8·|B|) modulo
 * the polynomial, and B's added. This is how S3 gives a multipart upload a full-object checksum from its parts':
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function combineCrcs(kind: CrcKind, a: bigint, b: bigint, bytesOfB: number): bigint {
  return multiply(kind, powerOfX(kind, bytesOfB * 8), a) ^ b;
}

/** x^exponent modulo the polynomial. Reflected: the highest bit is x⁰. */
function powerOfX(kind: CrcKind, exponent: number): bigint {
  let power = 1n << BigInt(kind.bits - 1);
  let square = 1n << BigInt(kind.bits - 2);
  for (let left = BigInt(exponent); left > 0n; left >>= 1n) {
    if (left & 1n) power = multiply(kind, square, power);
    square = multiply(kind, square, square);
  }
  return power;
}

function multiply(kind: CrcKind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = BigInt(kind.bits - 1); bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ kind.polynomial : shifted >> 1n;
  }
  return product;
}
