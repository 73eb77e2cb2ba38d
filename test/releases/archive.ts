import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Folders as compressed tar files. The bundles of the Lambdas have much in common, which only a window over all of them finds. */

const WINDOW_LOG = 27;
const LEVEL = 19;
const LARGEST_BYTES = 256 * 1024 ** 2;

/** The same bytes whenever and by whomever it is packed; needs GNU tar. @param names what of the folder is packed */
export function pack(folder: string, names: readonly string[], file: string): void {
  const alike = [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
  ];
  const tar = execFileSync('tar', [...alike, '-c', '-C', folder, ...names], { maxBuffer: LARGEST_BYTES });
  const params = {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
  };
  writeFileSync(file, zstdCompressSync(tar, { params }));
}

/** @param folder made if need be */
export function unpack(file: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-x', '-C', folder], { input: zstdDecompressSync(readFileSync(file)) });
}
