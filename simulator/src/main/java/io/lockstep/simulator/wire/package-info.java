/** The way between core's types and the messages of {@code simulator.proto}. */
@NullMarked
package io.lockstep.simulator.wire;

import org.jspecify.annotations.NullMarked;
