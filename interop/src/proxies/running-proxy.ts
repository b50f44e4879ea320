/** A proxy of whatever kind; disposing ends it. */
export interface RunningProxy extends AsyncDisposable {
  readonly url: string;
}
