export interface PollResults {
  readonly question: string;
  readonly answers: readonly PollAnswer[];
  readonly total: number;
}

export interface PollAnswer {
  readonly text: string;
  readonly votes: number;
}

/** What the hub calls on its clients. */
export interface PollClient {
  resultsChanged(results: PollResults): void;
}
