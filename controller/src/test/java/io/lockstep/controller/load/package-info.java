/**
 * Real controller processes, and hosts that are agents only as far as a controller can see: what one costs, which {@code
 * src/test/sh/measure} tells, and what becomes of handovers when one of several is killed.
 */
@NullMarked
package io.lockstep.controller.load;

import org.jspecify.annotations.NullMarked;
