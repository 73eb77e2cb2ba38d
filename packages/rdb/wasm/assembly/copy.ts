/** Copies up to a few hundred bytes, writing (and reading) up to 15 beyond the end: both sides have room for that. */
export function copyShort(to: usize, from: usize, size: u32): void {
  for (let done: u32 = 0; done < size; done += 16) v128.store(to + done, v128.load(from + done));
}
