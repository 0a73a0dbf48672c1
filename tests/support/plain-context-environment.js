import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Runs a test file in a context whose global object is an ordinary object.
 *
 * Jest gives its contexts a proxy as the global object. Each `Math`, `Number` or `Buffer` in the code is then a call of
 * the proxy, which takes a hundred times as long as the multiplication in `Math.imul(a, b)`.
 */
export class PlainContextEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
