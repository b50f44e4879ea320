import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

/** Where time went, or what was allocated. */
export type ProfileKind = 'cpu' | 'heap';

const cpuIntervalMicros = 200;
const heapIntervalBytes = 4_096;

/** Profiles this process until the returned function writes what was seen. */
export async function startProfile(kind: ProfileKind): Promise<(file: string) => Promise<void>> {
  const session = new Session();
  session.connect();
  const stop = kind === 'cpu' ? await profileTime(session) : await profileAllocations(session);
  return async (file) => {
    const profile = await stop();
    session.disconnect();
    await writeFile(file, JSON.stringify(profile));
  };
}

async function profileTime(session: Session): Promise<() => Promise<object>> {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: cpuIntervalMicros });
  await session.post('Profiler.start');
  return async () => (await session.post('Profiler.stop')).profile;
}

/** Counts what is garbage by the end, too: on a hot path that is nearly all of it. */
async function profileAllocations(session: Session): Promise<() => Promise<object>> {
  await session.post('HeapProfiler.enable');
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: heapIntervalBytes,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  return async () => (await session.post('HeapProfiler.stopSampling')).profile;
}
