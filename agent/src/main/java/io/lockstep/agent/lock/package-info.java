/**
 * Lock operations for people and programs, on volumes that no domain claims.
 */
@NullMarked
package io.lockstep.agent.lock;

import org.jspecify.annotations.NullMarked;
