/**
 * What locks cost a guest: our hook, a plain script, and commands typed by hand, on the same hosts in one run.
 */
@NullMarked
package io.lockstep.lab.bench;

import org.jspecify.annotations.NullMarked;
