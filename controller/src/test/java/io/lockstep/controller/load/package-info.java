/**
 * What one controller costs: a real controller process, and hosts that are agents only as far as it can see. Started by
 * {@code src/test/sh/measure}, not by the tests.
 */
@NullMarked
package io.lockstep.controller.load;

import org.jspecify.annotations.NullMarked;
