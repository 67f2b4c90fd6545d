/** The agent's logic against the simulated cluster, step by step on a virtual clock. */
@NullMarked
package io.lockstep.agent;

import org.jspecify.annotations.NullMarked;
