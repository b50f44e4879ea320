import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The root of the workspace. */
export const root = resolve(import.meta.dirname, '../..');

/** A throwaway folder with the given files in it, removed on disposal. */
export interface Fixture extends Disposable {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
}

/** Makes a folder in the system's temporary one; `copy` names files and folders of the workspace to take along. */
export function createFixture(copy: readonly string[] = []): Fixture {
  const folder = mkdtempSync(join(tmpdir(), 'hubwire-'));
  for (const path of copy) cpSync(join(root, path), join(folder, path), { recursive: true });
  return {
    folder,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Links `target` (absolute) at `path` of the fixture. */
export function link(fixture: Fixture, path: string, target: string): void {
  mkdirSync(dirname(join(fixture.folder, path)), { recursive: true });
  symlinkSync(target, join(fixture.folder, path));
}
