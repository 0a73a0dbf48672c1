/** Runs test files in the order of the command line. Jest orders them by size and history. */
export default class GivenOrder {
  #paths;

  constructor({ globalConfig }) {
    this.#paths = globalConfig.nonFlagArgs;
  }

  sort(tests) {
    const place = ({ path }) => this.#paths.findIndex((named) => path.endsWith(`/${named}`));
    return tests.toSorted((a, b) => place(a) - place(b));
  }

  cacheResults() {}
}
